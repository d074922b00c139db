package dane

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// maxData is how many octets are left for the data in the longest RDATA that
// the DNS can carry.
const maxData = 1<<16 - 1 - 3

// Parse reads the content of a TLSA record in presentation format (RFC 6698
// section 2.2), as in "3 1 1 8755CDAA…": the certificate usage, the selector,
// the matching type, and the data in hexadecimal digits of either case.
//
// The data may contain blanks and line ends, and parentheses may stand around
// it or around everything, as in a zone file. The parameters are numbers, or
// acronyms of either case: "dane-ee spki sha2-256 8755CDAA…" (RFC 7218 section
// 2). Unassigned numbers are read too: [Record.Usable] judges what is there.
func Parse(text string) (Record, error) {
	text, err := ungroup(text)
	if err != nil {
		return Record{}, err
	}
	fields := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n", r) })
	if len(fields) < 4 {
		return Record{}, fmt.Errorf("got %d fields, expected 4: certificate usage, selector, matching type and hexadecimal data, as in %q",
			len(fields), "3 1 1 8755cdaa…")
	}
	var r Record
	if r.Usage, err = parameter("certificate usage", fields[0], usages); err != nil {
		return Record{}, err
	}
	if r.Selector, err = parameter("selector", fields[1], selectors); err != nil {
		return Record{}, err
	}
	if r.Matching, err = parameter("matching type", fields[2], matchingTypes); err != nil {
		return Record{}, err
	}
	if r.Data, err = parseData(strings.Join(fields[3:], "")); err != nil {
		return Record{}, err
	}
	return r, nil
}

// ungroup removes a pair of parentheses, which lets a record go on over the end
// of a line (RFC 1035 section 5.1).
func ungroup(text string) (string, error) {
	if before, rest, opened := strings.Cut(text, "("); opened {
		inside, after, closed := strings.Cut(rest, ")")
		if !closed {
			return "", errors.New("expected a closing parenthesis")
		}
		text = before + " " + inside + " " + after
	}
	if strings.ContainsAny(text, "()") {
		return "", errors.New("expected at most one pair of parentheses")
	}
	return text, nil
}

func parseData(digits string) ([]byte, error) {
	data, err := hex.DecodeString(digits)
	var wrong hex.InvalidByteError
	switch {
	case errors.As(err, &wrong):
		return nil, fmt.Errorf("data contains %q, expected hexadecimal digits", rune(wrong))
	case err != nil:
		return nil, fmt.Errorf("data has %d hexadecimal digits, expected an even number", len(digits))
	case len(data) > maxData:
		return nil, fmt.Errorf("data has %d octets, expected at most %d, which is what fits in a DNS record", len(data), maxData)
	}
	return data, nil
}

package tlsrpt

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
)

// MaxDelivery is how many octets a delivery may have as it comes: a message with
// its base64, a request body, a file.
const MaxDelivery = 16 << 20

// The media types of a report (RFC 8460 sections 6.4 and 6.5).
const (
	MediaTypeJSON = "application/tlsrpt+json"
	MediaTypeGzip = "application/tlsrpt+gzip"
)

// A Delivery is a report as it came, with what is wrong with it and with its
// transport.
type Delivery struct {
	Form Form `json:"form"`
	// Message is what is around the report in a message, nil if there is none.
	Message *Message `json:"message,omitempty"`
	// Report is nil if it could not be read.
	Report   *Report  `json:"report"`
	Findings Findings `json:"findings"`
}

// A Form says how a report came.
type Form string

// All forms.
const (
	FormJSON    Form = "json"    // plain JSON
	FormGzip    Form = "gzip"    // JSON compressed with gzip
	FormMessage Form = "message" // mail, RFC 8460 section 5.3
	FormRequest Form = "request" // an HTTP request, RFC 8460 section 5.4
)

// gzipMagic begins gzip data (RFC 1952 section 2.3.1).
const gzipMagic = "\x1f\x8b"

func isGzip(data []byte) bool { return bytes.HasPrefix(data, []byte(gzipMagic)) }

// Read reads a report from a file: JSON, JSON compressed with gzip, or a whole
// message. Which one it is shows in its first octets. The error says that there
// is no report; the delivery is never nil, and has the findings up to there.
func Read(r io.Reader) (*Delivery, error) {
	data, err := readAll(r)
	if err != nil {
		return &Delivery{}, err
	}
	start := bytes.TrimLeft(bytes.TrimPrefix(data, byteOrderMark), " \t\r\n")
	switch {
	case isGzip(data):
		return readPlain(FormGzip, data)
	case len(start) == 0 || start[0] == '{' || start[0] == '[' || start[0] == '"':
		return readPlain(FormJSON, data)
	}
	return readMessage(data)
}

func readPlain(form Form, data []byte) (*Delivery, error) {
	d, c := &Delivery{Form: form}, newCollector()
	var err error
	d.Report, err = readReport(c, "", data, form == FormGzip)
	d.Findings = c.findings()
	return d, err
}

var errTooMuch = fmt.Errorf("not read: expected at most %d octets", MaxDelivery)

// readAll reads no more than a delivery may have.
func readAll(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxDelivery+1))
	switch {
	case err != nil:
		return nil, err
	case len(data) > MaxDelivery:
		return nil, errTooMuch
	}
	return data, nil
}

// readReport reads a report that is said to be compressed or not, as what it is.
func readReport(c *collector, path string, data []byte, compressed bool) (*Report, error) {
	if is := isGzip(data); is != compressed {
		if is {
			c.add(Error, BadTransport, path, "RFC 8460 section 6.4", "expected plain JSON, as the media type says, found gzip")
		} else {
			c.add(Error, BadTransport, path, "RFC 8460 section 6.5", "expected gzip, as the media type says, found something else")
		}
		compressed = is
	}
	if compressed {
		var err error
		if data, err = decompress(data); err != nil {
			return nil, err
		}
	}
	return parse(c, data)
}

// decompress stops at MaxReport: a few octets can be compressed gigabytes.
func decompress(data []byte) ([]byte, error) {
	unzip, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("not gzip: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(unzip, MaxReport+1))
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, errors.New("not gzip: it ends too early; was the report cut?")
	case err != nil:
		return nil, fmt.Errorf("not gzip: %w", err)
	case len(text) > MaxReport:
		return nil, errTooLong
	}
	return text, nil
}

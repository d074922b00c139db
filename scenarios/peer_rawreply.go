package scenarios

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxReplyLine is how long a line of a reply may be, with its code and its line
// end (RFC 5321 section 4.5.3.1.5).
const maxReplyLine = 512

// strictReplyLine is a line of a reply as the grammar of RFC 5321 section 4.2
// has it, without its line end.
var strictReplyLine = regexp.MustCompile(`^[2-5][0-5][0-9](-[\t -~]*| [\t -~]+)?$`)

// granting are the replies by which the commands at the points are granted (RFC
// 5321 section 4.3.2, RFC 3207 section 4, RFC 4954 section 4), as far as they go:
// one digit is a class. What comes in place of TLS is no SMTP.
var granting = map[Point]string{
	AtGreeting: "220", AtEHLO: "250", AtHELO: "250", AtSTARTTLS: "220", AtAUTH: "235",
	AtMAIL: "2", AtRCPT: "2", AtDATA: "354", AtDot: "2", AtQUIT: "2",
}

// rawReply is the code of the reply that a raw fault sends; empty if the octets
// are no reply that is well formed.
func (f Fault) rawReply() string {
	anyScenario := Scenario{Name: "any", Peer: Peer{Hostname: "mx.{scenario}.test"}}
	f.Text = anyScenario.Expand(f.Text)
	octets, err := f.Octets()
	text, ended := strings.CutSuffix(string(octets), "\r\n")
	if err != nil || !ended || !isReply(text) {
		return ""
	}
	for line := range strings.SplitSeq(text, "\r\n") {
		if len(line)+len("\r\n") > maxReplyLine || !strictReplyLine.MatchString(line) {
			return ""
		}
	}
	return text[:len("250")]
}

// proper: what a raw fault sends is a well-formed reply, and one that grants the
// command, which is what becomes of it. A 354 does not grant BDAT, whose replies
// stand at the same point.
func (p Peer) proper(f Fault) bool {
	code, want := f.rawReply(), granting[f.At]
	if f.At == AtDATA && slices.Contains(p.SMTP.Extensions, "CHUNKING") {
		return false
	}
	return code != "" && want != "" && strings.HasPrefix(code, want)
}

// Octets returns what a raw fault sends: Text with the escapes \r, \n, \t, \\
// and \xHH replaced. An unknown escape is an error.
func (f Fault) Octets() ([]byte, error) {
	var octets []byte
	text := f.Text
	for len(text) > 0 {
		before, rest, found := strings.Cut(text, `\`)
		octets = append(octets, before...)
		if !found {
			break
		}
		b, length, ok := escaped(rest)
		if !ok {
			return nil, fmt.Errorf(`\%.3s is not an escape; expected \r, \n, \t, \\ or \xHH`, rest)
		}
		octets, text = append(octets, b), rest[length:]
	}
	return octets, nil
}

// escaped is the octet for which the text behind a backslash stands, and how
// much of that text it takes.
func escaped(text string) (octet byte, length int, ok bool) {
	if text == "" {
		return 0, 0, false
	}
	switch text[0] {
	case 'r':
		return '\r', 1, true
	case 'n':
		return '\n', 1, true
	case 't':
		return '\t', 1, true
	case '\\':
		return '\\', 1, true
	case 'x':
		if len(text) >= len("xHH") {
			n, err := strconv.ParseUint(text[1:3], 16, 8)
			return byte(n), len("xHH"), err == nil
		}
	}
	return 0, 0, false
}

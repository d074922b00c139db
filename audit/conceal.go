package audit

import (
	"bytes"
	"slices"
	"strings"
)

// concealed stands in place of a password.
const concealed = "{password}"

// widestOctet is how many octets of text one octet of a password takes at most,
// a line break before it included, such as `\r\n` and `\x61`.
const widestOctet = 16

// dumpLines is more than two lines of a dump take, which may hold other octets
// beside a password.
const dumpLines = 256

// A concealer takes passwords out of text that others wrote: as they are, in
// base64 and in whatever is encoded in base64 together with them (RFC 4616, RFC
// 7628), in hexadecimal, percent-encoded (RFC 3986 section 2.1), in
// quoted-printable (RFC 2045 section 6.7) and with the escapes of programming
// languages; broken into lines or not. Dumps in hexadecimal are read
// as well. The zero value conceals nothing.
type concealer struct{ passwords [][]byte }

// newConcealer conceals passwords; those that are empty are none.
func newConcealer(passwords ...string) concealer {
	var c concealer
	for _, p := range passwords {
		if p != "" {
			c.passwords = append(c.passwords, []byte(p))
		}
	}
	return c
}

// reach is how long a form of a password can be, in octets.
func (c concealer) reach() int {
	longest := 0
	for _, p := range c.passwords {
		longest = max(longest, len(p))
	}
	return (longest+2)*widestOctet + dumpLines
}

// hide returns text without passwords.
func (c concealer) hide(text string) string { return c.part([]byte(text), 0, len(text)) }

// hideAll is hide for a list.
func (c concealer) hideAll(list []string) []string {
	hidden := make([]string, len(list))
	for i, text := range list {
		hidden[i] = c.hide(text)
	}
	return hidden
}

// A span is a part of a text.
type span struct{ from, to int }

// part returns a part of text without passwords, those included of which only a
// piece is in the part.
func (c concealer) part(text []byte, from, to int) string {
	var out strings.Builder
	for _, s := range c.find(text) {
		if s.to <= from || s.from >= to {
			continue
		}
		if s.from > from {
			out.Write(text[from:s.from])
		}
		out.WriteString(concealed)
		from = min(s.to, to)
	}
	out.Write(text[from:to])
	return out.String()
}

// find returns where passwords are in a text, in order and apart.
func (c concealer) find(text []byte) []span {
	found := append(c.direct(text), c.inDumps(text)...)
	slices.SortFunc(found, func(a, b span) int { return a.from - b.from })
	var merged []span
	for _, s := range found {
		if last := len(merged) - 1; last >= 0 && s.from < merged[last].to {
			merged[last].to = max(merged[last].to, s.to)
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

// direct is find without dumps, in no order.
func (c concealer) direct(text []byte) []span {
	if len(c.passwords) == 0 {
		return nil
	}
	var found []span
	for _, p := range c.passwords {
		for i := range text {
			if n := max(spelt(text[i:], p), inHex(text[i:], p)); n > 0 {
				found = append(found, span{i, i + n})
			}
		}
	}
	return append(found, c.inBase64(text)...)
}

// spelt is how many octets at the beginning of text spell a password, each of
// its octets as it is or escaped; 0 if they do not.
func spelt(text, password []byte) int {
	for _, n := range [...]int{literal(text, password[0]), escaped(text, password[0])} {
		switch {
		case n == 0:
			continue
		case len(password) == 1:
			return n
		}
		if more := spelt(text[n:], password[1:]); more > 0 {
			return n + more
		}
		if next := n + lineBreak(text[n:]); next > n {
			if more := spelt(text[next:], password[1:]); more > 0 {
				return next + more
			}
		}
	}
	return 0
}

func literal(text []byte, octet byte) int {
	if len(text) > 0 && text[0] == octet {
		return 1
	}
	return 0
}

// escaped is the length of an escape for an octet at the beginning of text; 0 if
// there is none.
func escaped(text []byte, octet byte) int {
	if octet == ' ' && literal(text, '+') == 1 {
		return 1 // in a form (application/x-www-form-urlencoded)
	}
	for _, mark := range []string{"%", "=", `\x`, `\u00`, `\`} {
		if !bytes.HasPrefix(text, []byte(mark)) {
			continue
		}
		rest := text[len(mark):]
		switch {
		case mark == `\` && len(rest) > 2 && octal(rest[:3]) == int(octet):
			return 4
		case mark == `\` && literal(rest, octet) == 1:
			return 2
		case mark != `\` && hexPair(rest) == int(octet):
			return len(mark) + 2
		}
	}
	return 0
}

// inHex is how many octets at the beginning of text are a password in
// hexadecimal, whose octets may be apart; 0 if they are not.
func inHex(text, password []byte) int {
	n := 0
	for i, octet := range password {
		if i > 0 {
			n += lineBreak(text[n:])
			if n < len(text) && strings.IndexByte(" :,-", text[n]) >= 0 {
				n++
			}
			if bytes.HasPrefix(text[n:], []byte("0x")) {
				n += 2
			}
		}
		if hexPair(text[n:]) != int(octet) {
			return 0
		}
		n += 2
	}
	return n
}

// hexPair is the value of two hexadecimal digits at the beginning of text; -1 if
// there are none.
func hexPair(text []byte) int {
	if len(text) < 2 {
		return -1
	}
	high, low := hexDigit(text[0]), hexDigit(text[1])
	if high < 0 || low < 0 {
		return -1
	}
	return high<<4 | low
}

func hexDigit(b byte) int {
	switch {
	case b >= '0' && b <= '9':
		return int(b - '0')
	case b >= 'a' && b <= 'f':
		return int(b-'a') + 10
	case b >= 'A' && b <= 'F':
		return int(b-'A') + 10
	}
	return -1
}

// octal is the value of three octal digits; -1 if they are none.
func octal(text []byte) int {
	value := 0
	for _, b := range text {
		if b < '0' || b > '7' {
			return -1
		}
		value = value<<3 | int(b-'0')
	}
	return value
}

// lineBreak is the length of a line break at the beginning of text, a soft one
// of quoted-printable and one that a programming language shows included; 0 if
// there is none.
func lineBreak(text []byte) int {
	for _, mark := range []string{"=\r\n", "=\n", "\r\n", "\n", `\r\n`, `\n`} {
		if bytes.HasPrefix(text, []byte(mark)) {
			return len(mark) + lineOffset(text[len(mark):])
		}
	}
	return 0
}

// lineOffset is the length of an offset at the beginning of a line, which curl
// --trace-ascii writes, such as "0040: "; 0 if there is none.
func lineOffset(line []byte) int {
	if len(line) < 6 || hexPair(line) < 0 || hexPair(line[2:]) < 0 || line[4] != ':' || line[5] != ' ' {
		return 0
	}
	return 6
}

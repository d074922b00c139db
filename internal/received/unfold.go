package received

import (
	"strings"
	"unicode/utf8"
)

// maxLine is the most octets of a line, without its end (RFC 5322 section 2.1.1).
const maxLine = 998

// unfold takes the line ends out of a field (RFC 5322 section 2.2.3).
func (p *parser) unfold(field string) string {
	if len(field) > maxField {
		p.note(TooLong, "the field is %d octets long, %d of them are read", len(field), maxField)
		field = field[:maxField]
	}
	body, ok := strings.CutSuffix(field, "\r\n")
	if !ok {
		p.note(BadLine, "expected a line end, CR LF, at the end of the field")
		body = strings.TrimRight(body, "\r\n")
	}
	if !utf8.ValidString(body) {
		p.note(BadLine, "the field is not UTF-8")
		body = strings.ToValidUTF8(body, "\uFFFD")
	}
	lines := strings.Split(body, "\r\n")
	for i, line := range lines {
		lines[i] = p.line(i, line)
	}
	return strings.Join(lines, "")
}

// line checks one line. It returns it as it can be joined to the one before,
// without control characters.
func (p *parser) line(i int, line string) string {
	switch {
	case len(line) > maxLine:
		p.note(TooLong, "line %d is %d octets long, the limit is %d", i+1, len(line), maxLine)
	case strings.Trim(line, " \t") == "":
		p.note(BadLine, "line %d is empty", i+1)
		return " "
	case i > 0 && !isSpace(line[0]):
		p.note(BadLine, "line %d is not a continuation: it begins with %q", i+1, line[0])
		line = " " + line
	}
	at := strings.IndexFunc(line, isControl)
	if at < 0 {
		return line
	}
	p.note(BadLine, "line %d contains the control character %q", i+1, line[at])
	return strings.Map(func(r rune) rune {
		if isControl(r) {
			return ' '
		}
		return r
	}, line)
}

func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }

// name takes the field's name off.
func (p *parser) name(text string) string {
	const name = "Received"
	p.field.Text = strings.TrimSpace(text)
	if len(text) > len(name) && strings.EqualFold(text[:len(name)], name) && text[len(name)] == ':' {
		return text[len(name)+1:]
	}
	p.note(BadName, "expected the field name Received")
	text = strings.TrimLeft(text, " \t")
	if found, body, ok := strings.Cut(text, ":"); ok && len(found) < maxLabel && strings.Trim(found, fieldName) == "" {
		return body
	}
	return text
}

// fieldName are the characters that names of trace fields have; spaces before
// the colon were once allowed.
const fieldName = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz- \t"

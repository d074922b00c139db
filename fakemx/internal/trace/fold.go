package trace

import "strings"

// maxLine is how many characters RFC 5322 section 2.1.1 recommends for a line
// at most, without its end.
const maxLine = 78

// field is a header field under construction: its lines, each made of words.
type field [][]string

// line begins a new line. A text holds words with spaces between them; where
// there are none, there is no line.
func (out *field) line(texts ...string) {
	if words := strings.Fields(strings.Join(texts, " ")); len(words) > 0 {
		*out = append(*out, words)
	}
}

// word adds one word to the line, though there be spaces in it.
func (out field) word(w string) {
	last := len(out) - 1
	out[last] = append(out[last], w)
}

// attach writes s directly behind the last word.
func (out field) attach(s string) {
	last := out[len(out)-1]
	last[len(last)-1] += s
}

// fold returns the field. A line that is longer than maxLine is split further,
// but never within a word.
func (out field) fold() string {
	var b strings.Builder
	length := 0 // of the line so far
	for _, words := range out {
		for i, word := range words {
			switch {
			case length == 0:
				length = len(word)
			case i == 0 || length+1+len(word) > maxLine:
				b.WriteString("\r\n\t")
				length = 1 + len(word)
			default:
				b.WriteByte(' ')
				length += 1 + len(word)
			}
			b.WriteString(word)
		}
	}
	b.WriteString("\r\n")
	return b.String()
}

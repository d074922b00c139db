package trace

import (
	"strings"
	"sync"
	"time"

	"github.com/fakemx/fakemx/internal/received"
)

// maxLine is how many characters RFC 5322 section 2.1.1 recommends for a line
// at most, without its end.
const maxLine = 78

// usualField is the length that most fields stay below, in octets and in words.
const usualField, usualWords = 384, 24

// field is a header field under construction: its words, one behind the other.
type field struct {
	text  []byte
	words []word
	dated dated
}

// dated is the last date that was written, as messages come many in a second
// and the layout of a date takes longer than the rest of a field.
type dated struct {
	second int64
	zone   *time.Location
	text   []byte
}

// word ends at an octet of the text and may begin a line.
type word struct {
	end    int
	begins bool
}

// newField returns one without words.
func newField() field {
	return field{text: make([]byte, 0, usualField), words: make([]word, 0, usualWords)}
}

// fields are those that are not under construction.
var fields = sync.Pool{New: func() any { f := newField(); return &f }}

// line begins a new line. A text holds words with spaces between them; where
// there are none, there is no line.
func (out *field) line(texts ...string) {
	begins := true
	for _, text := range texts {
		for w := range strings.FieldsSeq(text) {
			out.add(w, begins)
			begins = false
		}
	}
}

// word adds one word to the line, though there be spaces in it.
func (out *field) word(w string) { out.add(w, false) }

func (out *field) add(w string, begins bool) {
	out.text = append(out.text, w...)
	out.words = append(out.words, word{len(out.text), begins})
}

// append adds words of another field, from the one numbered first up to next.
func (out *field) append(other field, first, next int) {
	start := 0
	if first > 0 {
		start = other.words[first-1].end
	}
	moved := len(out.text) - start
	for _, w := range other.words[first:next] {
		out.text = append(out.text, other.text[start:w.end]...)
		out.words = append(out.words, word{moved + w.end, w.begins})
		start = w.end
	}
}

// date adds a date on a line of its own. It is so short that it need not be
// taken for more than one word.
func (out *field) date(d time.Time) {
	if last := &out.dated; last.zone != d.Location() || last.second != d.Unix() {
		last.zone, last.second = d.Location(), d.Unix()
		last.text = d.AppendFormat(last.text[:0], received.DateLayout)
	}
	out.text = append(out.text, out.dated.text...)
	out.words = append(out.words, word{len(out.text), true})
}

// attach writes s directly behind the last word.
func (out *field) attach(s string) {
	out.text = append(out.text, s...)
	out.words[len(out.words)-1].end = len(out.text)
}

// fold returns the field. A line that is longer than maxLine is split further,
// but never within a word.
func (out *field) fold() string {
	var folded [usualField + usualWords*len("\r\n\t")]byte
	b := folded[:0]
	length, start := 0, 0 // of the line so far, of the word
	for _, w := range out.words {
		n := w.end - start
		switch {
		case length == 0:
			length = n
		case w.begins || length+1+n > maxLine:
			b = append(b, "\r\n\t"...)
			length = 1 + n
		default:
			b = append(b, ' ')
			length += 1 + n
		}
		b = append(b, out.text[start:w.end]...)
		start = w.end
	}
	return string(append(b, "\r\n"...))
}

package fakemx

import (
	"bytes"
	"fmt"
	"slices"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/fakemx/fakemx/fakemx/internal/front"
)

// Bounds of a transcript. What is beyond them is counted and said so.
const (
	maxLines    = 1000
	maxLineText = 1000
)

// A transcript gathers what is said in a session. All of its text goes into one
// buffer, so that a record that is kept is a few objects, not one per line:
// where thousands are kept, the collector's work would be the dearest part of a
// session.
type transcript struct {
	began   time.Time // when the first line was added
	text    []byte
	lines   []mark
	dropped int // lines beyond maxLines
}

// A mark is where a line ends in the buffer, and how long after the first one
// it came.
type mark struct {
	after time.Duration
	end   int32
	from  byte // of parties
}

// parties are those of package front in the order of their marks.
var parties = [...]front.Party{front.Client, front.Us, front.Event}

// What a transcript begins with is enough for a session that does not get far;
// what it may have grown to and still be used again, for most that do.
const (
	usualText, mostText   = 384, 64 << 10
	usualLines, mostLines = 16, maxLines
)

var transcripts = sync.Pool{New: func() any {
	return &transcript{text: make([]byte, 0, usualText), lines: make([]mark, 0, usualLines)}
}}

// add takes a line, unless the transcript is full.
func (t *transcript) add(at time.Time, from front.Party, text []byte) {
	if len(t.lines) >= maxLines {
		t.dropped++
		return
	}
	if len(text) > maxLineText {
		text = slices.Concat(text[:maxLineText], []byte(" […]"))
	}
	if !utf8.Valid(text) {
		text = bytes.ToValidUTF8(text, []byte("\uFFFD"))
	}
	if len(t.lines) == 0 {
		t.began = at
	}
	t.text = append(t.text, text...)
	t.lines = append(t.lines, mark{
		after: at.Sub(t.began),
		end:   int32(len(t.text)),                   //nolint:gosec // maxLines of maxLineText
		from:  byte(slices.Index(parties[:], from)), //nolint:gosec // one of three
	})
}

// finish returns the lines with the notices behind them, and gives the buffers
// back. Where lines had to be left out the last one says so.
func (t *transcript) finish(now time.Time, notices []string) []Line {
	if over := len(t.lines) + len(notices) - maxLines; over > 0 || t.dropped > 0 {
		over = max(over+1, 1) // the line that says so takes a place too
		t.lines = t.lines[:len(t.lines)-over]
		notices = append(notices, fmt.Sprintf("the transcript is full, %d further lines are left out", t.dropped+over))
	}
	lines, text, begin := make([]Line, 0, len(t.lines)+len(notices)), string(t.text), int32(0)
	for _, m := range t.lines {
		lines = append(lines, Line{At: t.began.Add(m.after), From: string(parties[m.from]), Text: text[begin:m.end]})
		begin = m.end
	}
	for _, n := range notices {
		lines = append(lines, Line{At: now, From: string(front.Event), Text: n})
	}
	t.release()
	return lines
}

func (t *transcript) release() {
	if cap(t.text) > mostText || cap(t.lines) > mostLines {
		return
	}
	*t = transcript{text: t.text[:0], lines: t.lines[:0]}
	transcripts.Put(t)
}

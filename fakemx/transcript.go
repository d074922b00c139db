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

// A transcript gathers what is said in a session. Its text goes into one buffer,
// so that a record that is kept is a few objects, not one per line: where
// thousands are kept, the collector's work would be the dearest part of a
// session. What is the same in every session is not copied.
type transcript struct {
	began   time.Time // when the first line was added
	text    []byte
	blocks  [][]string
	marks   []mark
	lines   int // that marks stand for
	dropped int // lines beyond maxLines
}

// A mark is a line, or the lines of a block, and how long after the first one
// they came.
type mark struct {
	after time.Duration
	end   int32 // of the line in the text; a block has none there
	block bool  // it is the next of the blocks
	from  byte  // of parties
}

// parties are those of package front in the order of their marks.
var parties = [...]front.Party{front.Client, front.Us, front.Event}

// What a transcript begins with is enough for a session that does not get far;
// what it may have grown to and still be used again, for most that do.
const (
	usualText, mostText   = 192, 64 << 10
	usualMarks, mostMarks = 8, maxLines
	usualBlocks           = 2 // one reply to EHLO in clear and one in TLS
)

var transcripts = sync.Pool{New: func() any {
	return &transcript{
		text: make([]byte, 0, usualText), marks: make([]mark, 0, usualMarks), blocks: make([][]string, 0, usualBlocks),
	}
}}

// add takes a line, unless the transcript is full.
func (t *transcript) add(at time.Time, from front.Party, text []byte) {
	if t.lines >= maxLines {
		t.dropped++
		return
	}
	if len(text) > maxLineText {
		text = slices.Concat(text[:maxLineText], []byte(" […]"))
	}
	if !utf8.Valid(text) {
		text = bytes.ToValidUTF8(text, []byte("\uFFFD"))
	}
	t.text = append(t.text, text...)
	t.mark(at, from, false)
	t.lines++
}

// addAll takes lines that do not change.
func (t *transcript) addAll(at time.Time, from front.Party, lines []string) {
	unfit := func(line string) bool { return len(line) > maxLineText || !utf8.ValidString(line) }
	if t.lines+len(lines) > maxLines || slices.ContainsFunc(lines, unfit) {
		for _, line := range lines {
			t.add(at, from, []byte(line))
		}
		return
	}
	t.blocks = append(t.blocks, lines)
	t.mark(at, from, true)
	t.lines += len(lines)
}

func (t *transcript) mark(at time.Time, from front.Party, block bool) {
	if len(t.marks) == 0 {
		t.began = at
	}
	t.marks = append(t.marks, mark{
		after: at.Sub(t.began), block: block,
		end:  int32(len(t.text)),                   //nolint:gosec // maxLines of maxLineText
		from: byte(slices.Index(parties[:], from)), //nolint:gosec // one of three
	})
}

// finish returns the lines with the notices behind them, and gives the buffers
// back. Where lines had to be left out the last one says so.
func (t *transcript) finish(now time.Time, notices []string) []Line {
	over := 0
	if n := t.lines + len(notices) - maxLines; n > 0 || t.dropped > 0 {
		over = max(n+1, 1) // the line that says so takes a place too
		notices = append(notices, leftOut(t.dropped+over))
	}
	lines := t.appendTo(make([]Line, 0, t.lines+len(notices)))
	lines = lines[:len(lines)-over]
	for _, n := range notices {
		lines = append(lines, Line{At: now, From: FromEvent, Text: n})
	}
	t.release()
	return lines
}

// soFar are the lines so far.
func (t *transcript) soFar(now time.Time) []Line {
	lines := t.appendTo(make([]Line, 0, t.lines+1))
	if t.dropped > 0 {
		lines = append(lines, Line{At: now, From: FromEvent, Text: leftOut(t.dropped)})
	}
	return lines
}

func leftOut(lines int) string {
	return fmt.Sprintf("the transcript is full, %d further lines are left out", lines)
}

// appendTo appends all lines.
func (t *transcript) appendTo(lines []Line) []Line {
	text, blocks, begin := string(t.text), t.blocks, int32(0)
	for _, m := range t.marks {
		l := Line{At: t.began.Add(m.after), From: Party(parties[m.from])}
		if !m.block {
			l.Text = text[begin:m.end]
			lines, begin = append(lines, l), m.end
			continue
		}
		for _, l.Text = range blocks[0] {
			lines = append(lines, l)
		}
		blocks = blocks[1:]
	}
	return lines
}

func (t *transcript) release() {
	if cap(t.text) > mostText || cap(t.marks) > mostMarks {
		return
	}
	clear(t.blocks)
	*t = transcript{text: t.text[:0], marks: t.marks[:0], blocks: t.blocks[:0]}
	transcripts.Put(t)
}

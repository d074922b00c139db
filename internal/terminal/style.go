package terminal

import (
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// defaultWidth is the width of text where there is no terminal to ask, and
// minWidth the narrowest a terminal is taken for.
const (
	defaultWidth = 80
	minWidth     = 40
)

// A Style says how text may look on one writer: whether it may be coloured,
// and how wide it may get, in characters. Whatever text its methods are given
// comes out fit for a terminal, as Text makes it.
type Style struct {
	Colour bool
	Width  int
}

// StyleOf asks the writer. Colours need a terminal, and a user who did not
// object by NO_COLOR (no-color.org).
func StyleOf(w io.Writer) Style {
	s := Style{Width: defaultWidth}
	if !Is(w) {
		return s
	}
	s.Colour = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	if width, _, err := term.GetSize(int(w.(*os.File).Fd())); err == nil {
		s.Width = max(width, minWidth)
	}
	return s
}

// Is reports whether what is written to w is seen on a terminal at once.
func Is(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// Bold is for a heading or a name.
func (s Style) Bold(text string) string { return s.Paint("1", text) }

// Green is for something good.
func (s Style) Green(text string) string { return s.Paint("32", text) }

// Yellow is for something to look at.
func (s Style) Yellow(text string) string { return s.Paint("33", text) }

// Red is for something bad.
func (s Style) Red(text string) string { return s.Paint("31", text) }

// Faint is for something of lesser weight.
func (s Style) Faint(text string) string { return s.Paint("2", text) }

// Paint wraps text in attributes of ECMA-48 section 8.3.117.
func (s Style) Paint(attributes, text string) string {
	text = Text(text)
	if !s.Colour || text == "" {
		return text
	}
	return "\x1b[" + attributes + "m" + text + "\x1b[0m"
}

// Prose fills paragraphs, which blank lines separate, to the style's width,
// every line behind the indent. It never breaks at a hyphen: names of
// scenarios and flags stay whole.
func (s Style) Prose(indent, text string) string {
	var out strings.Builder
	for i, paragraph := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if i > 0 {
			out.WriteByte('\n')
		}
		s.fill(&out, indent, indent, paragraph)
	}
	return out.String()
}

// Item fills one paragraph behind a mark such as "- ", its further lines
// aligned with its first word. The mark is written as it is: it may be painted.
func (s Style) Item(mark, text string) string {
	var out strings.Builder
	s.fill(&out, mark, strings.Repeat(" ", Width(mark)), text)
	return out.String()
}

func (s Style) fill(out *strings.Builder, first, rest, paragraph string) {
	indent, column := first, 0
	for word := range strings.FieldsSeq(paragraph) {
		word = Text(word)
		switch {
		case column == 0:
			out.WriteString(indent)
			column = Width(indent)
		case column+1+Width(word) > s.Width:
			out.WriteString("\n" + rest)
			column = Width(rest)
		default:
			out.WriteByte(' ')
			column++
		}
		out.WriteString(word)
		column += Width(word)
	}
	if column > 0 {
		out.WriteByte('\n')
	}
}

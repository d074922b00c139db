package cli

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

// A style says how text may look on one writer: whether it may be coloured,
// and how wide it may get.
type style struct {
	colour bool
	width  int
}

// styleOf asks the writer. Colours need a terminal, and a user who did not
// object by NO_COLOR (no-color.org).
func styleOf(w io.Writer) style {
	s := style{width: defaultWidth}
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return s
	}
	s.colour = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	if width, _, err := term.GetSize(int(file.Fd())); err == nil {
		s.width = max(width, minWidth)
	}
	return s
}

// The colours say the same everywhere: a heading or a name, something good,
// something to look at, something bad, something of lesser weight.
func (s style) bold(text string) string   { return s.sgr("1", text) }
func (s style) green(text string) string  { return s.sgr("32", text) }
func (s style) yellow(text string) string { return s.sgr("33", text) }
func (s style) red(text string) string    { return s.sgr("31", text) }
func (s style) faint(text string) string  { return s.sgr("2", text) }

// sgr wraps text in an attribute of ECMA-48 section 8.3.117.
func (s style) sgr(attribute, text string) string {
	if !s.colour || text == "" {
		return text
	}
	return "\x1b[" + attribute + "m" + text + "\x1b[0m"
}

// prose fills paragraphs, which blank lines separate, to the style's width,
// every line behind the indent. It never breaks at a hyphen: names of
// scenarios and flags stay whole.
func (s style) prose(indent, text string) string {
	var out strings.Builder
	for i, paragraph := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if i > 0 {
			out.WriteByte('\n')
		}
		s.fill(&out, indent, indent, paragraph)
	}
	return out.String()
}

// item fills one paragraph behind a mark such as "- ", its further lines
// aligned with its first word.
func (s style) item(mark, text string) string {
	var out strings.Builder
	s.fill(&out, mark, strings.Repeat(" ", textWidth(mark)), text)
	return out.String()
}

func (s style) fill(out *strings.Builder, first, rest, paragraph string) {
	indent, column := first, 0
	for word := range strings.FieldsSeq(paragraph) {
		switch {
		case column == 0:
			out.WriteString(indent)
			column = textWidth(indent)
		case column+1+textWidth(word) > s.width:
			out.WriteString("\n" + rest)
			column = textWidth(rest)
		default:
			out.WriteByte(' ')
			column++
		}
		out.WriteString(word)
		column += textWidth(word)
	}
	if column > 0 {
		out.WriteByte('\n')
	}
}

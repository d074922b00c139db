package terminal

import (
	"bytes"
	"testing"
)

func TestProse(t *testing.T) {
	t.Parallel()
	s := Style{Width: 20}
	for name, test := range map[string]struct{ got, want string }{
		"filled":     {s.Prose("", "one two three four five"), "one two three four\nfive\n"},
		"indented":   {s.Prose("  ", "one two three four"), "  one two three four\n"},
		"exactly":    {s.Prose("", "12345678901234567890 x"), "12345678901234567890\nx\n"},
		"long word":  {s.Prose("  ", "a missing-intermediate-here b"), "  a\n  missing-intermediate-here\n  b\n"},
		"paragraphs": {s.Prose(" ", "one\ntwo\n\nthree"), " one two\n\n three\n"},
		"umlauts":    {s.Prose("", "äöüäöüäöü äöüäöüäöü x"), "äöüäöüäöü äöüäöüäöü\nx\n"},
		"item":       {s.Item("- ", "one two three four five"), "- one two three four\n  five\n"},
		"nothing":    {s.Prose("  ", ""), ""},
		"painted":    {s.Item((Style{Colour: true}).Bold("a")+" ", "one two three four five"), "\x1b[1ma\x1b[0m one two three four\n  five\n"},
	} {
		if test.got != test.want {
			t.Errorf("%s: got %q, want %q", name, test.got, test.want)
		}
	}
}

func TestStyle(t *testing.T) {
	t.Parallel()
	if s := StyleOf(new(bytes.Buffer)); s.Colour || s.Width != defaultWidth {
		t.Errorf("off a terminal the style is %+v, want no colour and width %d", s, defaultWidth)
	}
	if got := (Style{Colour: true}).Red("x"); got != "\x1b[31mx\x1b[0m" {
		t.Errorf("red is %q", got)
	}
	if got := (Style{}).Red("x"); got != "x" {
		t.Errorf("red without colours is %q", got)
	}
}

// Text of others is shown, not obeyed, whichever way it is printed.
func TestStyleObeysNoText(t *testing.T) {
	t.Parallel()
	const hostile, shown = "a\x1b[2J\u202eb", `a\x1b[2J\u202eb`
	plain, coloured := Style{Width: 80}, Style{Width: 80, Colour: true}
	for name, test := range map[string]struct{ got, want string }{
		"prose":   {plain.Prose("", hostile), shown + "\n"},
		"item":    {plain.Item(coloured.Bold("x")+" ", hostile), "\x1b[1mx\x1b[0m " + shown + "\n"},
		"plain":   {plain.Red(hostile), shown},
		"painted": {coloured.Red(hostile), "\x1b[31m" + shown + "\x1b[0m"},
	} {
		if test.got != test.want {
			t.Errorf("%s: got %q, want %q", name, test.got, test.want)
		}
	}
}

func TestWidth(t *testing.T) {
	t.Parallel()
	if got := Width("ä" + (Style{Colour: true}).Red("bc") + "d"); got != 4 {
		t.Errorf("a painted text is %d wide, want 4", got)
	}
	for name, test := range map[string]struct{ got, want string }{
		"padded":         {Pad("äö", 4), "äö  "},
		"too wide":       {Pad("abc", 2), "abc"},
		"fits":           {Shorten("äöü", 3), "äöü"},
		"cut":            {Shorten("äöüx", 3), "äö…"},
		"hardly room":    {Shorten("abc", 1), "…"},
		"no room at all": {Shorten("abc", 0), ""},
		"less than none": {Shorten("", -3), ""},
	} {
		if test.got != test.want {
			t.Errorf("%s: got %q, want %q", name, test.got, test.want)
		}
	}
}

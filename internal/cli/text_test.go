package cli

import (
	"bytes"
	"testing"
)

func TestProse(t *testing.T) {
	t.Parallel()
	s := style{width: 20}
	for name, test := range map[string]struct{ got, want string }{
		"filled":     {s.prose("", "one two three four five"), "one two three four\nfive\n"},
		"indented":   {s.prose("  ", "one two three four"), "  one two three four\n"},
		"exactly":    {s.prose("", "12345678901234567890 x"), "12345678901234567890\nx\n"},
		"long word":  {s.prose("  ", "a missing-intermediate-here b"), "  a\n  missing-intermediate-here\n  b\n"},
		"paragraphs": {s.prose(" ", "one\ntwo\n\nthree"), " one two\n\n three\n"},
		"umlauts":    {s.prose("", "äöüäöüäöü äöüäöüäöü x"), "äöüäöüäöü äöüäöüäöü\nx\n"},
		"item":       {s.item("- ", "one two three four five"), "- one two three four\n  five\n"},
		"nothing":    {s.prose("  ", ""), ""},
	} {
		if test.got != test.want {
			t.Errorf("%s: got %q, want %q", name, test.got, test.want)
		}
	}
}

func TestStyle(t *testing.T) {
	t.Parallel()
	if s := styleOf(new(bytes.Buffer)); s.colour || s.width != defaultWidth {
		t.Errorf("off a terminal the style is %+v, want no colour and width %d", s, defaultWidth)
	}
	if got := (style{colour: true}).red("x"); got != "\x1b[31mx\x1b[0m" {
		t.Errorf("red is %q", got)
	}
	if got := (style{}).red("x"); got != "x" {
		t.Errorf("red without colours is %q", got)
	}
}

func TestSize(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]size{"25MiB": 25 << 20, "10MB": 10_000_000, "65536": 65536, "1k": 1000} {
		var s size
		if err := s.Set(text); err != nil || s != want {
			t.Errorf("Set(%q): %d, %v, want %d", text, s, err, want)
		}
	}
	for _, text := range []string{"", "0", "-1", "25XB", "9999999999999GB", "12 EB"} {
		s := size(7)
		if err := s.Set(text); err == nil {
			t.Errorf("Set(%q): %d, want an error", text, s)
		}
	}
}

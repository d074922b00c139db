package terminal_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/fakemx/fakemx/internal/terminal"
)

func TestText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                     "",
		"mx.example.test":      "mx.example.test",
		"Zoë → ok":             "Zoë → ok",
		"a\x1b[31mb":           `a\x1b[31mb`,
		"two\r\nlines\ttab":    `two\r\nlines\ttab`,
		"\u202egnp.exe":        `\u202egnp.exe`,
		"csi\u009b31m":         `csi\u009b31m`,
		"bad \xff\xfe octets":  `bad \xff\xfe octets`,
		"replaced \uFFFD":      "replaced \uFFFD",
		"del\x7f":              `del\x7f`,
		"nul\x00":              `nul\x00`,
		"tag \U000E0041":       `tag \U000e0041`,
		"back\\slash":          `back\slash`,
		"no-break\u00a0space ": `no-break\u00a0space `,
	} {
		if got := terminal.Text(text); got != want {
			t.Errorf("Text(%q) = %q, want %q", text, got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{"a", "\x1b]0;title\a", "\xc2", "é\u0301"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := terminal.Text(text)
		if !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("Text(%q) = %q still holds what a terminal obeys", text, got)
		}
		if again := terminal.Text(got); again != got {
			t.Errorf("Text(%q) = %q, and again %q", text, got, again)
		}
	})
}

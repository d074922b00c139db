package shell_test

import (
	"os/exec"
	"testing"

	"github.com/fakemx/fakemx/internal/shell"
)

func TestQuote(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"":                "''",
		"curl":            "curl",
		"a@b.test":        "a@b.test",
		"smtp://[::1]:25": "'smtp://[::1]:25'",
		"it's":            `'it'\''s'`,
		"$HOME":           "'$HOME'",
		"a b":             "'a b'",
		"|":               "'|'",
		"~":               "'~'",
		"{host}:25":       "{host}:25",
		"{a,b}":           "'{a,b}'",
		"{1..3}":          "'{1..3}'",
		"é":               "'é'",
		"a\x1b[31m'\\":    `$'a\033[31m\'\\'`,
		"\u202egnp.exe":   `$'\342\200\256gnp.exe'`,
		"two\nlines":      `$'two\012lines'`,
		"\xff":            `$'\377'`,
	} {
		if got := shell.Quote(word); got != want {
			t.Errorf("Quote(%q) = %s, want %s", word, got, want)
		}
	}
}

// A shell reads back what was written.
func TestLineIsReadBack(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash to ask")
	}
	words := []string{"", "it's", "$HOME `id`", "{a,b}", "{host}", "*", "!x", "a\x1b[31m\\'\n\u202e\xff0", "é", "#"}
	out, err := exec.Command(bash, "-c", `printf '%s\0' `+shell.Line(words)).Output()
	if err != nil {
		t.Fatal(err)
	}
	want := ""
	for _, word := range words {
		want += word + "\x00"
	}
	if string(out) != want {
		t.Errorf("bash reads %q, want %q", out, want)
	}
}

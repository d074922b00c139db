package terminal_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/fakemx/fakemx/internal/terminal"
)

// JSON means the same as before, and a terminal shows all of it.
func TestJSON(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "plain", "Zoë", "\x1b[2J\a\x00", "csi\u009b31m", "\u202egnp.exe", "del\x7f", "tag \U000E0041", "\u2028\uFFFD"} {
		encoded, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		got := terminal.JSON(encoded)
		if strings.ContainsFunc(string(got), func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("%q: %q still holds what a terminal obeys", text, got)
		}
		var back string
		if err := json.Unmarshal(got, &back); err != nil || back != text {
			t.Errorf("%q: %q means %q, %v", text, got, back, err)
		}
	}
}

// FuzzAppendJSONString holds it against encoding/json.
func FuzzAppendJSONString(f *testing.F) {
	for _, seed := range []string{
		"", "plain <&>", "\"\\/", "\x00\b\t\n\v\f\r\x1b\x7f", "Zoë →", "csi\u009b31m", "\u202egnp.exe", "\u2028\u2029", "tag \U000E0041",
		"\xff\xc0\x80\xe2\x82", "replaced \uFFFD", "\U0010FFFF", "no-break\u00a0space",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var want bytes.Buffer
		encoder := json.NewEncoder(&want)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(text); err != nil {
			t.Fatal(err)
		}
		got := append(terminal.AppendJSONString([]byte("before "), text), '\n')
		if want := "before " + string(terminal.JSON(want.Bytes())); string(got) != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	})
}

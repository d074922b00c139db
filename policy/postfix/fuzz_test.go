package postfix

import (
	"bufio"
	"strings"
	"testing"
)

// FuzzAnswer reads what a daemon sends as a netstring, a reply and a policy. What
// is taken keeps the bounds, and says the same when it is written again.
func FuzzAnswer(f *testing.F) {
	f.Fuzz(func(t *testing.T, input []byte) {
		text, err := readNetstring(bufio.NewReader(strings.NewReader(string(input))))
		if err != nil {
			return
		}
		if len(text) > MaxReply {
			t.Fatalf("%d octets are read", len(text))
		}
		if again, err := readNetstring(bufio.NewReader(strings.NewReader(string(appendNetstring(nil, text))))); err != nil || again != text {
			t.Fatalf("%q is written again, and read as %q, %v", text, again, err)
		}
		if reply, err := ParseReply(text); err == nil && reply.Status == StatusOK {
			_, _ = ParseTLSPolicy(reply.Text)
		}
	})
}

// FuzzParseTLSPolicy: what is taken has a level that is known, and no pattern that
// is empty.
func FuzzParseTLSPolicy(f *testing.F) {
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParseTLSPolicy(text)
		if err != nil {
			return
		}
		if _, err := ParseLevel(string(p.Level)); err != nil {
			t.Fatalf("%q has the level %q", text, p.Level)
		}
		for _, m := range p.Match {
			if m == "" {
				t.Fatalf("%q has an empty pattern", text)
			}
		}
		p.Accepts("mx.example.com", "mx.example.com", "example.com")
	})
}

package scenarios

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParse: whatever a file holds, Parse answers with scenarios that are valid
// and can be written and read again, or with an error.
func FuzzParse(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := Parse("fuzz.yaml", data)
		if err != nil {
			return
		}
		for _, s := range all {
			if err := s.Validate(); err != nil {
				t.Errorf("it is read, but not valid: %v", err)
			}
			if got := reread(t, s); fingerprint(got.Peer) != fingerprint(s.Peer) {
				t.Errorf("it changes: %v", Diff(s.Peer, got.Peer))
			}
		}
	})
}

// FuzzOctets: a text is refused, or it stands for no more octets than it has,
// and for itself if there is nothing to escape.
func FuzzOctets(f *testing.F) {
	for _, text := range []string{"", `250-a\r\n`, `\x0d\xFF\\`, `\`, `\x1`, "250 ok\r\n", `\t{padding:3}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		octets, err := Octets(text)
		switch {
		case err != nil && !strings.Contains(text, `\`):
			t.Error(err)
		case err == nil && (len(octets) > len(text) || !strings.Contains(text, `\`) && string(octets) != text):
			t.Errorf("%q becomes %q", text, octets)
		}
	})
}

// FuzzMatchAddress: a pattern that is an address matches it, in any case, and so
// does one that leaves out a part of it.
func FuzzMatchAddress(f *testing.F) {
	f.Add("a@b.test", 1, 3)
	f.Add("", 0, 0)
	f.Fuzz(func(t *testing.T, address string, from, to int) {
		if from < 0 || to < from || to > len(address) || strings.Contains(address, "*") {
			return
		}
		if !utf8.ValidString(address[:from]) || !utf8.ValidString(address[to:]) {
			return
		}
		if address != "" && (!MatchAddress(address, address) || !MatchAddress(address[:from]+"*"+address[to:], address)) {
			t.Errorf("%q does not match itself", address)
		}
		if MatchAddress(address, address+"x") {
			t.Errorf("%q matches more", address)
		}
	})
}

// FuzzFittingAddress: whatever the pattern, the address fits it.
func FuzzFittingAddress(f *testing.F) {
	for _, pattern := range []string{"*@slow.test", "a*b*", "*.*.*", "<*", "*@", "*@*@*", "<>"} {
		f.Add(pattern)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		if !utf8.ValidString(pattern) || pattern == "" {
			return
		}
		if address := FittingAddress(pattern, "you@example.test"); !MatchAddress(pattern, address) {
			t.Errorf("%q does not fit %q", address, pattern)
		}
	})
}

package addrpattern

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzMatch: a pattern that is an address matches it, in any case, and so
// does one that leaves out a part of it.
func FuzzMatch(f *testing.F) {
	f.Add("a@b.test", 1, 3)
	f.Add("", 0, 0)
	f.Fuzz(func(t *testing.T, address string, from, to int) {
		if from < 0 || to < from || to > len(address) || strings.Contains(address, "*") {
			return
		}
		if !utf8.ValidString(address[:from]) || !utf8.ValidString(address[to:]) {
			return
		}
		if address != "" && (!Match(address, address) || !Match(address[:from]+"*"+address[to:], address)) {
			t.Errorf("%q does not match itself", address)
		}
		if Match(address, address+"x") {
			t.Errorf("%q matches more", address)
		}
	})
}

// FuzzFitting: whatever the pattern, the address fits it.
func FuzzFitting(f *testing.F) {
	for _, pattern := range []string{"*@slow.test", "a*b*", "*.*.*", "<*", "*@", "*@*@*", "<>"} {
		f.Add(pattern)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		if !utf8.ValidString(pattern) || pattern == "" {
			return
		}
		if address := Fitting(pattern, "you@example.test"); !Match(pattern, address) {
			t.Errorf("%q does not fit %q", address, pattern)
		}
	})
}

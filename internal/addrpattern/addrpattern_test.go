package addrpattern

import (
	"strings"
	"testing"
)

// TestFitting: it fits, keeps what it can of the usual address, and is
// well-formed.
func TestFitting(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]string{
		"":                    "you@example.test",
		"*":                   "you@example.test",
		"*@*":                 "you@example.test",
		"you*":                "you@example.test",
		"YOU@*":               "you@example.test",
		"y*@example.*":        "you@example.test",
		"y*@slow.test":        "you@slow.test",
		"full*@*":             "full-you@example.test",
		"full@*":              "full@example.test",
		"full*":               "full-you@example.test",
		"probe-*@*":           "probe-you@example.test",
		"*full@*":             "you-full@example.test",
		"*@slow.test":         "you@slow.test",
		"*slow":               "you@slow",
		"*@*.slow.test":       "you@example.test.slow.test",
		"*.slow.test":         "you@example.test.slow.test",
		"*@*slow.test":        "you@slow.test",
		"*@slow.*":            "you@slow.example.test",
		"*@a.*.test":          "you@a.example.test.test",
		"*@a.*.**.test":       "you@a.example.test.example.test.test",
		"a*b*":                "a-you-b@example.test",
		"a**b@*":              "a-you-b@example.test",
		"a.*@*":               "a.you@example.test",
		"*.a@*":               "you.a@example.test",
		"a*.*@*":              "a-you.x@example.test",
		"a*.*.b@*":            "a-you.x.b@example.test",
		"a*.*b@*":             "a-you.b@example.test",
		"a*b*@c*d.test":       "a-you-b@cd.test",
		"x@y.test":            "x@y.test",
		`"a@b"@*.test`:        `"a@b"@example.test`,
		"postmaster":          "postmaster",
		"<>":                  "",
		"<*>":                 "",
		"*@[127.0.0.1]":       "you@[127.0.0.1]",
		"*@[*]":               "you@[127.0.0.1]",
		"*@[IPv6:*]":          "you@[IPv6:::1]",
		"*@healthy.fakemx.te": "you@healthy.fakemx.te",
	} {
		got := Fitting(pattern, "you@example.test")
		if got != want {
			t.Errorf("%q is fit by %q, want %q", pattern, got, want)
		}
		wantWellFormed(t, pattern, got)
	}
	for pattern, want := range map[string]string{"": "", "*": "", "<>": "", "*@evil.test": "x@evil.test", "me@*": "me@x.test"} {
		if got := Fitting(pattern, ""); got != want {
			t.Errorf("%q is fit by %q instead of no address, want %q", pattern, got, want)
		}
	}
}

// wantWellFormed: an address fits the pattern, and no dot in it is amiss.
func wantWellFormed(t *testing.T, pattern, address string) {
	t.Helper()
	if pattern != "" && !Match(pattern, address) {
		t.Errorf("%q does not fit %q", address, pattern)
	}
	if address == "" || address == "postmaster" {
		return
	}
	at := strings.LastIndex(address, "@")
	for _, part := range []string{address[:max(at, 0)], address[at+1:]} {
		if part == "" || strings.HasPrefix(part, ".") || strings.HasSuffix(part, ".") || strings.Contains(part, "..") {
			t.Errorf("%q, for %q, is no address", address, pattern)
		}
	}
}

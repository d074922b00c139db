package cli

import (
	"strings"
	"testing"

	"github.com/fakemx/fakemx/scenarios"
)

func TestFittingAddress(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]string{
		"":                    "you@example.test",
		"*@*":                 "you@example.test",
		"you*":                "you@example.test",
		"full*@*":             "full@example.test",
		"full@*":              "full@example.test",
		"full*":               "full@example.test",
		"*@slow.test":         "you@slow.test",
		"*@*.slow.test":       "you@example.test.slow.test",
		"*.slow.test":         "you@example.test.slow.test",
		"a*b*@c*d.test":       "ab@cd.test",
		"x@y.test":            "x@y.test",
		"postmaster":          "postmaster",
		"<>":                  "<>",
		"*@[127.0.0.1]":       "you@[127.0.0.1]",
		"*@healthy.fakemx.te": "you@healthy.fakemx.te",
	} {
		got := fitting(pattern, tryRcpt)
		address := strings.Trim(got, "<>")
		if got != want || pattern != "" && !scenarios.MatchAddress(pattern, address) {
			t.Errorf("%q is fit by %q, want %q", pattern, got, want)
		}
	}
}

// Whoever tries a scenario of the catalogue as told meets its faults.
func TestWhatIsTriedMeetsTheFault(t *testing.T) {
	t.Parallel()
	for _, s := range scenarios.All() {
		mail, rcpt := tryAddresses(s)
		for _, f := range s.Peer.Faults {
			if m := f.Match; m != nil && (m.Mail != "" && !scenarios.MatchAddress(s.Expand(m.Mail), mail) || m.Rcpt != "" && !scenarios.MatchAddress(s.Expand(m.Rcpt), rcpt)) {
				t.Errorf("%s: %+v is not met by %s and %s", s.Name, m, mail, rcpt)
			}
		}
	}
}

func TestStrikesAfter(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"healthy": "", "recipient-deferred": "",
		"rate-limited":        "strikes after 3 sessions within 1m0s",
		"too-many-messages":   "strikes after 1 message in a session",
		"too-many-recipients": "strikes after 1 recipient of a message",
	} {
		if got := strikesAfter(scenarios.MustGet(name)); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	s := scenarios.MustGet("healthy").With(func(p *scenarios.Peer) {
		p.Faults = []scenarios.Fault{{After: &scenarios.After{Sessions: 2, Messages: 3}}}
	})
	if got := strikesAfter(s); got != "strikes after 2 sessions and 3 messages in a session" {
		t.Errorf("%q", got)
	}
}

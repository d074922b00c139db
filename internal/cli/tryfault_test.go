package cli

import (
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/internal/addrpattern"
	"github.com/fakemx/fakemx/scenarios"
)

func TestFittingAddress(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]string{
		"":            "you@example.test",
		"full*@*":     "full-you@example.test",
		"*@slow.test": "you@slow.test",
		"<>":          "<>",
	} {
		if got := fitting(pattern, tryRcpt); got != want {
			t.Errorf("%q is fit by %q, want %q", pattern, got, want)
		}
	}
}

// Sender and recipient are both those that the first limited fault asks for.
func TestTriedAddresses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name       string
		matches    []*scenarios.Match
		mail, rcpt string
	}{
		{"no fault", nil, tryMail, tryRcpt},
		{"no limit", []*scenarios.Match{nil}, tryMail, tryRcpt},
		{"a sender", []*scenarios.Match{nil, {Mail: "<>"}}, "<>", tryRcpt},
		{"both", []*scenarios.Match{{Mail: "a@*", Rcpt: "b@*"}, {Mail: "c@*", Rcpt: "d@*"}}, "a@example.test", "b@example.test"},
		{"what stands for them", []*scenarios.Match{{Mail: "*@{scenario}.test", Rcpt: "*@{hostname}"}}, "me@healthy.test", "you@mx.healthy.fakemx.test"},
	} {
		s := scenarios.MustGet("healthy").With(func(p *scenarios.Peer) {
			for _, m := range test.matches {
				p.Faults = append(p.Faults, scenarios.Fault{Match: m})
			}
		})
		if mail, rcpt := tryAddresses(s); mail != test.mail || rcpt != test.rcpt {
			t.Errorf("%s: from %s to %s, want from %s to %s", test.name, mail, rcpt, test.mail, test.rcpt)
		}
		for _, line := range tries(s, nil)[2:] {
			if words := strings.Fields(strings.ReplaceAll(line, "'", "")); !slices.Contains(words, test.mail) || !slices.Contains(words, test.rcpt) {
				t.Errorf("%s: %s does not have %s and %s", test.name, line, test.mail, test.rcpt)
			}
		}
	}
}

// Whoever tries a scenario of the catalogue as told meets its faults.
func TestWhatIsTriedMeetsTheFault(t *testing.T) {
	t.Parallel()
	for _, s := range scenarios.All() {
		mail, rcpt := tryAddresses(s)
		for _, f := range s.Peer.Faults {
			if m := f.Match; m != nil && (m.Mail != "" && !addrpattern.Match(s.Expand(m.Mail), mail) || m.Rcpt != "" && !addrpattern.Match(s.Expand(m.Rcpt), rcpt)) {
				t.Errorf("%s: %+v is not met by %s and %s", s.Name, m, mail, rcpt)
			}
		}
	}
}

func TestStrikesAfter(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"healthy": "", "recipient-deferred": "",
		"rate-limited":        "strikes when more than 3 sessions come within 1m",
		"too-many-messages":   "strikes after the 1st message of a session",
		"too-many-recipients": "strikes after the 1st recipient of a message",
	} {
		if got := strikesAfter(scenarios.MustGet(name)); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	s := scenarios.MustGet("healthy").With(func(p *scenarios.Peer) {
		p.Faults = []scenarios.Fault{{After: &scenarios.After{Sessions: 2, Messages: 3}}}
	})
	if got := strikesAfter(s); got != "strikes after the 2nd session, after the 3rd message of a session" {
		t.Errorf("%q", got)
	}
}

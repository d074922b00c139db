package audit

import (
	"strings"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// conduct is a way to meet a peer that is not authentic.
type conduct int

const (
	refuses conduct = iota
	delivers
	fallsBackToClear
)

// met is what is known of a verifying client that met a scenario in a way.
func met(name string, c conduct) Item {
	inTLS := &fakemx.TLS{Mode: "starttls", Completed: true}
	e := Evidence{Sessions: []fakemx.Session{{TLS: inTLS, Outcome: fakemx.Refused}}}
	switch c {
	case refuses:
	case delivers:
		e.Sessions = []fakemx.Session{{TLS: inTLS, Outcome: fakemx.DeliveredTLS, Accepted: fakemx.Accepted{InTLS: 1}}}
	case fallsBackToClear:
		e.Sessions = append(e.Sessions, fakemx.Session{Outcome: fakemx.DeliveredClear, Accepted: fakemx.Accepted{InClear: 1}})
	}
	return NewItem(scenarios.MustGet(name), Verify, e, delivered)
}

// TestFindingsNameTheTraps: who looks at the chain alone, who falls back to
// clear text, and who looks at nothing are told apart.
func TestFindingsNameTheTraps(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name             string
		mismatch, expire conduct
		want             []string
	}{
		{"verifies", refuses, refuses, nil},
		{"ignores names", delivers, refuses, []string{"verifies the chain but not the name (in 1 scenario)"}},
		{"ignores everything", delivers, delivers, []string{"does not verify"}},
		{"falls back", fallsBackToClear, fallsBackToClear, []string{"falls back to clear text (in 2 scenarios)"}},
		{"falls back but for one", fallsBackToClear, refuses, []string{"falls back to clear text (in 1 scenario)"}},
	} {
		found := findings(Verify, []Item{met("hostname-mismatch", test.mismatch), met("expired", test.expire)})
		if len(found) != len(test.want) {
			t.Errorf("of a client that %s: %q, want %q", test.name, found, test.want)
			continue
		}
		for i, words := range test.want {
			if !strings.Contains(found[i], words) {
				t.Errorf("of a client that %s: %q, want %q", test.name, found[i], words)
			}
		}
	}
}

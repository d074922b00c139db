package audit

import (
	"strings"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

func emptyProbe() *probe {
	return &probe{
		maxSessions: DefaultMaxSessions, maxOctets: DefaultMaxRecordBytes, post: newPostOffice(), arrived: make(chan struct{}),
	}
}

func (p *probe) hasArrived() bool {
	select {
	case <-p.arrived:
		return true
	default:
		return false
	}
}

// However many sessions a client makes, so many are kept, and the others count.
func TestAProbeKeepsSoManySessions(t *testing.T) {
	t.Parallel()
	long := session(fakemx.Refused)
	for range 1000 {
		long.Transcript = append(long.Transcript, fakemx.Line{Text: strings.Repeat("x", 1000)})
	}
	for name, test := range map[string]struct {
		session   fakemx.Session
		kept, all int
	}{
		"by count":  {session(fakemx.Refused), DefaultMaxSessions, DefaultMaxSessions + 7},
		"by octets": {long, 7, 100},
	} {
		p := emptyProbe()
		for range test.all {
			p.finished(test.session)
		}
		p.finished(flagged(fakemx.DeliveredClear, fakemx.CredentialsInClear))
		p.finished(session(fakemx.DeliveredTLS))
		e := p.evidence(nil, "")
		if len(e.Sessions) != test.kept && name == "by count" || len(e.Sessions) > 10 && name == "by octets" {
			t.Errorf("%s: %d sessions are kept, want %d", name, len(e.Sessions), test.kept)
		}
		if n := len(e.Sessions) + e.LeftOut.Sessions; n != test.all+2 {
			t.Errorf("%s: %d sessions are accounted for, want %d", name, n, test.all+2)
		}
		if d := e.delivered(); d.tls != 1 || d.clear != 1 || !e.flagged(fakemx.CredentialsInClear) {
			t.Errorf("%s: what was left out does not count: %+v", name, e.LeftOut)
		}
	}
}

// A client that did not hear of its delivery will try again, which is waited
// for.
func TestAWithheldReplyIsNoArrival(t *testing.T) {
	t.Parallel()
	p := emptyProbe()
	withheld := session(fakemx.DeliveredTLS)
	withheld.Fault = string(scenarios.AtDot) + " " + string(scenarios.DoReset)
	p.finished(withheld)
	p.finished(session(fakemx.Refused))
	if p.hasArrived() {
		t.Error("a delivery whose 250 was withheld is taken for the last")
	}
	withheld.Fault = string(scenarios.AtDot) + " " + string(scenarios.DoDrip) // slow, but there
	p.finished(withheld)
	if !p.hasArrived() {
		t.Error("a delivery is not noticed")
	}
}

// A client that never came is told apart by how far it got.
func TestNever(t *testing.T) {
	t.Parallel()
	none, one, two := 0, 1, 2
	for want, e := range map[string]Evidence{
		"never connected":                                  {},
		"never connected (exit code 3)":                    {Runs: []CommandRun{{Exit: 1}, {Exit: 3}}, Lookups: &none},
		"never connected (ended by signal: hangup)":        {Runs: []CommandRun{{Signal: "hangup"}}},
		"never connected, nor asked the DNS":               {Lookups: &none},
		"never connected, though it asked the DNS":         {Lookups: &one},
		"never connected, though it asked the DNS 2 times": {Lookups: &two},
	} {
		if got := e.never(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

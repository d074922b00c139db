package audit

import (
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// A peer with a bad node: what counts is in which session a client delivers.
func TestDeliveryToTheBadNode(t *testing.T) {
	t.Parallel()
	met := func(o fakemx.Outcome, bad bool) fakemx.Session {
		s := session(o)
		s.TLS = &fakemx.TLS{Completed: true, Alternate: bad}
		return s
	}
	refused, toGood, toBad := met(fakemx.Refused, true), met(fakemx.DeliveredTLS, false), met(fakemx.DeliveredTLS, true)
	for name, tt := range map[string]struct {
		policy   Policy
		sessions []fakemx.Session
		want     Result
	}{
		"verifies":                  {Verify, []fakemx.Session{refused, toGood}, Pass},
		"does not verify":           {Verify, []fakemx.Session{toBad}, Fail},
		"verifies now and then":     {Verify, []fakemx.Session{toBad, toGood}, Fail},
		"falls back to clear text":  {Verify, []fakemx.Session{refused, session(fakemx.DeliveredClear)}, Fail},
		"gives up":                  {Verify, []fakemx.Session{refused}, Fail},
		"need not verify":           {Encrypt, []fakemx.Session{toBad}, Pass},
		"opportunistic":             {Opportunistic, []fakemx.Session{toBad}, Pass},
		"the good node comes first": {Verify, []fakemx.Session{toGood}, Pass},
	} {
		if v := Judge(scenarios.MustGet("one-bad-node"), tt.policy, sessions(tt.sessions...), delivered); v.Result != tt.want {
			t.Errorf("%s: %s (%s), want %s", name, v.Result, v.Reason, tt.want)
		}
	}
	if n := Attempts(scenarios.MustGet("one-bad-node")); n != 2 {
		t.Errorf("%d attempts, want 2", n)
	}
}

// An MTA that refused the bad node and has not come back has not failed.
func TestDeferredByTheBadNode(t *testing.T) {
	t.Parallel()
	s := session(fakemx.Refused)
	s.TLS = &fakemx.TLS{Alternate: true}
	e := sessions(s)
	e.Waited = scenarios.Span(time.Minute)
	if v := Judge(scenarios.MustGet("one-bad-node"), Verify, e, delivered); v.Result != Unclear || !strings.Contains(v.Reason, "deferred") {
		t.Errorf("%s (%s), want unclear", v.Result, v.Reason)
	}
}

package audit

import (
	"context"
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// TestProgress: a message's turn comes when the one before has arrived, and all
// is over when all has, or what can.
func TestProgress(t *testing.T) {
	t.Parallel()
	const first, second, nobody = "A@recipient-refused.fakemx.test", "b@recipient-refused.fakemx.test", "unknown@recipient-refused.fakemx.test"
	delivering := func(to ...string) fakemx.Session {
		s := session(fakemx.DeliveredTLS)
		s.Transactions[0].To = to
		return s
	}
	striking := fakemx.Session{Outcome: fakemx.Refused, Fault: fakemx.Fault{At: scenarios.AtRCPT, Do: scenarios.DoReply}}
	stuck := delivering(second)
	stuck.Fault = fakemx.Fault{At: scenarios.AtDot, Do: scenarios.DoReset}
	for name, test := range map[string]struct {
		list       []fakemx.Session
		turn, over bool
	}{
		"nothing":                {},
		"the first":              {[]fakemx.Session{delivering("a@recipient-refused.fakemx.test")}, true, false},
		"the second":             {[]fakemx.Session{delivering(second)}, false, false},
		"both, nobody refused":   {[]fakemx.Session{delivering(first), delivering(second)}, true, false},
		"all of them":            {[]fakemx.Session{delivering(first), delivering(second, nobody)}, true, true},
		"struck":                 {[]fakemx.Session{striking}, true, false},
		"both, and struck":       {[]fakemx.Session{delivering(first), striking, delivering(second)}, true, true},
		"that one not for good":  {[]fakemx.Session{delivering(first), stuck, striking, delivering(first)}, true, false},
		"without a reply to one": {[]fakemx.Session{delivering(first), stuck}, true, false},
	} {
		p := emptyProbe()
		p.scenario = scenarios.MustGet("recipient-refused")
		p.load.envelopes = []Envelope{{To: []string{first}}, {To: []string{second, nobody}}}
		p.letters = []letter{{Envelope: p.load.envelopes[0]}, {Envelope: p.load.envelopes[1]}}
		waits := p.turn(p.letters[0])
		for _, s := range test.list {
			p.finished(s)
		}
		if turn := p.turn(p.letters[0]) == nil; turn != test.turn || p.hasArrived() != test.over {
			t.Errorf("%s: turn %v, over %v, want %v, %v", name, turn, p.hasArrived(), test.turn, test.over)
		}
		select {
		case <-waits:
		default:
			if len(test.list) > 0 {
				t.Errorf("%s: who waits is not told", name)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		p.awaitTurn(ctx, p.letters[0]) // ends, whatever came
		cancel()
	}
}

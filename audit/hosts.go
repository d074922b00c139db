package audit

import (
	"fmt"

	"github.com/fakemx/fakemx/fakemx"
)

// deliveredAt counts what a client delivered to the first host of a peer, or to
// the second.
func (e Evidence) deliveredAt(second bool) delivery {
	var all delivery
	for _, s := range e.Sessions {
		if e.atSecondHost(s) == second {
			d := deliveredIn(s)
			all.tls += d.tls
			all.clear += d.clear
		}
	}
	return all
}

// atSecondHost: the session was with the second host.
func (e Evidence) atSecondHost(s fakemx.Session) bool {
	return e.SecondHost != "" && s.Local == e.SecondHost
}

// expectTogether is what a client has to do with two hosts, by what it has to do
// with each: if it must not deliver to one, it may deliver to the other.
func expectTogether(first, second Expectation) Expectation {
	if first.Duty != MustNotDeliver || second.Duty == MustNotDeliver {
		return first
	}
	second.Duty, second.Ground = MayDeliver, ""
	second.Because = "the client must not deliver to the first host, as " + first.Because + "; it may go on with the second"
	return second
}

// onHosts judges by each host where there are two, and one of them is not to be
// delivered to: going on with the other one is no excuse.
func (c *court) onHosts() (Verdict, bool) {
	s := c.scenario
	if !s.HasSecondHost() {
		return Verdict{}, false
	}
	first, second := expectAt(s, c.policy), expectAt(s.AsSecondHost(), c.policy)
	for _, host := range []struct {
		expected  Expectation
		delivered delivery
		name      string
	}{
		{first, c.evidence.deliveredAt(false), s.Hostname()}, {second, c.evidence.deliveredAt(true), s.AsSecondHost().Hostname()},
	} {
		switch {
		case host.delivered.any() && host.expected.Duty == MustNotDeliver:
			return Verdict{Fail, fmt.Sprintf("the client delivered %s to %s, though %s", host.delivered.words(), host.name, host.expected.Because)}, true
		case host.delivered.clear > 0 && host.expected.InTLS:
			return Verdict{Fail, fmt.Sprintf("the client delivered %s to %s, though it must use TLS there", host.delivered.words(), host.name)}, true
		}
	}
	if first.Duty != MustNotDeliver || second.Duty == MustNotDeliver {
		return Verdict{}, false
	}
	return c.passedBy(first)
}

// passedBy: the client did not deliver to the first host, as it must not.
func (c *court) passedBy(first Expectation) (Verdict, bool) {
	switch {
	case c.delivered.any():
		return Verdict{Pass, "the client did not deliver to the first host, as " + first.Because + ", and delivered " + c.delivered.words() + " to the second, as it may"}, true
	case !c.control.Delivered, len(c.evidence.Sessions) == 0 && c.knewBetter() == "":
		return Verdict{}, false // which proves nothing
	}
	return Verdict{Pass, "the client did not deliver to the first host, as it must not, nor to the second, as it need not" + c.how()}, true
}

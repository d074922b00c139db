package audit

import "github.com/fakemx/fakemx/scenarios"

// tlsaMatters: the policy goes by the TLSA records of the scenario's domain, and
// a client that keeps it has to ask for them.
func (c *court) tlsaMatters() bool {
	switch c.scenario.Facts.DANE {
	case scenarios.DANEMatches, scenarios.DANEMismatch, scenarios.DANEUnusable, scenarios.DANEUnknowable:
		return c.policy.followsDANE() && leadsNowhere(c.scenario.Facts) == ""
	default:
		return false
	}
}

// neverAsked: it is known that the client did not ask for a TLSA record, though
// it had to.
func (c *court) neverAsked() bool {
	return c.tlsaMatters() && c.evidence.Queries != nil && !c.evidence.asked("TLSA")
}

// unasked: a client that does not know what the domain publishes has not gone by
// it, whatever it did. If it delivered where it must not, it broke its policy all
// the same.
func (c *court) unasked() (Verdict, bool) {
	if !c.neverAsked() || c.delivered.any() && c.expected.Duty == MustNotDeliver {
		return Verdict{}, false
	}
	what := "did not deliver" + c.how()
	if c.delivered.any() {
		what = "delivered " + c.delivered.words()
	}
	return Verdict{Unclear, "the client " + what + ", but it never asked for the TLSA record" + c.why()}, true
}

// ignorance says that a client that delivered did not know what the domain
// publishes.
func (c *court) ignorance() string {
	if c.neverAsked() {
		return "; it never asked for the TLSA record" + c.why()
	}
	return ""
}

// why is the commonest reason not to ask: a client looks for TLSA records only
// where it sees that the address of the host is secure (RFC 7672 section 2.2.2).
func (c *court) why() string {
	if c.evidence.asked("A") || c.evidence.asked("AAAA") || c.evidence.asked("MX") {
		return ": either it does not do DANE, or it does not see the AD bit of its resolver"
	}
	return ": it does not use the DNS of the audit"
}

// indifferent: a client that delivers where a record does not match shows
// nothing by delivering where one does.
func (c *court) indifferent() (Verdict, bool) {
	applies := c.control.Indifferent && c.tlsaMatters() && c.delivered.any() && c.expected.Duty == MustDeliver && !isControl(c.scenario, c.policy)
	if !applies {
		return Verdict{}, false
	}
	counterpart, _ := Counterpart(ControlFor(c.scenario, c.policy), c.policy)
	return Verdict{Unclear, "the client delivered " + c.delivered.words() + ", as it must, but it delivers to " + counterpart.Name + " too, so that this does not show that it does DANE"}, true
}

// stayedAway: the client must not deliver, did not connect, and had asked the DNS
// for what forbids the delivery. That is a refusal.
func (c *court) stayedAway() bool {
	return c.expected.Duty == MustNotDeliver && c.knewBetter()
}

// knewBetter: the client never connected, and had asked the DNS for what says that
// it must not deliver.
func (c *court) knewBetter() bool {
	e, f := c.evidence, c.scenario.Facts
	if len(e.Sessions) > 0 || e.LeftOut.Sessions > 0 || e.Lookups == nil || *e.Lookups == 0 {
		return false
	}
	row, ok := daneRowOf(f, c.policy)
	switch {
	case leadsNowhere(f) != "":
		return true
	case !ok || row.as != "":
		return false // what forbids it shows to those who connect
	}
	switch f.DANE {
	case scenarios.DANEMismatch: // which shows in the handshake
		return false
	case scenarios.DANEUnknowable, scenarios.DANEUnusable:
		return e.asked("TLSA")
	}
	return true // that there is nothing secure shows by the first lookup
}

package audit

import "github.com/fakemx/fakemx/scenarios"

// tlsaMatters: the policy goes by the TLSA records of the scenario's domain, and
// a client that keeps it has to ask for them. It need not for a message that asks
// to ignore them.
func (c *court) tlsaMatters() bool {
	switch c.scenario.Facts.DANE {
	case scenarios.DANEMatches, scenarios.DANEMismatch, scenarios.DANEUnusable, scenarios.DANEUnknowable:
		return c.policy.followsDANE() && leadsNowhere(c.scenario.Facts) == "" && !c.scenario.Message.WaivesTLS()
	default:
		return false
	}
}

// stsMatters: the policy goes by the MTA-STS policy of the scenario's domain, and
// a client that keeps it has to ask for the TXT record. Where DANE has decided, a
// client of both need not.
func (c *court) stsMatters() bool {
	f := c.scenario.Facts
	if !c.policy.followsSTS() || f.STS == "" || leadsNowhere(f) != "" || c.scenario.Message.WaivesTLS() {
		return false
	}
	decided := f.DANE != "" && f.DANE != scenarios.DANENone && f.DANE != scenarios.DANEUnusable
	return !c.policy.followsDANE() || !decided
}

// barredBySTS: the client of both fetched an MTA-STS policy that forbids the
// delivery, and then did not deliver. It may go by that before it looks for TLSA
// records.
func (c *court) barredBySTS() bool {
	return c.policy.followsSTS() && c.scenario.Facts.STS == scenarios.STSForbids && c.evidence.fetched() && !c.delivered.any()
}

// unaskedFor is the record for which it is known that the client did not ask,
// though it had to; empty if there is none. Where the peer does not fulfil what a
// message demands, no record makes a difference.
func (c *court) unaskedFor() string {
	switch {
	case c.evidence.Queries == nil, c.scenario.Message.RequireTLS && unmet(c.scenario, c.policy) != "", c.heeds():
		return ""
	case c.tlsaMatters() && !c.evidence.askedForTLSA() && !c.barredBySTS():
		return "TLSA record" + c.whyTLSA()
	case c.stsMatters() && !c.evidence.askedForSTS():
		return "TXT record of MTA-STS" + c.whySTS()
	}
	return ""
}

// unasked: a client that does not know what the domain publishes has not gone by
// it, whatever it did. If it delivered where it must not, it broke its policy all
// the same.
func (c *court) unasked() (Verdict, bool) {
	record := c.unaskedFor()
	if record == "" || c.delivered.any() && c.expected.Duty == MustNotDeliver {
		return Verdict{}, false
	}
	what := "did not deliver" + c.how()
	if c.delivered.any() {
		what = "delivered " + c.delivered.words()
	}
	return Verdict{Unclear, "the client " + what + ", but it never asked for the " + record}, true
}

// ignorance says that a client that delivered did not know what the domain
// publishes.
func (c *court) ignorance() string {
	switch record := c.unaskedFor(); {
	case record != "":
		return "; it never asked for the " + record
	case c.evidence.toldBogus(c.scenario):
		return "; the DNS gave it a bogus answer, so that its resolver does not validate"
	}
	if c.stsMatters() && c.scenario.Facts.STS == scenarios.STSForbids && c.evidence.Fetches != nil && !c.evidence.fetched() {
		return "; it never fetched the policy"
	}
	return ""
}

// otherDNS is why a client that asked for nothing did not ask for a record.
const otherDNS = ": it does not use the DNS of the audit"

// askedAnything: the client looked for the peer in the DNS of the audit.
func (c *court) askedAnything() bool {
	return c.evidence.asked("A") || c.evidence.asked("AAAA") || c.evidence.asked("MX")
}

// whyTLSA is the commonest reason not to ask: a client looks for TLSA records only
// where it sees that the address of the host is secure (RFC 7672 section 2.2.2).
func (c *court) whyTLSA() string {
	if c.askedAnything() {
		return ": either it does not do DANE, or it does not see the AD bit of its resolver"
	}
	return otherDNS
}

// whySTS is the commonest reason not to ask for the TXT record.
func (c *court) whySTS() string {
	if c.askedAnything() {
		return ": either it does not do MTA-STS, or what does it for the client uses another resolver"
	}
	return otherDNS
}

// goesBy is what a client shows that it does by minding the control's counterpart.
func (c *court) goesBy() string {
	if c.tlsaMatters() {
		return "DANE"
	}
	return "MTA-STS"
}

// indifferent: a client that delivers where a record does not match, or where a
// policy forbids it, shows nothing by delivering where one does.
func (c *court) indifferent() (Verdict, bool) {
	applies := c.control.Indifferent && (c.tlsaMatters() || c.stsMatters()) && c.delivered.any() && c.expected.Duty == MustDeliver && !isControl(c.scenario, c.policy)
	if !applies {
		return Verdict{}, false
	}
	counterpart, _ := Counterpart(ControlFor(c.scenario, c.policy), c.policy)
	return Verdict{Unclear, "the client delivered " + c.delivered.words() + ", as it must, but it delivers to " + counterpart.Name + " too, so that this does not show that it does " + c.goesBy()}, true
}

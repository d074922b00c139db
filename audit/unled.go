package audit

import (
	"reflect"

	"github.com/fakemx/fakemx/scenarios"
)

// leadsOddly: what is special about the scenario is where its domain's MX and
// address records lead. Only a client that looks them up meets it.
func leadsOddly(s scenarios.Scenario) bool {
	own, usual := s.Peer.DNS, scenarios.Healthy().DNS
	resolves := s.Facts.Resolves != "" && s.Facts.Resolves != scenarios.ResolvesYes
	return resolves || s.Message.RequireTLS && unsecuredMX(s) || !reflect.DeepEqual(own.MX, usual.MX) || !reflect.DeepEqual(own.Addresses, usual.Addresses)
}

// unled: a client that was told where to connect, and did not look up the MX
// record, has not met what is special about the scenario.
func (c *court) unled() (Verdict, bool) {
	e := c.evidence
	if e.Queries == nil || !leadsOddly(c.scenario) || e.asked("MX") || len(e.Sessions) == 0 {
		return Verdict{}, false
	}
	return Verdict{Unclear, "the client connected, but did not look up the MX record of " + c.scenario.Domain() + ", which is what this is about: " +
		"it was told where to connect, or uses another DNS"}, true
}

// unvalidated: the client's resolver does not validate, and was told what a
// resolver that does would not have passed on. Only a policy with DANE asks for
// validation.
func (c *court) unvalidated() (Verdict, bool) {
	e := c.evidence
	signed := c.scenario.Family == scenarios.FamilyDNSSEC || c.scenario.Peer.DNS.Zone.Signed
	if !signed || c.policy.followsDANE() || leadsNowhere(c.scenario.Facts) == "" || !c.delivered.any() || !e.led() {
		return Verdict{}, false
	}
	return Verdict{May, "the client delivered " + c.delivered.words() + ": its resolver does not validate, which this policy does not ask for"}, true
}

// led: the DNS answered what the client asked about MX and address records.
func (e Evidence) led() bool {
	if !e.asked("MX") {
		return false
	}
	for _, l := range e.Queries {
		if (l.Type == "MX" || l.Type == "A" || l.Type == "AAAA") && l.Rcode != "NOERROR" {
			return false
		}
	}
	return true
}

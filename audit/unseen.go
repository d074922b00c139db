package audit

import "github.com/fakemx/fakemx/scenarios"

// stayedAway: the client must not deliver, did not connect, and had asked the DNS
// for what forbids the delivery. That is a refusal.
func (c *court) stayedAway() bool {
	return c.expected.Duty == MustNotDeliver && c.knewBetter() != ""
}

// knewBetter says how a client that never connected learnt that it must not
// deliver; empty if it is not known to have. What it asked for told it so, and it
// need not see the peer.
func (c *court) knewBetter() string {
	e, f := c.evidence, c.scenario.Facts
	const unconnected = ", and did not connect"
	asked := e.Lookups != nil && *e.Lookups > 0 || len(e.Queries) > 0
	askedDNS := "asked the DNS"
	if e.Lookups != nil {
		askedDNS += times(*e.Lookups)
	}
	r, published := rowOf(f, c.policy)
	switch {
	case c.toldByDNS() && len(e.Sessions) == 0: // what it returned to the sender may have come here
		return askedDNS + unconnected + " with the message"
	case !asked || len(e.Sessions) > 0 || e.LeftOut.Sessions > 0:
	case leadsNowhere(f) != "":
		return askedDNS + unconnected
	case !published || r.as != "":
	case r.rests == byDANE && f.DANE == scenarios.DANEMismatch: // which shows only in the handshake
	case r.rests == byDANE && (f.DANE == scenarios.DANEUnknowable || f.DANE == scenarios.DANEUnusable) && e.Queries != nil && !e.askedForTLSA():
	case r.rests == byDANE: // that there is nothing secure shows by the first lookup
		return askedDNS + unconnected
	case r.rests == bySTS && e.askedForSTS() && e.fetched():
		return "asked for the TXT record of MTA-STS, fetched the policy" + unconnected
	case r.rests == bySTS && e.askedForSTS():
		return "asked for the TXT record of MTA-STS" + unconnected
	}
	return ""
}

// misled: the client fetched a policy that is not to be followed, and then did not
// connect. An MTA that did so is not merely late.
func (c *court) misled() bool {
	fact := c.scenario.Facts.STS
	return (fact == scenarios.STSNone || fact == scenarios.STSTesting) && c.stsMatters() && c.expected.Duty == MustDeliver &&
		len(c.evidence.Sessions) == 0 && c.evidence.fetched()
}

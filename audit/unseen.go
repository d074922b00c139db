package audit

import "github.com/fakemx/fakemx/scenarios"

// knewBetter says how a client that never connected learnt that it must not
// deliver; empty if it is not known to have. What it asked for told it so, and it
// need not see the peer.
func (c *court) knewBetter() string {
	e, f := c.evidence, c.scenario.Facts
	const unconnected = ", and did not connect"
	asked := e.Lookups != nil && *e.Lookups > 0 || len(e.Queries) > 0
	r, published := rowOf(f, c.policy)
	switch {
	case !asked || len(e.Sessions) > 0 || e.LeftOut.Sessions > 0:
	case leadsNowhere(f) != "":
		return "asked the DNS" + unconnected
	case !published || r.as != "":
	case r.rests == byDANE && f.DANE != scenarios.DANEMismatch: // which shows only in the handshake
		return "asked the DNS" + unconnected
	case r.rests == bySTS && e.askedForSTS() && e.fetched():
		return "asked for the TXT record of MTA-STS, fetched the policy" + unconnected
	case r.rests == bySTS && e.askedForSTS():
		return "asked for the TXT record of MTA-STS" + unconnected
	}
	return ""
}

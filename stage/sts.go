package stage

import (
	"net/netip"
	"strings"

	"github.com/miekg/dns"

	"github.com/fakemx/fakemx/mxdns"
	"github.com/fakemx/fakemx/scenarios"
)

// sts adds the TXT records and the policy host of a scenario. Where an alias is at
// their names, they are at the name to which it leads.
func (b *zoneBuilder) sts(p place) {
	s := p.scenario
	if s.Peer.STS == nil {
		return
	}
	at := aliased(s, s.STSName())
	for _, text := range s.STSRecords(b.policies.id) {
		b.add(at, txt(text, s.Peer.STS.TXTSplit))
	}
	var addr netip.Addr
	switch s.Peer.STS.HTTPS.Host {
	case scenarios.PolicyHostAbsent:
	case scenarios.PolicyHostRefuses:
		addr = p.addr // where nobody listens at that port
	default:
		addr = b.policies.host
	}
	if addr.IsValid() {
		b.add(aliased(s, s.PolicyHost()), mxdns.Addresses(addr)...)
	}
}

// aliased is the name to which an alias of the scenario leads, or the name itself
// if there is none.
func aliased(s scenarios.Scenario, name string) string {
	for _, a := range s.Peer.DNS.Aliases {
		if a.Type != "DNAME" && strings.EqualFold(s.Expand(a.Name), name) {
			name = s.Expand(a.To)
		}
	}
	return dns.CanonicalName(name)
}

// txt is a TXT record, whose text may be in two strings (RFC 8461 section 3.1).
func txt(text string, split bool) dns.RR {
	record := mxdns.TXT(text)
	if half := len(text) / 2; split && half > 0 {
		record.(*dns.TXT).Txt = []string{text[:half], text[half:]} //nolint:forcetypeassert // what TXT returns
	}
	return record
}

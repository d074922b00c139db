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
	texts, host := aliased(s, s.STSName()), aliased(s, s.PolicyHost())
	if len(s.Peer.Steps) == 0 {
		b.add(texts, b.stsTexts(s)...)
		b.add(host, b.policyHost(s, p.addr)...)
		return
	}
	now := func() scenarios.Scenario { return s.AtStep(b.policies.step(s.Name)) }
	b.change(texts, func() mxdns.Records { return b.stsTexts(now()) })
	b.change(host, func() mxdns.Records { return b.policyHost(now(), p.addr) })
}

// change adds records that change.
func (b *zoneBuilder) change(name string, records func() mxdns.Records) {
	if home := b.at(name); home != nil {
		there := b.published(home, name)
		there.changing = append(there.changing, records)
	}
}

// stsTexts are the TXT records.
func (b *zoneBuilder) stsTexts(s scenarios.Scenario) (records mxdns.Records) {
	for _, text := range s.STSRecords(b.policies.id) {
		records = append(records, txt(text, s.Peer.STS.TXTSplit))
	}
	return records
}

// policyHost is the address of the policy host, if it has one.
func (b *zoneBuilder) policyHost(s scenarios.Scenario, peer netip.Addr) mxdns.Records {
	addr := b.policies.host
	switch s.Peer.STS.HTTPS.Host {
	case scenarios.PolicyHostAbsent:
		return nil
	case scenarios.PolicyHostRefuses:
		addr = peer // where nobody listens at that port
	}
	if !addr.IsValid() {
		return nil
	}
	return mxdns.Addresses(addr)
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

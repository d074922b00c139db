package stage

import (
	"net/netip"
	"slices"

	"github.com/miekg/dns"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/mxdns"
	"github.com/fakemx/fakemx/scenarios"
)

// parent is the domain above those of all scenarios, and nameServer the host
// name of the DNS.
const (
	parent     = scenarios.ParentDomain + "."
	nameServer = "ns." + parent
)

// A place is where a scenario's peer is, or is going to be.
type place struct {
	scenario scenarios.Scenario
	addr     netip.Addr
	// pki returns the peer's certificates; nil as long as it is not played.
	pki func() *certgen.PKI
	// second is the scenario's second address, if it has one, and secondPKI
	// returns the certificates of the second host, as pki does.
	second    netip.Addr
	secondPKI func() *certgen.PKI
}

// zonesFor are the zones of the domains of all peers. On an address that is
// unspecified, the DNS answers on the peers' addresses too, and its name stands
// for that of the first one.
func zonesFor(places []place, own netip.Addr, sts stsPlace, reports reportsPlace) []mxdns.Zone {
	b := &zoneBuilder{policies: sts, reports: reports}
	// It is signed, so that the zones below can be secure.
	top := b.zone(parent, "")
	top.Signing = new(mxdns.Signing)
	if own.IsUnspecified() && len(places) > 0 {
		top.Names[nameServer] = mxdns.Addresses(places[0].addr)
	}
	for _, p := range places {
		b.domain(p)
	}
	for _, p := range reports.places {
		b.domain(p)
	}
	b.reportsHost()
	return b.zones
}

// A zoneBuilder makes zones.
type zoneBuilder struct {
	zones    []mxdns.Zone
	policies stsPlace
	reports  reportsPlace
}

// zone adds an empty zone.
func (b *zoneBuilder) zone(name, scenario string) *mxdns.Zone {
	b.zones = append(b.zones, mxdns.Zone{Name: name, Scenario: scenario, NameServer: nameServer, Names: map[string]mxdns.Source{}})
	return &b.zones[len(b.zones)-1]
}

// at is the zone to which a name belongs; nil if there is none.
func (b *zoneBuilder) at(name string) *mxdns.Zone {
	var deepest *mxdns.Zone
	for i, z := range b.zones {
		if dns.IsSubDomain(z.Name, name) && (deepest == nil || dns.CountLabel(z.Name) > dns.CountLabel(deepest.Name)) {
			deepest = &b.zones[i]
		}
	}
	return deepest
}

// add adds records to those at a name, if it is in one of the zones.
func (b *zoneBuilder) add(name string, records ...dns.RR) {
	if home := b.at(name); home != nil {
		there := b.published(home, name)
		there.records = slices.Concat(there.records, mxdns.Records(records))
	}
}

// published is the source of a name.
func (b *zoneBuilder) published(home *mxdns.Zone, name string) *published {
	if there, ok := home.Names[name].(*published); ok {
		return there
	}
	made := new(published)
	home.Names[name] = made
	return made
}

// domain adds what the domain of a scenario publishes.
func (b *zoneBuilder) domain(p place) {
	s := p.scenario
	d := s.Peer.DNS
	domain, host := dns.CanonicalName(s.Domain()), dns.CanonicalName(s.Hostname())
	b.zone(domain, s.Name).Signing = signing(s, d.Zone)
	if own := b.at(host); own == nil || own.Name == parent && host != parent || d.HostZone != nil && own.Name != host {
		z := b.zone(host, s.Name)
		if d.HostZone != nil {
			z.Signing = signing(s, *d.HostZone)
		}
	}
	for _, mx := range d.MX {
		b.add(domain, mxdns.MX(uint16(mx.Preference), s.Expand(mx.Host))) //nolint:gosec // the scenario was validated
	}
	for _, a := range d.Addresses {
		b.address(p, a)
	}
	for _, a := range d.Aliases {
		b.add(dns.CanonicalName(s.Expand(a.Name)), alias(a.Type, s.Expand(a.To)))
	}
	b.tlsa(p)
	b.sts(p)
	b.tlsrpt(p.scenario)
	b.faults(s, domain, host)
	b.reverse(host, p)
}

// unreachable is an address in the discard prefix (RFC 6666).
var unreachable = netip.MustParseAddr("100::1")

// address adds an address, which several peers may share.
func (b *zoneBuilder) address(p place, a scenarios.Address) {
	name, addr := dns.CanonicalName(p.scenario.Expand(a.Name)), p.addr
	switch a.At {
	case scenarios.AtUnreachable:
		addr = unreachable
	case scenarios.AtSecondHost, scenarios.AtRefused, scenarios.AtFiltered:
		addr = p.second
	}
	if !b.has(name, addr) {
		b.add(name, mxdns.Addresses(addr)...)
	}
}

// has says whether a name already has an address.
func (b *zoneBuilder) has(name string, addr netip.Addr) bool {
	home := b.at(name)
	if home == nil {
		return true // of somebody else's, who knows
	}
	record := mxdns.Addresses(addr)[0]
	return slices.ContainsFunc(b.published(home, name).records, func(r dns.RR) bool { return r.String() == record.String() })
}

// reverse adds the reverse name of a peer's address, which is that of the first
// peer there.
func (b *zoneBuilder) reverse(host string, p place) {
	reverse, err := dns.ReverseAddr(p.addr.String())
	if err == nil && b.at(reverse) == nil {
		b.zone(reverse, p.scenario.Name)
		b.add(reverse, mxdns.PTR(host))
	}
}

// alias is a CNAME record, or a DNAME record.
func alias(rrtype, to string) dns.RR {
	if rrtype == "DNAME" {
		return mxdns.DNAME(to)
	}
	return mxdns.CNAME(to)
}

// faults adds what goes wrong with answers. A fault without a name is one of
// both zones.
func (b *zoneBuilder) faults(s scenarios.Scenario, domain, host string) {
	for _, f := range s.Peer.DNS.Answers {
		fault := mxdns.Fault{Type: dns.StringToType[f.Type], Do: mxdns.Action(f.Do)}
		names := []string{domain, host}
		if f.Name != "" {
			fault.Name = dns.CanonicalName(s.Expand(f.Name))
			names = []string{fault.Name}
		}
		var done *mxdns.Zone
		for _, name := range names {
			if home := b.at(name); home != nil && home != done {
				home.Faults = append(home.Faults, fault)
				done = home
			}
		}
	}
}

// signing is how a zone is signed; nil if it is not.
func signing(s scenarios.Scenario, z scenarios.Zone) *mxdns.Signing {
	if !z.Signed {
		return nil
	}
	signed := &mxdns.Signing{Algorithm: mxdns.Algorithm(z.Algorithm), DS: mxdns.DS(z.DS), Denial: mxdns.Denial(z.Denial)}
	for _, name := range z.DenialMissing {
		signed.DenialMissing = append(signed.DenialMissing, s.Expand(name))
	}
	for _, f := range z.Signatures {
		signed.Signatures = append(signed.Signatures, mxdns.SignatureFault{Type: dns.StringToType[f.Type], Is: mxdns.SignatureState(f.Is)})
	}
	return signed
}

package stage

import (
	"net/netip"
	"slices"

	"github.com/miekg/dns"

	"github.com/fakemx/fakemx/mxdns"
)

// nameServer is the host name of the DNS.
const nameServer = "ns." + mxdns.DefaultZone + "."

// A place is where a scenario's peer is, or is going to be.
type place struct {
	scenario, hostname string
	addr               netip.Addr
}

// zonesFor are the zones that lead to peers. On an address that is unspecified,
// the DNS answers on the peers' addresses too, and its name stands for that of
// the first one.
func zonesFor(places []place, own netip.Addr) []mxdns.Zone {
	b := &zoneBuilder{}
	top := b.zone(mxdns.DefaultZone+".", "")
	if own.IsUnspecified() && len(places) > 0 {
		top.Names[nameServer] = mxdns.Addresses(places[0].addr)
	}
	for _, p := range places {
		domain := p.scenario + "." + mxdns.DefaultZone + "."
		b.zone(domain, p.scenario)
		b.extend(domain, append(mxdns.Records{mxdns.MX(10, p.hostname)}, mxdns.Addresses(p.addr)...))
		b.host(dns.CanonicalName(p.hostname), p)
	}
	return b.zones
}

// A zoneBuilder makes zones.
type zoneBuilder struct{ zones []mxdns.Zone }

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

// extend adds records to those at a name of a zone.
func (b *zoneBuilder) extend(name string, more mxdns.Records) {
	home := b.at(name)
	records, _ := home.Names[name].(mxdns.Records)
	home.Names[name] = slices.Concat(records, more)
}

// host adds the name of a mail exchanger, which the domain itself may be, and
// which several peers may share, and the reverse name of its address, which is
// that of the first peer there.
func (b *zoneBuilder) host(host string, p place) {
	if b.at(host) == nil {
		b.zone(host, p.scenario)
	}
	if !b.has(host, p.addr) {
		b.extend(host, mxdns.Addresses(p.addr))
	}
	reverse, err := dns.ReverseAddr(p.addr.String())
	if err == nil && b.at(reverse) == nil {
		b.zone(reverse, p.scenario)
		b.extend(reverse, mxdns.Records{mxdns.PTR(host)})
	}
}

// has says whether a host already has an address.
func (b *zoneBuilder) has(host string, addr netip.Addr) bool {
	records, _ := b.at(host).Names[host].(mxdns.Records)
	return slices.ContainsFunc(records, func(r dns.RR) bool { return dns.IsDuplicate(r, owned(mxdns.Addresses(addr)[0], r)) })
}

// owned is a record with the owner of another.
func owned(record, like dns.RR) dns.RR {
	record.Header().Name = like.Header().Name
	return record
}

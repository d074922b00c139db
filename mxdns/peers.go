package mxdns

import (
	"net/netip"

	"github.com/miekg/dns"
)

// A Peer is a running scenario and its addresses.
type Peer struct {
	// Scenario is the name of the scenario, the first label of its domain.
	Scenario string
	// Hostname is the name of the mail exchanger. If empty, "mx." followed by
	// the domain. A name outside the zone is served too.
	Hostname string
	// Addrs are its addresses, at least one. If several peers share one, its
	// reverse name points to the first of them.
	Addrs []netip.Addr
}

// buildZones makes the zones of a server whose own address is given, which may
// be unspecified: then it answers on the peers' addresses too.
func buildZones(c Config, own netip.Addr) (zones, error) {
	apex := dns.CanonicalName(c.Zone)
	if _, ok := dns.IsDomainName(apex); !ok || apex == "." {
		return nil, badFieldf("Zone", "expected a domain name such as %s, got %q", DefaultZone, c.Zone)
	}
	b := &builder{zones: zones{}, server: "ns." + apex, serial: uint32(c.Now().Unix())} //nolint:gosec // serial numbers wrap (RFC 1982)
	top := b.zone(apex, "")
	for _, p := range c.Peers {
		if err := b.peer(p, apex); err != nil {
			return nil, err
		}
		if own.IsUnspecified() {
			own = p.Addrs[0]
		}
	}
	if !own.IsUnspecified() {
		top.set(b.server, addresses([]netip.Addr{own}))
	}
	return b.zones, b.sources(c.Sources)
}

// A builder makes zones that share a name server.
type builder struct {
	zones  zones
	server string
	serial uint32
}

func (b *builder) zone(apex, scenario string) *zone {
	return b.zones.add(apex, scenario, b.server, b.serial)
}

// peer adds a scenario's domain, its mail exchanger, and reverse names.
func (b *builder) peer(p Peer, apex string) error {
	domain := dns.CanonicalName(p.Scenario + "." + apex)
	if labels, ok := dns.IsDomainName(domain); !ok || labels != dns.CountLabel(apex)+1 || p.Scenario == "" {
		return badFieldf("Peers", "scenario name %q is not a valid DNS label; use letters, digits and hyphens", p.Scenario)
	}
	if _, twice := b.zones[domain]; twice {
		return badFieldf("Peers", "scenario %q is given twice; give each peer its own name", p.Scenario)
	}
	host := dns.CanonicalName(p.Hostname)
	if p.Hostname == "" {
		host = "mx." + domain
	}
	if _, ok := dns.IsDomainName(host); !ok {
		return badFieldf("Peers", "scenario %s: host name %q is not a domain name", p.Scenario, p.Hostname)
	}
	addrs, err := p.addrs()
	if err != nil {
		return err
	}
	b.zone(domain, p.Scenario).extend(domain, append(Records{mx(host)}, addresses(addrs)...))
	b.host(host, p.Scenario, addrs)
	return nil
}

// addrs checks the addresses and makes them plain.
func (p Peer) addrs() ([]netip.Addr, error) {
	if len(p.Addrs) == 0 {
		return nil, badFieldf("Peers", "scenario %s has no address; give at least one", p.Scenario)
	}
	plain := make([]netip.Addr, len(p.Addrs))
	for i, addr := range p.Addrs {
		if !addr.IsValid() || addr.IsUnspecified() {
			return nil, badFieldf("Peers", "scenario %s: %s is not an address that a client can connect to; listen on a specific one", p.Scenario, addr)
		}
		plain[i] = addr.Unmap().WithZone("")
	}
	return plain, nil
}

// host adds the name of a mail exchanger, which the domain itself may be, and
// which several peers may share.
func (b *builder) host(host, scenario string, addrs []netip.Addr) {
	home := b.zones.find(host, dns.TypeA)
	if home == nil {
		home = b.zone(host, scenario)
	}
	var fresh []netip.Addr
	for _, addr := range addrs {
		if !b.has(host, addr) {
			fresh = append(fresh, addr)
		}
		reverse, err := dns.ReverseAddr(addr.String())
		if _, taken := b.zones[reverse]; err == nil && !taken {
			b.zone(reverse, scenario).extend(reverse, Records{ptr(host)})
		}
	}
	home.extend(host, addresses(fresh))
}

// has says whether a host already has an address.
func (b *builder) has(host string, addr netip.Addr) bool {
	answer, _ := b.zones.lookup(host, dns.TypeANY)
	for _, record := range answer.Records {
		var there netip.Addr
		switch r := record.(type) {
		case *dns.A:
			there, _ = netip.AddrFromSlice(r.A.To4())
		case *dns.AAAA:
			there, _ = netip.AddrFromSlice(r.AAAA)
		}
		if there == addr {
			return true
		}
	}
	return false
}

// sources puts the user's sources in their places.
func (b *builder) sources(own map[string]Source) error {
	for name, source := range own {
		name := dns.CanonicalName(name)
		home := b.zones.find(name, dns.TypeA)
		if home == nil {
			return badFieldf("Sources", "source for %s: the name is not in any zone that is served", name)
		}
		home.set(name, source)
	}
	return nil
}

package mxdns

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/miekg/dns"
)

// buildZones makes the zones of a server whose own address is given, which may
// be unspecified.
func buildZones(c Config, own netip.Addr) (zones, error) {
	b := &builder{zones: zones{}, keys: c.Keys, serial: uint32(c.Now().Unix())} //nolint:gosec // serial numbers wrap (RFC 1982)
	list := slices.Clone(c.Zones)
	for i, z := range list {
		list[i].Name = dns.CanonicalName(z.Name)
	}
	// Zones above come first: the ones below are entered in them.
	slices.SortStableFunc(list, func(a, b Zone) int { return cmp.Compare(dns.CountLabel(a.Name), dns.CountLabel(b.Name)) })
	for _, z := range list {
		if err := b.zone(z); err != nil {
			return nil, err
		}
	}
	for _, z := range list {
		if err := b.names(z); err != nil {
			return nil, err
		}
	}
	b.nameServers(own)
	return b.zones, nil
}

// A builder makes zones.
type builder struct {
	zones  zones
	keys   KeySource
	serial uint32
}

// zone makes an empty zone.
func (b *builder) zone(z Zone) error {
	if _, ok := dns.IsDomainName(z.Name); !ok || z.Name == "." {
		return badFieldf("Zones", "expected a domain name such as example.test, got %q", z.Name)
	}
	if _, twice := b.zones[z.Name]; twice {
		return badFieldf("Zones", "zone %s is given twice", z.Name)
	}
	server := dns.CanonicalName(cmp.Or(z.NameServer, "ns."+z.Name))
	made := b.zones.add(z.Name, z.Scenario, server, b.serial)
	return b.wrongs(made, z)
}

// wrongs enters how a zone is signed, and what goes wrong.
func (b *builder) wrongs(made *zone, z Zone) (err error) {
	if z.Signing != nil {
		if made.signing, err = z.Signing.checked(); err != nil {
			return badFieldf("Zones", "zone %s: %w", z.Name, err)
		}
		made.keys = newZoneKeys(b.keys, made.apex, made.signing.Algorithm)
	}
	for _, f := range z.Faults {
		checked, err := f.checked()
		if err != nil {
			return badFieldf("Zones", "zone %s: %w", z.Name, err)
		}
		made.faults = append(made.faults, checked)
	}
	return nil
}

// names puts a zone's sources in their places.
func (b *builder) names(z Zone) error {
	home := b.zones[z.Name]
	for name, source := range z.Names {
		canonical := dns.CanonicalName(name)
		if _, ok := dns.IsDomainName(canonical); !ok {
			return badFieldf("Zones", "zone %s: %q is not a domain name", z.Name, name)
		}
		if at := b.zones.find(canonical, dns.TypeA); at != home {
			return badFieldf("Zones", "zone %s: the name %s does not belong to it", z.Name, canonical)
		}
		if canonical == z.Name {
			source = apex{home, source}
		}
		home.set(canonical, source)
	}
	return nil
}

// nameServers gives the name servers that have no address the server's own.
func (b *builder) nameServers(own netip.Addr) {
	if own.IsUnspecified() {
		return
	}
	for _, z := range b.zones {
		home := b.zones.find(z.soa.Ns, dns.TypeA)
		if home == nil {
			continue
		}
		there, ok := home.names[z.soa.Ns]
		if _, isApex := there.(apex); isApex {
			continue // has records, and would make a key to show them all
		}
		if !ok || len(there.Answer(dns.TypeANY).Records) == 0 {
			home.set(z.soa.Ns, Addresses(own))
		}
	}
}

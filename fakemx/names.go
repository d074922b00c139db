package fakemx

import (
	"net/netip"
	"slices"

	"github.com/fakemx/fakemx/internal/received"
)

// checkNames refuses names that no peer can have.
func (c Config) checkNames() error {
	if c.Hostname != "" && !received.IsHostname(c.Hostname) && !isAddress(c.Hostname) {
		return badFieldf("Hostname", "expected a host name such as mx.example.test, or an IP address, got %q", c.Hostname)
	}
	if c.Domain != "" && !received.IsHostname(c.Domain) && !received.IsAddressLiteral(c.Domain) {
		return badFieldf("Domain", "expected a host name such as mx.example.test, or an address literal such as [192.0.2.1], got %q", c.Domain)
	}
	return nil
}

func isAddress(text string) bool {
	a, err := netip.ParseAddr(text)
	return err == nil && a.Zone() == ""
}

// domain is the name that the peer gives itself.
func (c Config) domain() string {
	if c.Domain != "" {
		return c.Domain
	}
	if a, err := netip.ParseAddr(c.Hostname); err == nil {
		return received.AddressLiteral(a)
	}
	if c.Hostname != "" {
		return c.Hostname
	}
	return c.Scenario.Hostname()
}

// pkiVars are the values of the placeholders in the recipe of the scenario's
// PKI, for a peer on these addresses.
func (c Config) pkiVars(addresses []netip.Addr) map[string][]string {
	var names []string
	if a, err := netip.ParseAddr(c.Hostname); err == nil {
		addresses = append(addresses, a)
	} else if c.Hostname != "" {
		names = append(names, c.Hostname)
	}
	return c.Scenario.Vars(names, certifiable(addresses))
}

// certifiable are the addresses that the healthy certificate is not for anyway,
// each once.
func certifiable(addresses []netip.Addr) []netip.Addr {
	var out []netip.Addr
	for _, ip := range addresses {
		if ip.IsValid() && !ip.IsUnspecified() && !certified(ip) && !slices.Contains(out, ip) {
			out = append(out, ip)
		}
	}
	return out
}

// certified says whether the healthy certificate is for an address anyway.
func certified(ip netip.Addr) bool {
	return ip == netip.IPv6Loopback() || ip == netip.AddrFrom4([4]byte{127, 0, 0, 1})
}

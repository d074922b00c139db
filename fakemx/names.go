package fakemx

import (
	"net/netip"
	"slices"
	"strings"
)

// checkNames refuses names that no peer can have.
func (c Config) checkNames() error {
	if c.Hostname != "" && !isHostname(c.Hostname) && !isAddress(c.Hostname) {
		return badFieldf("Hostname", "expected a host name such as mx.example.test, or an IP address, got %q", c.Hostname)
	}
	if c.Domain != "" && !isHostname(c.Domain) && !isAddressLiteral(c.Domain) {
		return badFieldf("Domain", "expected a host name such as mx.example.test, or an address literal such as [192.0.2.1], got %q", c.Domain)
	}
	return nil
}

// isHostname reports whether a name is made of labels of letters, digits,
// hyphens and, as some have, underscores (RFC 1123 section 2.1).
func isHostname(name string) bool {
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || strings.ContainsFunc(label, notInLabel) {
			return false
		}
	}
	return len(name) <= 253
}

func notInLabel(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
}

func isAddress(text string) bool {
	a, err := netip.ParseAddr(text)
	return err == nil && a.Zone() == ""
}

// isAddressLiteral reports whether a text is an address literal of RFC 5321
// section 4.1.3.
func isAddressLiteral(text string) bool {
	inner, ok := strings.CutPrefix(text, "[")
	inner, closed := strings.CutSuffix(inner, "]")
	address, isIPv6 := strings.CutPrefix(inner, "IPv6:")
	return ok && closed && isAddress(address) && strings.Contains(address, ":") == isIPv6
}

// addressLiteral is an IP address as RFC 5321 section 4.1.3 writes it.
func addressLiteral(a netip.Addr) string {
	if a.Is4() {
		return "[" + a.String() + "]"
	}
	return "[IPv6:" + a.String() + "]"
}

// domain is the name that the peer gives itself.
func (c Config) domain() string {
	if c.Domain != "" {
		return c.Domain
	}
	if a, err := netip.ParseAddr(c.Hostname); err == nil {
		return addressLiteral(a)
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

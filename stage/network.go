package stage

import (
	"fmt"
	"net/netip"
)

// Address is the address that a scenario has in a network by its number, from
// 1. The first address of a network and the last one of IPv4 are not for hosts.
// An error says that the network has no room for numbers up to highest, and
// which one around it has.
func Address(network netip.Prefix, number, highest int) (netip.Addr, error) {
	addr := network.Addr()
	for range number {
		addr = addr.Next()
	}
	last := addr.Is4() && !network.Contains(addr.Next())
	if number < 1 || !network.Contains(addr) || last {
		return netip.Addr{}, fmt.Errorf("%s is too small for a catalogue of %d scenarios; use a larger network, such as %s",
			network, highest, wider(network, highest))
	}
	return addr, nil
}

// wider is the network around one that has room for so many scenarios.
func wider(network netip.Prefix, scenarios int) netip.Prefix {
	bits := network.Addr().BitLen()
	for size := 4; size < scenarios+2; size *= 2 {
		bits--
	}
	return netip.PrefixFrom(network.Addr(), bits-2).Masked()
}

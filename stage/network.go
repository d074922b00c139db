package stage

import (
	"fmt"
	"net/netip"
)

// Address returns the address in a network of the scenario with the given
// number, counted from 1. The first address of a network, and the last one of
// an IPv4 network, are not used. If the network is too small for numbers up to
// highest, the error names a larger one around it.
func Address(network netip.Prefix, number, highest int) (netip.Addr, error) {
	addr := network.Addr()
	for i := 0; i < number && network.Contains(addr); i++ {
		addr = addr.Next()
	}
	last := addr.Is4() && !network.Contains(addr.Next())
	if number < 1 || !network.Contains(addr) || last {
		return netip.Addr{}, fmt.Errorf("%s is too small for %d scenarios; use a larger network, such as %s",
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

package cli

import (
	"errors"
	"fmt"
	"net/netip"
	"syscall"

	"github.com/fakemx/fakemx/internal/cli/cmdline"
)

// A network is the value of --listen-net: addresses for scenarios.
type network struct{ prefix netip.Prefix }

// parseNetwork reads CIDR. A network that is written by one of its addresses
// is refused: it might be meant to begin there.
func parseNetwork(cidr string) (network, error) {
	prefix, err := netip.ParsePrefix(cidr)
	if err != nil {
		return network{}, cmdline.Usagef("--listen-net wants a network such as 127.25.0.0/24 or fd25::/112, not %q", cidr)
	}
	if masked := prefix.Masked(); masked != prefix {
		return network{}, cmdline.Usagef("--listen-net wants a network by its first address: %s, not %s", masked, cidr)
	}
	return network{prefix}, nil
}

// address is that of a scenario by its place, from 0, among all of them. The
// first address of the network and the last one of IPv4 are not for hosts.
func (n network) address(place, all int) (netip.Addr, error) {
	addr := n.prefix.Addr()
	for range place + 1 {
		addr = addr.Next()
	}
	last := addr.Is4() && !n.prefix.Contains(addr.Next())
	if !n.prefix.Contains(addr) || last {
		return netip.Addr{}, cmdline.Usagef("--listen-net %s is too small for a catalogue of %d scenarios; use a larger network, such as %s",
			n.prefix, all, n.wider(all))
	}
	return addr, nil
}

// wider is the network around this one that has room for so many scenarios.
func (n network) wider(scenarios int) netip.Prefix {
	bits := n.prefix.Addr().BitLen()
	for size := 4; size < scenarios+2; size *= 2 {
		bits--
	}
	return netip.PrefixFrom(n.prefix.Addr(), bits-2).Masked()
}

// explainBind adds the mend to an address of the network that cannot be had.
func (n network) explainBind(err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("%w; choose another --listen-net or --listen-net-port", err)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("%w; ports below 1024 want privileges, --listen-net-port 2525 does not", err)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("%w; the network is not on this machine: 127.25.0.0/24 is, on Linux, or as root: %s", err, n.command())
	}
	return err
}

// command puts the network on a Linux machine. Of IPv4, one address on the
// loopback interface brings all of its network; of IPv6, each has to be added.
func (n network) command() string {
	first := n.prefix.Addr().Next()
	if first.Is4() {
		return fmt.Sprintf("ip addr add %s/%d dev lo", first, n.prefix.Bits())
	}
	return fmt.Sprintf("ip addr add %s/128 dev lo, and so on", first)
}

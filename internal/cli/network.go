package cli

import (
	"errors"
	"fmt"
	"net/netip"
	"syscall"

	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/stage"
)

// A network is the value of --listen-net: addresses for scenarios.
type network struct{ prefix netip.Prefix }

// parseNetwork reads CIDR. A network that is written by one of its addresses
// is refused: it might be meant to begin there.
func parseNetwork(cidr string) (network, error) {
	prefix, err := netip.ParsePrefix(cidr)
	if err != nil {
		return network{}, cmdline.Usagef("--listen-net expects a network such as 127.25.0.0/22 or fd25::/112, not %q", cidr)
	}
	if masked := prefix.Masked(); masked != prefix {
		return network{}, cmdline.Usagef("--listen-net expects the first address of the network: %s, not %s", masked, cidr)
	}
	return network{prefix}, nil
}

// address is that of a scenario by its number among so many.
func (n network) address(number, all int) (netip.Addr, error) {
	addr, err := stage.Address(n.prefix, number, all)
	if err != nil {
		return netip.Addr{}, cmdline.Usagef("--listen-net %w", err)
	}
	return addr, nil
}

// explainBind adds the mend to an address of the network that cannot be had.
func (n network) explainBind(err error) error {
	switch {
	case !cannotListen(err):
		return err
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("%w; choose another --listen-net or --listen-net-port", err)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("%w; ports below 1024 need privileges, --listen-net-port 2525 does not", err)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("%w; this machine does not have that network; on Linux use 127.25.0.0/22, or add it as root: %s", err, n.command())
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

package cli

import (
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/scenarios"
)

// listeners are the flags that say where peers listen.
type listeners struct {
	listen  string
	network string
	port    int
	smtps   string
	flags   *pflag.FlagSet
}

// bind declares the flags but --smtps, which not every command has. The usage
// goes on behind "first ADDRESS".
func (l *listeners) bind(cmd *cobra.Command, usage string) {
	l.flags = cmd.Flags()
	l.flags.StringVarP(&l.listen, "listen", "l", "127.0.0.1:2525", "first `ADDRESS` "+usage)
	l.flags.StringVar(&l.network, "listen-net", "", "give each scenario its own address from `CIDR`, such as 127.25.0.0/22")
	l.flags.IntVar(&l.port, "listen-net-port", 25, "`PORT` for the addresses of --listen-net")
}

// places are the addresses of peers, host:port, in the order of the scenarios;
// those of smtps are empty if there is no such listener.
type places struct {
	smtp, smtps []string
	network     *network // nil if the peers listen on successive ports
}

// places gives the chosen scenarios their addresses. Of a network, it is the
// scenario's number that counts: it keeps its address, whichever others are
// chosen.
func (l *listeners) places(chosen []scenarios.Scenario) (places, error) {
	if l.network != "" {
		return l.placesInNetwork(chosen)
	}
	if l.flags.Changed("listen-net-port") {
		return places{}, cmdline.Usagef("--listen-net-port needs --listen-net; with --listen, the port is part of the address")
	}
	smtp, err := cmdline.Addresses("listen", l.listen, steps(chosen))
	if err != nil {
		return places{}, err
	}
	if l.smtps == "" {
		return places{smtp: smtp, smtps: make([]string, len(chosen))}, nil
	}
	smtps, err := cmdline.Addresses("smtps", l.smtps, steps(chosen))
	if err != nil {
		return places{}, err
	}
	return places{smtp: smtp, smtps: smtps}, clash(smtp, smtps)
}

func (l *listeners) placesInNetwork(chosen []scenarios.Scenario) (places, error) {
	if l.flags.Changed("listen") {
		return places{}, cmdline.Usagef("--listen and --listen-net cannot be combined: choose successive ports, or an address for each scenario")
	}
	n, err := parseNetwork(l.network)
	if err != nil {
		return places{}, err
	}
	if l.port < 0 || l.port > 65535 {
		return places{}, cmdline.Usagef("--listen-net-port expects a port from 0 to 65535, not %d", l.port)
	}
	smtps, err := l.smtpsPort()
	if err != nil {
		return places{}, err
	}
	p := places{smtps: make([]string, len(chosen)), network: &n}
	for i, s := range chosen {
		number, smtpPort, smtpsPort := s.Number, l.port, smtps
		if number == 0 {
			// A control of an audit that is healthy in another way: it shares
			// the address of healthy, on any port.
			number, smtpPort, smtpsPort = healthyNumber, 0, 0
		}
		addr, err := n.address(number, highest(chosen))
		if err != nil {
			return places{}, err
		}
		p.smtp = append(p.smtp, hostPort(addr, smtpPort))
		if l.smtps != "" {
			p.smtps[i] = hostPort(addr, smtpsPort)
		}
	}
	return p, clash(p.smtp, p.smtps)
}

// smtpsPort reads --smtps where the addresses are those of a network; it is
// zero if the flag is not given.
func (l *listeners) smtpsPort() (int, error) {
	if l.smtps == "" {
		return 0, nil
	}
	host, port, err := cmdline.ParseAddress("smtps", l.smtps)
	if err == nil && host != "" {
		err = cmdline.Usagef("with --listen-net, --smtps expects only a port, such as :465, not %q", l.smtps)
	}
	return port, err
}

func hostPort(addr netip.Addr, port int) string {
	return net.JoinHostPort(addr.String(), strconv.Itoa(port))
}

// clash refuses two listeners on one address.
func clash(listen, smtps []string) error {
	taken := map[string]bool{}
	for _, address := range listen {
		taken[address] = !strings.HasSuffix(address, ":0")
	}
	for _, address := range smtps {
		if taken[address] {
			return cmdline.Usagef("--listen and --smtps both use %s; choose addresses further apart", address)
		}
	}
	return nil
}

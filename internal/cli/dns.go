package cli

import (
	"errors"
	"fmt"
	"net"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/internal/shell"
	"github.com/fakemx/fakemx/internal/terminal"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// dnsOptions are the flags of the DNS.
type dnsOptions struct{ listen, upstream string }

// bind declares the flags.
func (o *dnsOptions) bind(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.listen, "dns", "", "serve DNS for "+scenarios.ParentDomain+" on `ADDRESS` (UDP and TCP); port 0 picks a free one")
	cmd.Flags().StringVar(&o.upstream, "dns-upstream", "", "forward queries for all other names to `ADDRESS` (default: refuse them)")
}

// A dnsPlan is what they ask for; the zero value is no DNS.
type dnsPlan dnsOptions

// plan checks the flags. The DNS has to have addresses to tell.
func (o *dnsOptions) plan(p places) (dnsPlan, error) {
	if o.listen == "" {
		if o.upstream != "" {
			return dnsPlan{}, cmdline.Usagef("--dns-upstream needs --dns")
		}
		return dnsPlan{}, nil
	}
	if _, _, err := cmdline.ParseAddress("dns", o.listen); err != nil {
		return dnsPlan{}, err
	}
	for _, address := range p.smtp {
		host, _, err := net.SplitHostPort(address)
		if ip := net.ParseIP(host); err != nil || host == "" || ip != nil && ip.IsUnspecified() {
			return dnsPlan{}, cmdline.Usagef("--dns needs addresses that clients can connect to: --listen expects an address of this machine, not %q; or use --listen-net", address)
		}
	}
	return dnsPlan(*o), nil
}

// explainDNS adds the mend to an address that cannot be had.
func explainDNS(err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("%w; choose another with --dns, port 0 picks a free one", err)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("%w; ports below 1024 need privileges, --dns 127.0.0.1:5353 does not", err)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("%w; choose an address of this machine with --dns", err)
	}
	return err
}

// warnOfSharing tells of peers that the DNS cannot lead to.
func (a *app) warnOfSharing(s *stage.Stage) {
	if s.DNS() != nil && sharesAddress(s.Peers()) {
		a.Warn("MX records cannot name a port, and several peers share an address; give each peer its own with --listen-net, such as 127.25.0.0/24")
	}
}

// sharesAddress says whether two peers have one address, which MX records
// cannot tell apart.
func sharesAddress(peers []*stage.Peer) bool {
	taken := map[string]bool{}
	for _, p := range peers {
		host, _, err := net.SplitHostPort(p.Addr())
		if err == nil && taken[host] {
			return true
		}
		taken[host] = true
	}
	return false
}

// A dnsReady event says that the DNS answers, and where. Its JSON form is
// public.
type dnsReady struct {
	Event string `json:"event"`
	Addr  string `json:"addr"`
	Zone  string `json:"zone"`
}

// Block tells a person about the DNS.
func (r dnsReady) Block(style terminal.Style) string {
	host, port, err := net.SplitHostPort(cmdline.Reachable(r.Addr))
	if err != nil {
		return ""
	}
	out := style.Item(style.Bold("DNS")+"  ", "directs mail for NAME."+r.Zone+" to the scenario NAME")
	out += "  " + terminal.Pad("address", len("hostname")+2) + r.Addr + "\n"
	return out + "  " + terminal.Pad("try:", len("hostname")+2) + shell.Line([]string{"dig", "@" + host, "-p", port, "healthy." + r.Zone, "MX"}) + "\n\n"
}

package cli

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/internal/shell"
	"github.com/fakemx/fakemx/internal/terminal"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// httpsPort is where clients fetch policies if they are not told otherwise.
const httpsPort = 443

// policyHostOptions are the flags of the policy host.
type policyHostOptions struct{ listen string }

// bind declares the flags.
func (o *policyHostOptions) bind(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.listen, "policy-host", "",
		"serve MTA-STS policies over HTTPS on `ADDRESS` (default with --dns: its address, at port 443 if the peers have port 25, or at a free one)")
}

// plan is where the policy host listens; empty if there is none. It has the
// address of the DNS unless another one is given. A client that looks the peers up
// asks it at port 443, as it asks them at port 25, which atHTTPS says. It takes
// reports too, if there is where reports are taken.
func (o *policyHostOptions) plan(dns dnsPlan, atHTTPS bool, chosen []scenarios.Scenario, reports string) (string, error) {
	if o.listen != "" {
		host, _, err := cmdline.ParseAddress("policy-host", o.listen)
		if err == nil && dns.listen != "" && !isSpecific(host) {
			err = cmdline.Usagef("--policy-host expects the IP address of this machine that clients can connect to, not %q: --dns leads to it", o.listen)
		}
		return o.listen, err
	}
	publishes := slices.ContainsFunc(chosen, publishesSTS)
	if dns.listen == "" || !publishes && reports == "" {
		return "", nil
	}
	host, _, err := net.SplitHostPort(dns.listen)
	if err != nil {
		return "", err
	}
	switch {
	case !isSpecific(host) && !publishes:
		return "", nil // reports come as mail
	case !isSpecific(host):
		return "", cmdline.Usagef("some of these scenarios publish an MTA-STS policy: give --policy-host an address that clients can connect to, as --dns %s has none", dns.listen)
	}
	port := 0
	if atHTTPS {
		port = httpsPort
	}
	return net.JoinHostPort(host, strconv.Itoa(port)), nil
}

// isSpecific: a host is an IP address that a client can connect to.
func isSpecific(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && !addr.IsUnspecified()
}

func publishesSTS(s scenarios.Scenario) bool { return s.Peer.STS != nil }

// explainPolicyHost adds the mend to an address that cannot be had.
func explainPolicyHost(err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("the policy host of MTA-STS: %w; choose another address with --policy-host, port 0 picks a free one", err)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("the policy host of MTA-STS: %w; ports below 1024 need privileges, --policy-host 127.0.0.1:4443 does not", err)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("the policy host of MTA-STS: %w; choose an address of this machine with --policy-host", err)
	}
	return fmt.Errorf("the policy host of MTA-STS: %w", err)
}

// A policyHostReady event says that the policy host answers, and where. Its JSON
// form is public.
type policyHostReady struct {
	Event string `json:"event"`
	Addr  string `json:"addr"`
	// CAFile is what a client that fetches policies is to trust.
	CAFile string `json:"ca_file"`

	example scenarios.Scenario
}

// policyHostOf is the event of the policy host; ok is false if there is none.
func policyHostOf(played *stage.Stage, caFile string) (event policyHostReady, ok bool) {
	event = policyHostReady{Event: "policy-host-ready", Addr: played.PolicyHostAddr(), CAFile: caFile}
	for _, peer := range played.Peers() {
		if s := peer.Scenario(); publishesSTS(s) {
			event.example = s
			break
		}
	}
	return event, event.Addr != ""
}

// Block tells a person about the policy host.
func (r policyHostReady) Block(style terminal.Style) string {
	out := style.Item(style.Bold("MTA-STS")+"  ", "serves the policies of the scenarios that publish one, at https://mta-sts.NAME."+scenarios.ParentDomain+"/.well-known/mta-sts.txt")
	row := func(label, value string) { out += "  " + terminal.Pad(label, len("hostname")+2) + value + "\n" }
	row("address", r.Addr)
	row("CA file", r.CAFile)
	if r.example.Name != "" {
		row("try:", fetchCommand(r.example, cmdline.Reachable(r.Addr), r.CAFile))
	}
	return out + "\n"
}

// fetchCommand is how a person fetches the policy of a scenario.
func fetchCommand(s scenarios.Scenario, addr, caFile string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return ""
	}
	if ip := net.ParseIP(host); ip != nil && ip.To4() == nil {
		host = "[" + host + "]"
	}
	authority := s.PolicyHost()
	if port != strconv.Itoa(httpsPort) {
		authority = net.JoinHostPort(authority, port)
	}
	return shell.Line([]string{
		"curl", "-sS", "--cacert", caFile, "--resolve", s.PolicyHost() + ":" + port + ":" + host, "https://" + authority + "/.well-known/mta-sts.txt",
	})
}

package cli

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/internal/terminal"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// reportsOptions are the flags of what takes TLS reports.
type reportsOptions struct{ listen string }

// usualAddress is the value of --tlsrpt for the address that is free in any case.
const usualAddress = "auto"

// bind declares the flags.
func (o *reportsOptions) bind(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.listen, "tlsrpt", "",
		"take TLS reports as mail at `ADDRESS`, and over HTTPS at the policy host; with "+usualAddress+" at the address of --listen-net after those of all scenarios, or at a free port")
}

// plan is where reports are taken as mail; empty if they are not. A scenario with
// a TLSRPT record of its own, or a caller who wants them, has them taken.
func (o *reportsOptions) plan(dns dnsPlan, l *listeners, p places, chosen []scenarios.Scenario, wanted bool) (string, error) {
	listen := o.listen
	if listen == "" && (wanted || dns.listen != "" && slices.ContainsFunc(chosen, asksForReports)) {
		listen = usualAddress
	}
	switch {
	case listen == "":
		return "", nil
	case dns.listen == "":
		return "", cmdline.Usagef("--tlsrpt needs --dns, which says where reports go")
	case listen != usualAddress:
		host, _, err := cmdline.ParseAddress("tlsrpt", listen)
		if err == nil && !isSpecific(host) {
			err = cmdline.Usagef("--tlsrpt expects the IP address of this machine that clients can connect to, not %q: --dns leads to it", listen)
		}
		return listen, err
	case p.network != nil:
		number := highest(chosen) + 1
		addr, err := p.network.address(number, number)
		return hostPort(addr, l.port), err
	}
	host, _, err := net.SplitHostPort(dns.listen)
	if err == nil && !isSpecific(host) {
		err = cmdline.Usagef("give --tlsrpt an address that clients can connect to, as --dns %s has none", dns.listen)
	}
	return net.JoinHostPort(host, "0"), err
}

func asksForReports(s scenarios.Scenario) bool { return s.Peer.TLSRPT != nil }

// explainReports adds the mend to an address that cannot be had.
func explainReports(err error) error {
	const what = "the mail exchanger that takes TLS reports"
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("%s: %w; choose another address with --tlsrpt, port 0 picks a free one", what, err)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("%s: %w; ports below 1024 need privileges, --tlsrpt 127.0.0.1:0 does not", what, err)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("%s: %w; choose an address of this machine with --tlsrpt", what, err)
	}
	return fmt.Errorf("%s: %w", what, err)
}

// A reportsReady event says that TLS reports are taken, and where. Its JSON form
// is public.
type reportsReady struct {
	Event string `json:"event"`
	// Addr takes mail for Domain.
	Addr   string `json:"addr"`
	Domain string `json:"domain"`
	// URL takes POSTs below it; empty if there is no policy host.
	URL string `json:"url"`
}

// reportsOf is the event of what takes reports; ok is false if nothing does.
func reportsOf(played *stage.Stage) (event reportsReady, ok bool) {
	event = reportsReady{Event: "tlsrpt-ready", Addr: played.ReportsAddr(), Domain: scenarios.ReportsDomain}
	if host := played.ReportsURLHost(); host != "" {
		event.URL = "https://" + host + "/"
	}
	return event, event.Addr != ""
}

// Block tells a person about it.
func (r reportsReady) Block(style terminal.Style) string {
	out := style.Item(style.Bold("TLSRPT")+"  ", "takes TLS reports as mail to NAME@"+r.Domain+", for which the TLSRPT records of the domains ask")
	row := func(label, value string) { out += "  " + terminal.Pad(label, len("hostname")+2) + value + "\n" }
	row("address", r.Addr)
	if r.URL != "" {
		row("URL", r.URL+"NAME")
	}
	return out + "\n"
}

package cli

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/fakemx/fakemx/internal/atomicfile"
	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/internal/shell"
	"github.com/fakemx/fakemx/internal/terminal"
	"github.com/fakemx/fakemx/mxdns"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// dnsOptions are the flags of the DNS.
type dnsOptions struct {
	listen, upstream, mode string
	anchors                []string
}

// bind declares the flags.
func (o *dnsOptions) bind(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&o.listen, "dns", "", "serve DNS for "+scenarios.ParentDomain+" on `ADDRESS` (UDP and TCP); port 0 picks a free one")
	flags.StringVar(&o.upstream, "dns-upstream", "", "forward queries for all other names to `ADDRESS` (default: refuse them)")
	flags.StringVar(&o.mode, "dns-mode", "", "`MODE` of the DNS: validating, which answers as a resolver that validates (default), or authoritative, which leaves validation to the client's resolver")
	flags.StringArrayVar(&o.anchors, "dns-anchor", nil, "write the trust anchor of the zones to `[FORM=]FILE`, for a resolver that validates; the form is unbound (default), bind, knot-resolver or systemd-resolved (may be repeated)")
	cmdline.MustComplete(cmd, "dns-mode", cobra.FixedCompletions(texts(mxdns.Modes()), cobra.ShellCompDirectiveNoFileComp))
	var forms []string
	for _, v := range mxdns.Validators() {
		forms = append(forms, string(v)+"=")
	}
	cmdline.MustComplete(cmd, "dns-anchor", cobra.FixedCompletions(forms, cobra.ShellCompDirectiveNoSpace))
}

// texts are the values of a list as plain strings.
func texts[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}

// A dnsPlan is what they ask for; the zero value is no DNS.
type dnsPlan struct {
	listen, upstream string
	mode             mxdns.Mode
	anchors          []anchorFile
}

// An anchorFile is a value of --dns-anchor.
type anchorFile struct {
	form mxdns.Validator
	path string
}

// plan checks the flags. The DNS has to have addresses to tell.
func (o *dnsOptions) plan(p places) (dnsPlan, error) {
	if o.listen == "" {
		for flag, given := range map[string]bool{"dns-upstream": o.upstream != "", "dns-mode": o.mode != "", "dns-anchor": len(o.anchors) > 0} {
			if given {
				return dnsPlan{}, cmdline.Usagef("--%s needs --dns", flag)
			}
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
	plan := dnsPlan{listen: o.listen, upstream: o.upstream, mode: mxdns.Mode(o.mode)}
	if o.mode != "" && !slices.Contains(mxdns.Modes(), plan.mode) {
		return dnsPlan{}, cmdline.Usagef("--dns-mode expects validating or authoritative, not %q", o.mode)
	}
	for _, value := range o.anchors {
		anchor, err := parseAnchor(value)
		if err != nil {
			return dnsPlan{}, err
		}
		plan.anchors = append(plan.anchors, anchor)
	}
	return plan, nil
}

// parseAnchor reads a value of --dns-anchor.
func parseAnchor(value string) (anchorFile, error) {
	a := anchorFile{mxdns.Unbound, value}
	if form, path, given := strings.Cut(value, "="); given {
		a = anchorFile{mxdns.Validator(form), path}
	}
	switch {
	case !slices.Contains(mxdns.Validators(), a.form):
		return a, cmdline.Usagef("--dns-anchor: unknown form %q; expected one of %s", a.form, strings.Join(texts(mxdns.Validators()), ", "))
	case a.path == "":
		return a, cmdline.Usagef("--dns-anchor expects FILE or FORM=FILE, not %q", value)
	}
	return a, nil
}

// writeAnchors writes the trust anchors of the DNS.
func (p dnsPlan) writeAnchors(server *mxdns.Server) error {
	if len(p.anchors) == 0 {
		return nil
	}
	anchors, err := server.Anchors()
	if err != nil {
		return err
	}
	for _, file := range p.anchors {
		text, err := mxdns.FormatAnchors(file.form, anchors)
		if err == nil {
			err = atomicfile.WriteFile(file.path, []byte(text), 0o644)
		}
		if err != nil {
			return fmt.Errorf("--dns-anchor: %w", err)
		}
	}
	return nil
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
		a.Warn("MX records cannot name a port, and several peers share an address; give each peer its own with --listen-net, such as 127.25.0.0/22")
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

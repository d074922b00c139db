package cli

import (
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/internal/shell"
	"github.com/fakemx/fakemx/scenarios"
)

// routesOptions are the flags of routes.
type routesOptions struct {
	cmdline.Catalogue
	listeners
	mta       string
	scenarios []string
}

func (a *app) routesCommand() *cobra.Command {
	var options routesOptions
	cmd := &cobra.Command{
		Use:   "routes --for postfix|sendmail|exim|opensmtpd",
		Short: "Print MTA routes to the peers, for use without DNS",
		Long: a.prose(`Print routes that send mail for NAME.fakemx.test to the peer that plays NAME, in the MTA's own format. The comment at the top
says where to paste them. The command starts nothing and changes nothing in the MTA's configuration.

Give the same --scenario, --listen and --listen-net as to serve or audit: they decide the addresses of the peers. The healthy peer is
always among the routes because it is the control of an audit; it comes last if it is not selected.`),
		Example: "  fakemx routes --for postfix --scenario expired,healthy\n  fakemx routes --for sendmail --listen-net 127.25.0.0/22",
		Args:    cmdline.NoArguments,
		RunE:    func(*cobra.Command, []string) error { return a.routes(&options) },
	}
	options.bind(cmd)
	return cmd
}

// bind declares the flags.
func (o *routesOptions) bind(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.mta, "for", "", "`MTA` to write routes for: "+strings.Join(mtaNames(), ", "))
	flags.StringSliceVarP(&o.scenarios, "scenario", "s", nil, "scenarios that are played: `NAME[,NAME]` or all (default: all)")
	o.BindFiles(cmd)
	o.listeners.bind(cmd, "that the peers listen on")
	cmdline.MustComplete(cmd, "scenario", o.CompleteNames)
	cmdline.MustComplete(cmd, "for", cobra.FixedCompletions(mtaNames(), cobra.ShellCompDirectiveNoFileComp))
}

// routes prints the routes.
func (a *app) routes(o *routesOptions) error {
	mta, err := findMTA(o.mta)
	if err != nil {
		return err
	}
	if err := o.Load(); err != nil {
		return err
	}
	if len(o.scenarios) == 0 && len(o.Own) == 0 {
		o.scenarios = []string{"all"}
	}
	chosen, err := o.Choose(o.scenarios, false)
	if err != nil {
		return err
	}
	chosen = withControls(chosen, audit.Verify, true)
	places, err := o.places(chosen)
	if err != nil {
		return err
	}
	routes, err := routesTo(chosen, places)
	if err != nil {
		return err
	}
	text, err := mta.write(routes)
	if err != nil {
		return err
	}
	return a.Print("# Mail for the scenarios of " + o.serveCommand() + "\n" + text)
}

// serveCommand is the command whose peers the routes lead to.
func (o *routesOptions) serveCommand() string {
	words := []string{"fakemx"}
	for _, file := range o.Files {
		words = append(words, "--scenario-file", file)
	}
	if len(o.scenarios) > 0 {
		words = append(words, "--scenario", strings.Join(o.scenarios, ","))
	}
	if o.network == "" {
		return shell.Line(append(words, "--listen", o.listen))
	}
	words = append(words, "--listen-net", o.network)
	if o.flags.Changed("listen-net-port") {
		words = append(words, "--listen-net-port", strconv.Itoa(o.port))
	}
	return shell.Line(words)
}

// A route leads mail for a domain to a host, which is a name or an address.
type route struct {
	scenario string
	domain   string
	host     string
	port     int
}

// routesTo makes the routes to peers at their places.
func routesTo(chosen []scenarios.Scenario, p places) ([]route, error) {
	routes := make([]route, len(chosen))
	for i, s := range chosen {
		host, digits, err := net.SplitHostPort(cmdline.Reachable(p.smtp[i]))
		if err != nil {
			return nil, err
		}
		port, err := strconv.Atoi(digits)
		if err != nil || port == 0 {
			return nil, cmdline.Usagef("a route needs a fixed port, not 0; give the port that the peers will listen on")
		}
		routes[i] = route{s.Name, s.Domain(), host, port}
	}
	return routes, nil
}

// isIPv6 says whether the host is an address that MTAs write in brackets.
func (r route) isIPv6() bool {
	addr, err := netip.ParseAddr(r.host)
	return err == nil && addr.Is6()
}

// hostPort is the host with its port, an IPv6 address in brackets.
func (r route) hostPort() string { return net.JoinHostPort(r.host, strconv.Itoa(r.port)) }

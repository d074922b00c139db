package cli

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/internal/cli/cmdline"
)

// serveOptions are the flags of serve, which are those of fakemx itself too.
type serveOptions struct {
	cmdline.Catalogue
	listeners
	scenarios      []string
	dns            dnsOptions
	policyHost     policyHostOptions
	reports        reportsOptions
	hostname       string
	auth           []string
	first          int
	maxMessage     cmdline.Size
	maxConnections int
	records        cmdline.RecordLimit
	timeout        time.Duration
	certFile       string
	keyFile        string
	pki            string
	messages       string
	addrFile       string
	json           bool
	verbose        bool
}

func (a *app) serveCommand() *cobra.Command {
	var options serveOptions
	cmd := &cobra.Command{
		Use:   "serve --scenario NAME[,NAME…|all]",
		Short: "Play one or more scenarios; the same as fakemx without a command",
		Long: a.prose(`Play one or more scenarios until interrupted. Every session is reported when it ends: on standard error for people, or
with --json on standard output as JSON lines. One "ready" event per scenario comes first, then "session" events; fakemx schema describes them.

Several scenarios listen on successive ports, or with --listen-net on separate addresses. Each scenario then has its own directory for its
PKI and its messages, named after it. ca.pem beside these directories is the CA file for a client that connects to all of them.

With --dns, MX records direct mail for NAME.fakemx.test to the scenario NAME, so the MTA needs no routes: let it use this DNS as its
resolver. MX records cannot name a port, so an MTA connects to port 25, the default port of --listen-net. fakemx routes is for setups without DNS.

SMTP never waits for the reader of the reports: when more reports wait than --max-sessions and --max-record-bytes allow, further ones are
dropped, with a warning on standard error and exit code 1.

On SIGINT or SIGTERM, open sessions get 5 seconds to finish before they are cut off. The reader of the reports gets 1 second more: reports
that are still unread then are dropped, counted, and reported on standard error with exit code 1. A second signal ends the 5 seconds at once.`),
		Args: cmdline.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), &options) },
	}
	options.bind(cmd)
	return cmd
}

// bind declares the flags.
func (o *serveOptions) bind(cmd *cobra.Command) {
	o.maxMessage = fakemx.DefaultMaxMessageBytes
	o.records = cmdline.RecordLimit{Sessions: fakemx.DefaultMaxSessions, Octets: 16 << 20}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringSliceVarP(&o.scenarios, "scenario", "s", nil, "scenarios to play: `NAME[,NAME]` or all")
	o.BindFiles(cmd)
	o.listeners.bind(cmd, "to listen on; port 0 picks a free one")
	flags.StringVar(&o.smtps, "smtps", "", "first `ADDRESS` where the same peers speak TLS from the first byte; with --listen-net only :PORT")
	o.dns.bind(cmd)
	o.policyHost.bind(cmd)
	o.reports.bind(cmd)
	flags.StringVar(&o.hostname, "hostname", "", "host `NAME` of the peers, also added to healthy certificates")
	flags.StringArrayVar(&o.auth, "auth", nil, "`USER:PASSWORD` that AUTH accepts (may be repeated)")
	flags.IntVar(&o.first, "first", 0, "play faults only in the first `N` sessions (0: in all)")
	flags.Var(&o.maxMessage, "max-message", "largest message that is accepted")
	flags.IntVar(&o.maxConnections, "max-connections", fakemx.DefaultMaxConnections, "allow at most `N` open connections per scenario")
	o.records.Bind(flags, "that wait for the reader of the reports")
	cmdline.SpanVar(flags, &o.timeout, "timeout", fakemx.DefaultTimeout, "maximum wait for a client")
	flags.StringVar(&o.certFile, "cert", "", "serve the certificate chain in this PEM `FILE` instead")
	flags.StringVar(&o.keyFile, "key", "", "private key for --cert, a PEM `FILE`")
	flags.StringVar(&o.pki, "pki", "", "keep keys and certificates in `DIR` and reuse them (default: new ones, deleted on exit)")
	flags.StringVar(&o.messages, "messages", "", "store accepted messages in `DIR`, a Maildir")
	flags.BoolVar(&o.json, "json", false, "report as JSON lines on standard output")
	flags.BoolVarP(&o.verbose, "verbose", "v", false, "also report every query to --dns")
	flags.StringVar(&o.addrFile, "addr-file", "", "write the ready events to `FILE` as a JSON array once all peers listen; deleted on exit")
	cmdline.MustComplete(cmd, "scenario", o.CompleteNames)
	cmdline.MustComplete(cmd, "pki", cmdline.CompleteDirectory)
	cmdline.MustComplete(cmd, "messages", cmdline.CompleteDirectory)
}

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
		Long: a.prose(`Play one or more scenarios until interrupted. Every session is reported when it is over: on standard error for people, or
with --json on standard output as JSON lines, first one "ready" event per scenario, then "session" events as fakemx schema describes them.

Several scenarios listen on successive ports, or with --listen-net on addresses of their own. Their PKI and their messages are then kept in a
folder for each, named by the scenario; ca.pem beside these folders is what a client is to trust that meets them all.

With --dns, mail to NAME.fakemx.test finds its way to the scenario by MX records, so that the configuration of an MTA needs no routes: let it
ask this DNS. MX records know no ports but 25, which is that of --listen-net; fakemx routes is for who has no use for a DNS.

SMTP does not wait for whoever reads the reports: when more of them wait than --max-sessions and --max-record-bytes allow, further ones are
dropped, which is told on standard error and makes the exit code 1.`),
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
	flags.StringSliceVarP(&o.scenarios, "scenario", "s", nil, "what to play: `NAME[,NAME]` or all")
	o.BindFiles(cmd, "play your own scenarios too")
	o.listeners.bind(cmd, "to listen on; port 0 picks one")
	flags.StringVar(&o.smtps, "smtps", "", "first `ADDRESS` on which the same peers speak TLS from the first byte; only :PORT with --listen-net")
	o.dns.bind(cmd)
	flags.StringVar(&o.hostname, "hostname", "", "a further `NAME` that healthy certificates are for, and the peers' own")
	flags.StringArrayVar(&o.auth, "auth", nil, "`USER:PASSWORD` for AUTH (may be repeated)")
	flags.IntVar(&o.first, "first", 0, "play faults in the first `N` sessions only (0: in all)")
	flags.Var(&o.maxMessage, "max-message", "largest message")
	flags.IntVar(&o.maxConnections, "max-connections", fakemx.DefaultMaxConnections, "most connections open at once, per scenario")
	o.records.Bind(flags, "that wait for a reader of the reports")
	cmdline.SpanVar(flags, &o.timeout, "timeout", fakemx.DefaultTimeout, "longest wait for a client")
	flags.StringVar(&o.certFile, "cert", "", "serve the certificate chain of this PEM `FILE` instead")
	flags.StringVar(&o.keyFile, "key", "", "private key of --cert, a PEM `FILE`")
	flags.StringVar(&o.pki, "pki", "", "keep keys and certificates in `DIR` and use them again (default: new ones, gone at exit)")
	flags.StringVar(&o.messages, "messages", "", "keep accepted messages in `DIR`, a Maildir")
	flags.BoolVar(&o.json, "json", false, "report as JSON lines on standard output")
	flags.BoolVarP(&o.verbose, "verbose", "v", false, "report every query of --dns too")
	flags.StringVar(&o.addrFile, "addr-file", "", "write the ready events to `FILE`, a JSON array, once all listen; gone at exit")
	cmdline.MustComplete(cmd, "scenario", o.CompleteNames)
	cmdline.MustComplete(cmd, "pki", cmdline.CompleteDirectory)
	cmdline.MustComplete(cmd, "messages", cmdline.CompleteDirectory)
}

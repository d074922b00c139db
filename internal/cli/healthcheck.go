package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/fakemx/fakemx/internal/cli/cmdline"
)

// healthPatience is the default of healthcheck's --timeout.
const healthPatience = 5 * time.Second

// healthcheckOptions are the flags of healthcheck.
type healthcheckOptions struct {
	addrFile string
	timeout  time.Duration
}

func (a *app) healthcheckCommand() *cobra.Command {
	var options healthcheckOptions
	cmd := &cobra.Command{
		Use:   "healthcheck [ADDRESS…] [--addr-file FILE]",
		Short: "Check whether the peers are up (for container health checks)",
		Long: a.prose(`Exit with code 0 if everything that is checked is up, and otherwise with code 1 and a line that says what is not.

The server at each ADDRESS must greet with 220. This check is a session like any other: it is reported, and faults that strike in some sessions only count it.

With --addr-file, the file that serve writes must exist, and every address in it must have a listener. This check opens no session, so you
can run it every second.`),
		Example: "  fakemx healthcheck 127.0.0.1:2525\n  fakemx healthcheck --addr-file ready.json",
		RunE:    func(cmd *cobra.Command, args []string) error { return options.check(cmd.Context(), args) },
	}
	flags := cmd.Flags()
	flags.StringVar(&options.addrFile, "addr-file", "", "`FILE` that serve writes with --addr-file")
	cmdline.SpanVar(flags, &options.timeout, "timeout", healthPatience, "maximum wait for a greeting")
	return cmd
}

// check returns what is not well, first what was asked about first.
func (o *healthcheckOptions) check(ctx context.Context, addresses []string) error {
	if len(addresses) == 0 && o.addrFile == "" {
		return cmdline.Usagef("healthcheck needs addresses, or the --addr-file of serve")
	}
	ctx, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	for _, address := range addresses {
		if err := greeted(ctx, address); err != nil {
			return err
		}
	}
	if o.addrFile == "" {
		return nil
	}
	return allListen(o.addrFile)
}

// greeted wants a greeting at an address (RFC 5321 section 4.3.1).
func greeted(ctx context.Context, address string) error {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	text := textproto.NewConn(conn)
	defer func() { _ = text.Close() }() // what it is about has been said
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	if _, _, err := text.ReadResponse(220); err != nil {
		return fmt.Errorf("%s does not greet with 220: %w", address, err)
	}
	return text.PrintfLine("QUIT")
}

// allListen wants a listener at every address of an address file.
func allListen(file string) error {
	text, err := os.ReadFile(file) //nolint:gosec // the user names the file
	if err != nil {
		return fmt.Errorf("the peers are not up: %w", err)
	}
	var events []struct {
		Addr      string `json:"addr"`
		SMTPSAddr string `json:"smtps_addr"`
	}
	if err := json.Unmarshal(text, &events); err != nil {
		return fmt.Errorf("%s was not written by serve --addr-file: %w", file, err)
	}
	if len(events) == 0 {
		return fmt.Errorf("%s lists no peers", file)
	}
	for _, event := range events {
		for _, address := range []string{event.Addr, event.SMTPSAddr} {
			if err := listenedOn(address); err != nil {
				return err
			}
		}
	}
	return nil
}

// listenedOn finds a listener by that its address cannot be had. To connect
// would make a session, which is reported and by which faults are counted.
func listenedOn(address string) error {
	if address == "" {
		return nil // no listener was asked for
	}
	listener, err := net.Listen("tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil
	case err != nil:
		return fmt.Errorf("cannot check for a listener: %w", err)
	}
	_ = listener.Close() // it was never to be used
	return fmt.Errorf("nothing listens on %s", address)
}

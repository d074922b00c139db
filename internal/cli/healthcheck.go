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
		Short: "Say by the exit code whether running peers are well, as containers are asked",
		Long: a.prose(`Exit with 0 if all that is asked about is well, and with 1 and a line that says what is not.

At each ADDRESS somebody has to greet with 220. That is a session like any other: it is reported, and faults that are counted count it.

With --addr-file, the file that serve was told to write has to be there, and every address in it has to be listened on. No session comes of that,
so that it can be asked every second.`),
		Example: "  fakemx healthcheck 127.0.0.1:2525\n  fakemx healthcheck --addr-file ready.json",
		RunE:    func(cmd *cobra.Command, args []string) error { return options.check(cmd.Context(), args) },
	}
	flags := cmd.Flags()
	flags.StringVar(&options.addrFile, "addr-file", "", "the `FILE` that serve was given by the flag of this name")
	cmdline.SpanVar(flags, &options.timeout, "timeout", healthPatience, "longest wait for a greeting")
	return cmd
}

// check returns what is not well, first what was asked about first.
func (o *healthcheckOptions) check(ctx context.Context, addresses []string) error {
	if len(addresses) == 0 && o.addrFile == "" {
		return cmdline.Usagef("healthcheck wants addresses, or the --addr-file of serve")
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
		return fmt.Errorf("the peers do not listen: %w", err)
	}
	var events []struct {
		Addr      string `json:"addr"`
		SMTPSAddr string `json:"smtps_addr"`
	}
	if err := json.Unmarshal(text, &events); err != nil {
		return fmt.Errorf("%s is none that --addr-file of serve wrote: %w", file, err)
	}
	if len(events) == 0 {
		return fmt.Errorf("%s names no peers", file)
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
		return fmt.Errorf("whether anybody listens cannot be told: %w", err)
	}
	_ = listener.Close() // it was never to be used
	return fmt.Errorf("nobody listens on %s", address)
}

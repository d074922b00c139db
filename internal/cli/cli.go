// Package cli holds the commands of fakemx: what a user types, what is printed
// and which exit code says how it went.
package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/internal/cli/printing"
)

// The exit codes.
const (
	exitDone  = 0
	exitError = 1 // it failed while running
	exitUsage = 2 // it was asked for in a way that cannot be done
)

// gracePeriod is the grace of an app.
const gracePeriod = 5 * time.Second

// Main runs the command line of the process and returns the exit code. The
// first SIGINT or SIGTERM ends a running command in good order, the second one
// at once.
func Main() int {
	ctx, killed, stop := interrupts()
	defer stop()
	a := &app{in: os.Stdin, Printer: printing.Printer{Out: os.Stdout, Err: os.Stderr}, killed: killed, grace: gracePeriod}
	return a.run(ctx, os.Args[1:])
}

// Run runs one command line, args being without the program's name, and
// returns the exit code. The end of ctx ends a running server in good order.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{in: stdin, Printer: printing.Printer{Out: stdout, Err: stderr}, grace: gracePeriod}
	return a.run(ctx, args)
}

// An app is one run of the command line.
type app struct {
	printing.Printer // of standard output and standard error

	in io.Reader
	// killed is closed when the user asked twice for the end. If nil, nobody
	// can.
	killed <-chan struct{}
	// grace is how long open sessions, and then whoever reads our output,
	// have once the end was asked for.
	grace time.Duration
}

func (a *app) run(ctx context.Context, args []string) int {
	root := a.rootCommand()
	root.SetArgs(args)
	root.SetIn(a.in)
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	if errors.Is(err, syscall.EPIPE) {
		return exitError // the reader of stdout left, as head does: nobody to tell
	}
	a.Complain(err)
	if _, usage := errors.AsType[*cmdline.UsageError](err); usage {
		return exitUsage
	}
	return exitError
}

// interrupts turns the first SIGINT, SIGTERM, SIGQUIT or SIGHUP into the end of the context and
// the second into the close of killed. SIGPIPE becomes a write error, so that
// a reader that went away does not keep us from clearing up; it is caught, not
// ignored, since processes we start would inherit the latter.
func interrupts() (ctx context.Context, killed <-chan struct{}, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT)
	if !signal.Ignored(syscall.SIGHUP) { // as under nohup
		signal.Notify(signals, syscall.SIGHUP)
	}
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	kill := make(chan struct{})
	go func() {
		<-signals
		cancel()
		<-signals
		signal.Stop(signals)
		close(kill)
	}()
	return ctx, kill, cancel
}

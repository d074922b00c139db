package audit

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/fakemx/fakemx/scenarios"
)

// A CommandRun is one run of the user's command, or one call of a mailer in
// this process.
type CommandRun struct {
	// Args is the command as it was run, with all placeholders but the password
	// replaced; empty for a mailer.
	Args []string `json:"args"`
	// Started and Ended are the times of its start and end.
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended"`
	// Exit is the exit code; -1 if there is none. A mailer that returns an
	// error has 1.
	Exit int `json:"exit"`
	// Signal is the signal that ended the command, such as "segmentation
	// fault", or the panic of a mailer; empty if there was none.
	Signal string `json:"signal"`
	// Limit is the time allowed. TimedOut is true if the command was still
	// running after that, and was killed with its process group.
	Limit    scenarios.Span `json:"limit"`
	TimedOut bool           `json:"timed_out"`
	// Output is the beginning and the end of what it wrote to both streams; for
	// a mailer, its error.
	Output string `json:"output"`
	// Error says why it could not be run; empty if it was.
	Error string `json:"error"`

	// unled: nothing told the command of the peer, as far as can be seen.
	unled bool
	// held: when it had ended, something that it left behind held its output.
	held bool
}

// String says how the run ended, such as "exit code 60".
func (r CommandRun) String() string {
	switch {
	case r.Error != "":
		return "the command cannot be started: " + r.Error
	case r.TimedOut:
		return "was " + r.overtime()
	case r.Signal != "" && len(r.Args) == 0:
		return r.Signal
	case r.Signal != "":
		return "ended by signal: " + r.Signal
	case len(r.Args) == 0 && r.Exit == 0:
		return "returned no error"
	case len(r.Args) == 0:
		return "returned an error"
	}
	return "exit code " + strconv.Itoa(r.Exit)
}

// overtime says that it was ended because its time was up, behind "was". A mailer
// in this process cannot be killed.
func (r CommandRun) overtime() string {
	when, how := "when its time was up", "killed"
	if r.Limit != 0 {
		when = "after " + spanWords(time.Duration(r.Limit))
	}
	if len(r.Args) == 0 {
		how = "canceled"
	}
	return "still running " + when + " and was " + how
}

// spanWords is a span of time without the zeros that time.Duration writes.
func spanWords(d time.Duration) string {
	text := d.Round(time.Millisecond).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// linger is how long a command's output is waited for once it has ended, since
// a process that it left behind may hold it open.
const linger = time.Second

// runCommand runs a command without input in a process group of its own, which
// is ended when ctx ends. What goes wrong is in the CommandRun, whose output is
// without the secrets.
func runCommand(ctx context.Context, args, env []string, secrets concealer) CommandRun {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // running the user's command is the task
	cmd.Env = append(os.Environ(), env...)
	out := &output{secrets: secrets}
	cmd.Stdout, cmd.Stderr = out, out
	cmd.WaitDelay = linger
	ownGroup(cmd)
	run := CommandRun{Args: args, Exit: -1}
	if err := cmd.Start(); err != nil {
		run.Error = err.Error()
		return run
	}
	err := cmd.Wait()
	if run.held = errors.Is(err, exec.ErrWaitDelay); run.held {
		_ = killGroup(cmd) // of what it left behind, which holds the output
	}
	run.Output = out.String()
	run.Exit = cmd.ProcessState.ExitCode()
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		run.Signal = status.Signal().String()
	}
	run.TimedOut = ctx.Err() != nil && run.Signal != ""
	return run
}

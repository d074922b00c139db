package audit

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"
)

// A CommandRun is one run of the user's command.
type CommandRun struct {
	// Args is the command as it was run, its placeholders filled in but for
	// the password.
	Args []string `json:"args"`
	// Started and Ended bound it.
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended"`
	// Exit is the exit code; -1 if there is none.
	Exit int `json:"exit"`
	// Signal says which signal ended it, such as "segmentation fault"; empty
	// if none did.
	Signal string `json:"signal"`
	// TimedOut: it was still running when its time was up, and was ended with
	// its process group.
	TimedOut bool `json:"timed_out"`
	// Output is what it wrote, both streams, its beginning and its end.
	Output string `json:"output"`
	// Error is why it could not be run; empty if it was.
	Error string `json:"error"`
}

// String says how it ended, such as "exit code 60".
func (r CommandRun) String() string {
	switch {
	case r.Error != "":
		return "the command cannot be started: " + r.Error
	case r.TimedOut:
		return "still running when its time was up, and ended"
	case r.Signal != "":
		return "ended by signal: " + r.Signal
	}
	return "exit code " + strconv.Itoa(r.Exit)
}

// linger is how long a command's output is waited for once it has ended, since
// a process that it left behind may hold it open.
const linger = time.Second

// runCommand runs a command without input in a process group of its own, which
// is ended when limit is over or ctx ends. What goes wrong is in the CommandRun.
func runCommand(ctx context.Context, args, env []string, limit time.Duration) CommandRun {
	timed, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := exec.CommandContext(timed, args[0], args[1:]...) //nolint:gosec // running the user's command is the task
	cmd.Env = append(os.Environ(), env...)
	out := new(output)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.WaitDelay = linger
	ownGroup(cmd)
	run := CommandRun{Args: args, Exit: -1}
	if err := cmd.Start(); err != nil {
		run.Error = err.Error()
		return run
	}
	err := cmd.Wait()
	if errors.Is(err, exec.ErrWaitDelay) {
		_ = killGroup(cmd) // of what it left behind, which holds the output
	}
	run.Output = out.String()
	run.Exit = cmd.ProcessState.ExitCode()
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		run.Signal = status.Signal().String()
	}
	run.TimedOut = timed.Err() != nil && run.Signal != ""
	return run
}

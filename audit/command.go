package audit

import (
	"context"
	"crypto/rand"
	"errors"
)

// Command is the [Driver] that runs the user's command.
type Command struct{ Template *Template }

// String returns the command as it was given.
func (c Command) String() string { return c.Template.String() }

// markVariable is set to another value for each run of the command, so that the
// processes which it starts are known. A kick has none: the MTA itself may be
// among what it starts.
const markVariable = "FAKEMX_AUDIT_RUN"

// Deliver runs the command once.
func (c Command) Deliver(ctx context.Context, t Target) Attempt {
	values := t.values()
	secrets := newConcealer(t.Password)
	mark := markVariable + "=" + rand.Text()
	run := runCommand(ctx, c.Template.fill(values), append(environment(values), mark), secrets)
	if run.TimedOut || run.held {
		killStrays(mark)
	}
	run.unled = c.Template.unled
	run.Args, run.Error = secrets.hideAll(run.Args), secrets.hide(run.Error)
	attempt := Attempt{run: &run}
	switch {
	case run.Error != "":
		attempt.Problem = run.String()
	case run.Exit != 0:
		attempt.Err = errors.New(run.String())
	}
	return attempt
}

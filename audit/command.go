package audit

import (
	"context"
	"errors"
)

// Command is the [Driver] that runs the user's command.
type Command struct{ Template *Template }

// String returns the command as it was given.
func (c Command) String() string { return c.Template.String() }

// Deliver runs the command once.
func (c Command) Deliver(ctx context.Context, t Target) Attempt {
	values := t.values()
	secrets := newConcealer(t.Password)
	run := runCommand(ctx, c.Template.fill(values), environment(values), secrets)
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

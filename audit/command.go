package audit

import (
	"context"
	"errors"
	"strings"
)

// Command is the driver that runs the user's command.
type Command struct{ Template *Template }

// String is the command as it was given.
func (c Command) String() string { return c.Template.String() }

// Deliver runs the command once.
func (c Command) Deliver(ctx context.Context, t Target) Attempt {
	values := t.values()
	run := runCommand(ctx, c.Template.fill(values), environment(values))
	if t.Password != "" {
		run.Output = strings.ReplaceAll(run.Output, t.Password, "{password}")
	}
	values["password"] = "{password}"
	run.Args = c.Template.fill(values)
	attempt := Attempt{run: &run}
	switch {
	case run.Error != "":
		attempt.Problem = run.String()
	case run.Exit != 0:
		attempt.Err = errors.New(run.String())
	}
	return attempt
}

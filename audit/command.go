package audit

import (
	"context"
	"strings"
	"time"
)

// Command is the driver that runs the user's command once for each scenario,
// and again where a counted fault can have kept it from delivering: at most
// Attempts times, until it has delivered and exits with 0.
type Command struct{ Template *Template }

// String is the command as it was given.
func (c Command) String() string { return c.Template.String() }

func (Command) kind() string            { return "command" }
func (Command) together() bool          { return false }
func (Command) patience() time.Duration { return DefaultCommandPatience }

func (c Command) exercise(ctx context.Context, a *auditor, p *probe) (runs []CommandRun, problem string) {
	values := p.values(a.From, a.User, a.Password)
	shown := p.values(a.From, a.User, "{password}")
	for range Attempts(p.scenario) {
		began := a.Now()
		run := runCommand(ctx, c.Template.fill(values), environment(values), a.Patience)
		run.Started, run.Ended = began, a.Now()
		run.Args = c.Template.fill(shown)
		run.Output = strings.ReplaceAll(run.Output, a.Password, "{password}")
		runs = append(runs, run)
		if run.Error != "" {
			return runs, run.String()
		}
		if ctx.Err() != nil || run.Exit == 0 && p.deliveries() > 0 {
			break
		}
	}
	return runs, ""
}

package audit

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// A mailerFunc is a driver from outside.
type mailerFunc func(context.Context, Target) Attempt

func (mailerFunc) String() string { return "a mailer" }

func (f mailerFunc) Deliver(ctx context.Context, t Target) Attempt { return f(ctx, t) }

// TestMailersOfThisProcess: what they do to themselves ends no audit.
func TestMailersOfThisProcess(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		mailer mailerFunc
		want   string // of expired
		says   string // of it
		run    string
	}{
		{"gives up", func(context.Context, Target) Attempt { return Attempt{Err: errors.New("not today")} },
			"unclear", `never connected (returned an error: "not today")`, "returned an error"},
		{"lies", func(context.Context, Target) Attempt { return Attempt{} },
			"unclear", "never connected (returned no error)", "returned no error"},
		{"panics", func(context.Context, Target) Attempt { panic("boom") },
			"unclear", "never connected (panic: boom)", "panic: boom"},
		{"hangs", func(ctx context.Context, _ Target) Attempt { <-ctx.Done(); return Attempt{Err: ctx.Err()} },
			"unclear", "still running after 1s and was canceled", "was still running after 1s and was canceled"},
		{"cannot be exercised", func(context.Context, Target) Attempt { return Attempt{Problem: "there is no mailer"} },
			"unclear", "there is no mailer", "returned no error"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := probedWith(t, Options{Policy: Verify, Scenarios: pick("expired"), Driver: test.mailer, Patience: time.Second, KeepGoing: true})
			wantResults(t, r, "expired="+test.want)
			i := r.Items[0]
			if !strings.Contains(i.Reason, test.says) || i.Runs[0].String() != test.run {
				t.Errorf("the reason is %q and the run %q, want %q and %q", i.Reason, i.Runs[0], test.says, test.run)
			}
			if r.Driver != "mailer" || r.Client != "a mailer" || r.Unproved == "" {
				t.Errorf("the report is about %s %s, unproved: %s", r.Driver, r.Client, r.Unproved)
			}
		})
	}
}

// TestAMailerThatIgnoresItsContextIsNotWaitedFor.
func TestAMailerThatIgnoresItsContextIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	forever := make(chan struct{})
	t.Cleanup(func() { close(forever) })
	mailer := mailerFunc(func(context.Context, Target) Attempt { <-forever; return Attempt{} })
	r := probedWith(t, Options{Policy: Verify, Scenarios: pick("expired"), Driver: mailer, Patience: time.Millisecond, KeepGoing: true})
	if run := r.Items[0].Runs[0]; !run.TimedOut {
		t.Errorf("the run is %+v, want one whose time was up", run)
	}
}

// TestWhatCannotBeAudited is an error, and no panic.
func TestWhatCannotBeAudited(t *testing.T) {
	t.Parallel()
	command := Command{client(t, "verify")}
	for name, test := range map[string]struct {
		options Options
		want    string
	}{
		"nothing":        {Options{Policy: Verify, Driver: command}, "no scenario"},
		"nobody":         {Options{Policy: Verify, Scenarios: pick("healthy")}, "no driver"},
		"no command":     {Options{Policy: Verify, Scenarios: pick("healthy"), Driver: Command{}}, "command is empty"},
		"no MTA":         {Options{Policy: Verify, Scenarios: pick("healthy"), Driver: (*Submit)(nil)}, "no driver"},
		"below zero":     {Options{Policy: Verify, Scenarios: pick("healthy"), Driver: command, Parallel: -1}, "expected 0 or more"},
		"no policy":      {Options{Scenarios: pick("healthy"), Driver: command}, `unknown policy ""`},
		"unknown policy": {Options{Policy: "secure", Scenarios: pick("healthy"), Driver: command}, `unknown policy "secure"`},
	} {
		if _, err := Run(t.Context(), test.options); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want an error with %q", name, err, test.want)
		}
	}
}

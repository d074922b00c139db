package fakemx

import (
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx/internal/front"
	"github.com/fakemx/fakemx/scenarios"
)

// TestRefusal: what begins with 4 or 5 is one, of the command before it.
func TestRefusal(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		verb, line string
		want       *Reply
	}{
		{"", "220 hello", nil},
		{"EHLO", "250 HELP", nil},
		{"DATA", "354 Go on", nil},
		{"MAIL", "45", nil},
		{"MAIL", "", nil},
		{"MAIL", "450", &Reply{"MAIL", "450"}},
		{"RCPT", "550 5.1.1 No", &Reply{"RCPT", "550 5.1.1 No"}},
		{"XYZZY", "500 What?", &Reply{"", "500 What?"}},
		{"", "554 No", &Reply{"", "554 No"}},
		{"HELO", "501 \xff", &Reply{"HELO", "501 \uFFFD"}},
		{"QUIT", "500 " + strings.Repeat("x", 2*maxLineText), &Reply{"QUIT", "500 " + strings.Repeat("x", maxLineText-4)}},
	} {
		c := newConduct()
		if test.verb != "" {
			c.command("EHLO", true)
			c.command(test.verb, false)
		}
		got := c.refusal([]byte(test.line))
		if (got == nil) != (test.want == nil) || got != nil && *got != *test.want {
			t.Errorf("%.20q to %s: %.20v, want %.20v", test.line, test.verb, got, test.want)
		}
	}
}

// TestCommandsInClear are counted apart, what is none under no name.
func TestCommandsInClear(t *testing.T) {
	t.Parallel()
	c := newConduct()
	for _, inClear := range []bool{true, false, false} {
		c.command("EHLO", inClear)
		c.command("XYZZY", inClear)
	}
	for _, n := range c.commands() {
		if n.Times != 3 || n.InClear != 1 || n.Verb != "EHLO" && n.Verb != "" {
			t.Errorf("%+v", n)
		}
	}
	if n := len(c.commands()); n != 2 {
		t.Errorf("%d kinds, want 2", n)
	}
}

// TestTheFirstEndCounts, and the last refusal of ours.
func TestTheFirstEndCounts(t *testing.T) {
	t.Parallel()
	r := &recorder{recording: &recording{now: time.Now}, transcript: &transcript{}, conduct: newConduct()}
	r.Line(front.Us, []byte("450 4.2.1 Later"))
	r.Command("DATA", true)
	r.Line(front.Us, []byte("503 5.5.1 First MAIL"))
	r.Line(front.Client, []byte("550 I am no peer"))
	if got := r.s.Refusal; got == nil || *got != (Reply{"DATA", "503 5.5.1 First MAIL"}) {
		t.Errorf("the refusal is %+v", got)
	}
	r.Ended(front.Client, front.Quit)
	r.Ended(front.Us, front.Close)
	if r.s.End != (End{FromClient, EndQuit}) {
		t.Errorf("it ended by %+v", r.s.End)
	}
	r.Fault(scenarios.Fault{At: scenarios.AtDot, Do: scenarios.DoReset})
	if got := r.s.Fault; got != (Fault{scenarios.AtDot, scenarios.DoReset}) || got.String() != "dot reset" {
		t.Errorf("the fault is %q", got)
	}
}

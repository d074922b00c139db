package docs_test

import (
	"fmt"
	"net/textproto"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// TestREADMELimits: the faults that the README limits strike where the comments
// beside them say.
func TestREADMELimits(t *testing.T) {
	t.Parallel()
	own, err := scenarios.Parse("limits.yaml", []byte(strings.Join(fenceNamed(t, "# limits.yaml"), "\n")))
	if err != nil {
		t.Fatal(err)
	}
	peer := fakemx.Start(t, own[0])
	for i, want := range []string{"MAIL", "RCPT 11", "RCPT 11, DATA", "MAIL", "RCPT 11, DATA", "greeting"} {
		if got := strings.Join(refusedSteps(t, peer.Addr()), ", "); got != want {
			t.Errorf("session %d is refused at %s, want %s", i+1, got, want)
		}
	}
}

// fenceNamed are the lines of the README's fence that begins with this one.
func fenceNamed(t *testing.T, first string) []string {
	t.Helper()
	for _, s := range sections(t, readLines(t, readme)) {
		for _, f := range s.fences {
			if len(f.lines) > 0 && f.lines[0] == first {
				return f.lines
			}
		}
	}
	t.Fatalf("the README has no fence that begins with %s", first)
	return nil
}

// refusedSteps has a message for eleven recipients and says which steps of its
// session do not succeed. Behind a recipient it goes on, as clients do.
func refusedSteps(t *testing.T, addr string) (refused []string) {
	t.Helper()
	conn, err := textproto.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	type step struct {
		name, command string
		code          int
	}
	steps := []step{{"greeting", "", 220}, {"EHLO", "EHLO client.test", 250}, {"MAIL", "MAIL FROM:<me@example.test>", 250}}
	for i := range 11 {
		steps = append(steps, step{fmt.Sprintf("RCPT %d", i+1), "RCPT TO:<you@example.test>", 250})
	}
	for _, s := range append(steps, step{"DATA", "DATA", 354}, step{"dot", ".", 250}) {
		if s.command != "" {
			err = conn.PrintfLine("%s", s.command)
		}
		if err == nil {
			_, _, err = conn.ReadResponse(s.code)
		}
		if err == nil {
			continue
		}
		refused = append(refused, s.name)
		if !strings.HasPrefix(s.name, "RCPT") {
			return refused
		}
		err = nil
	}
	return refused
}

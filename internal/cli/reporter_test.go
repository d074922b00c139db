package cli

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/internal/cli/cmdline"
)

func TestSessionsAreToldAfterTheirPeers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		report := (&app{out: &out}).newReporter(true, cmdline.RecordLimit{Sessions: 10, Octets: 1 << 20}, nil)
		go report.session(fakemx.Session{ID: "early"})
		synctest.Wait()
		if err := report.ready([]announcement{ready{Event: "ready", Scenario: "healthy"}}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if lost, err := report.close(t.Context()); lost != 0 || err != nil {
			t.Errorf("lost %d, %v", lost, err)
		}
		lines := strings.SplitAfter(out.String(), "\n")
		if len(lines) != 3 || !strings.HasPrefix(lines[0], `{"event":"ready"`) || !strings.HasPrefix(lines[1], `{"event":"session","id":"early"`) {
			t.Errorf("told %q", lines)
		}
	})
}

func TestSessionsOfPeersThatNeverWereAreNotTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		report := (&app{out: &out}).newReporter(true, cmdline.RecordLimit{Sessions: 10, Octets: 1 << 20}, nil)
		go report.session(fakemx.Session{ID: "early"})
		report.release()
		synctest.Wait()
		if lost, err := report.close(t.Context()); lost != 0 || err != nil || out.Len() > 0 {
			t.Errorf("lost %d, %v, told %q", lost, err, &out)
		}
	})
}

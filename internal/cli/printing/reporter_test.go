package printing

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/internal/terminal"
)

func TestSessionsAreToldAfterTheirPeers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		report := Printer{Out: &out}.NewReporter(true, cmdline.RecordLimit{Sessions: 10, Octets: 1 << 20}, nil)
		go report.Session(fakemx.Session{ID: "early"})
		synctest.Wait()
		if err := report.Ready([]Announcement{announced{"ready"}}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if lost, err := report.Close(t.Context()); lost != 0 || err != nil {
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
		report := Printer{Out: &out}.NewReporter(true, cmdline.RecordLimit{Sessions: 10, Octets: 1 << 20}, nil)
		go report.Session(fakemx.Session{ID: "early"})
		report.Release()
		synctest.Wait()
		if lost, err := report.Close(t.Context()); lost != 0 || err != nil || out.Len() > 0 {
			t.Errorf("lost %d, %v, told %q", lost, err, &out)
		}
	})
}

// announced is an announcement.
type announced struct {
	Event string `json:"event"`
}

func (a announced) Block(terminal.Style) string { return a.Event }

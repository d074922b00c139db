package logs

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/internal/maillog"
)

// readReport reads a log that comes in one block.
func readReport(log string) (*report, []maillog.Event) {
	var events []maillog.Event
	r := newReport(func(ev maillog.Event) { events = append(events, ev) }, func(*report, *group) {})
	lines := &lines{}
	lines.add([]byte(log), r.add)
	lines.end(r.add)
	r.conclude()
	return r, events
}

// reported is what each line of the field reports means, in the order of the
// lines; the numbers are those of the file.
var reported = []struct {
	from, to int
	means    string
}{
	// A smart host: its certificate is not verified, and later why.
	{1, 1, "fault client verify not-verified"},
	{2, 2, "harmless   received-untold"},
	{4, 4, "fault client verify issuer-unknown"},
	// Sendmail 8.14 writes ESMTP whatever there was.
	{5, 5, "harmless   received-habit"},
	// The certificate was not verified, and then the connection broke.
	{9, 9, "other server data received"},
	{10, 10, "fault client verify not-verified"},
	{11, 11, "fault client data connection-reset"},
	// A sendmail that trusts nobody, and has no certificate of its own.
	{12, 12, "other client  chatter"},
	{13, 14, "harmless own handshake client-certificate-missing"},
	{15, 16, "fault own verify own-trust-store-empty"},
	{17, 18, "other own  chatter"},
	{19, 21, "other client  chatter"},
	{22, 22, "fault client verify issuer-unknown"},
	{23, 23, "fault client verify not-verified"},
	{24, 24, "fault client verify issuer-unknown"},
	{25, 29, "other   chatter"},
	{30, 30, "other client data delivered"},
	// A server that cannot verify its client.
	{31, 31, "harmless server verify issuer-unknown"},
	// A server and then a client without CRLs, of which all else is verified.
	{32, 34, "other server  chatter"},
	{35, 40, "harmless server verify crl-unavailable"},
	{41, 42, "other server verify tls-verified"},
	{43, 43, "other server  chatter"},
	{44, 44, "other server data received"},
	{45, 45, "other client  chatter"},
	{46, 46, "other own  chatter"},
	{47, 47, "other client  chatter"},
	{48, 50, "harmless client verify crl-unavailable"},
	{51, 52, "other client verify tls-verified"},
	{53, 53, "other client data delivered"},
	{54, 54, "other   chatter"},
	{55, 55, "harmless client quit no-close-notify"},
}

func fieldReports(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "fieldreports.log"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestFieldReportsAreReadLineByLine(t *testing.T) {
	t.Parallel()
	means := make(map[int]string)
	for _, line := range reported {
		for at := line.from; at <= line.to; at++ {
			means[at] = line.means
		}
	}
	_, events := readReport(fieldReports(t))
	before := 0
	for _, ev := range events {
		if ev.At <= before {
			t.Errorf("line %d comes behind line %d", ev.At, before)
		}
		before = ev.At
		stage := ev.Stage
		if ev.Reason == maillog.Chatter {
			stage = ""
		}
		if got := fmt.Sprintf("%s %s %s %s", ev.Class, ev.Side, stage, ev.Reason); got != means[ev.At] {
			t.Errorf("line %d is %q, want %q: %s", ev.At, got, means[ev.At], ev.Text)
		}
	}
	if len(events) != 51 {
		t.Errorf("%d lines were read, want 51", len(events))
	}
}

// What the four reports come to: three were about one's own trust store, and
// the fourth about a connection that was reset.
func TestFieldReportsComeToTheirCauses(t *testing.T) {
	t.Parallel()
	r, _ := readReport(fieldReports(t))
	var got []string
	for _, g := range r.Groups {
		first := ""
		if len(g.Suspects) > 0 {
			first = g.Suspects[0].Name
		}
		got = append(got, fmt.Sprintf("%s %d %s", g.Reason, g.Count, first))
	}
	want := "own-trust-store-empty 1 \nnot-verified 2 missing-intermediate\nreceived-untold 1 received-downgraded\n" +
		"issuer-unknown 1 missing-intermediate\nconnection-reset 1 reset-inside-tls"
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
	if want := "51 lines: 5 failures of 4 kinds with 3 hosts; 2 deliveries, of these 0 in clear; 2 Received fields"; r.Summary != want {
		t.Errorf("got %q, want %q", r.Summary, want)
	}
}

package symptoms

import (
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/internal/maillog"
)

// asLogged writes what a recording says as the daemon's log has it, of which
// recordings keep the telling part; empty for programs that are not asked here.
func asLogged(client, says string) string {
	says = strings.ReplaceAll(says, "HOST", "mx.example.test")
	switch name, _, _ := strings.Cut(client, " "); name {
	case "postfix":
		if strings.HasPrefix(says, "dsn=") {
			says = "4A1B2C3D53: to=<a@example.test>, relay=mx.example.test[192.0.2.25]:25, delay=0.3, delays=0.1/0/0.2/0, " + says
		}
		return "Nov 12 09:20:06 mail postfix/smtp[120]: " + says
	case "opensmtpd":
		const line = "Nov 12 10:00:09 mail smtpd[71]: "
		switch {
		case strings.HasPrefix(says, "result="):
			says = `4a6f3c1d2e5b7a90 mta delivery evpid=1c2b3a4d5e6f7a8b from=<b@example.test> to=<a@example.test> rcpt=<-> source="192.0.2.1" relay="192.0.2.25 (mx.example.test)" delay=2s ` + says
		case strings.HasPrefix(says, "opportunistic"):
			says = "smtp-out: Error on session 4a6f3c1d2e5b7a90: " + says
		default:
			says = "4a6f3c1d2e5b7a90 mta error reason=" + says
		}
		return line + says
	case "posttls-finger":
		return says
	}
	return ""
}

// noFault are parts of what daemons were recorded saying that tell of no fault
// of TLS: a greylist, a failed farewell, a domain that leads nowhere, and
// OpenSMTPD's summary of a session that has its own line.
var noFault = []string{"Greylisted", "sending QUIT", "Network error on destination MXs", "(Host or domain name not found", "(nullMX)", "(connect to "}

func TestDaemonsRecordingsAreReadAsLogged(t *testing.T) {
	t.Parallel()
	recorded, err := Recorded()
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for scenario, said := range recorded {
		for _, s := range said {
			line := asLogged(s.Client, s.Says)
			if line == "" {
				continue
			}
			read++
			ev := maillog.Read(1, line)
			fault := !slices.ContainsFunc(noFault, func(part string) bool { return strings.Contains(line, part) })
			if (ev.Class == maillog.Fault) != fault || ev.Side != maillog.Client || ev.Dialect == "" {
				t.Errorf("%s: %s is %s %s %s %s, fault should be %v", scenario, line, ev.Class, ev.Side, ev.Stage, ev.Reason, fault)
			}
			if alone := maillog.Read(1, strings.ReplaceAll(s.Says, "HOST", "mx.example.test")); fault && alone.Class != maillog.Fault {
				t.Errorf("%s: %s alone is %s %s", scenario, s.Says, alone.Class, alone.Reason)
			}
		}
	}
	if read == 0 {
		t.Fatal("nothing was recorded of them")
	}
}

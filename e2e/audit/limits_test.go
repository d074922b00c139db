package audit_test

import (
	"strings"
	"testing"

	"github.com/fakemx/fakemx/audit"
)

// limited are scenarios whose faults one usual message does not meet.
const limited = "rate-limited too-many-messages too-many-recipients recipient-refused recipient-deferred"

// TestCommandsAreBroughtToLimitedFaults: what a client does for whom the peer
// takes one recipient of two is known. None of them tries again by itself, which
// is no failure, nor does one send two messages in a session.
func TestCommandsAreBroughtToLimitedFaults(t *testing.T) {
	needsTime(t)
	const (
		goesOn   = "pass: as it must" // to those that were taken
		givesUp  = "may: gave up the whole message"
		oneAlone = "unclear: use {recipients}"
	)
	for client, several := range map[string]string{
		"curl": oneAlone, "swaks": goesOn, "msmtp": givesUp, "Python smtplib": goesOn, "Go net/smtp": givesUp, "go-mail": givesUp,
		"nodemailer": goesOn, "PHPMailer": goesOn, "Nullmailer": oneAlone,
	} {
		t.Run(client, func(t *testing.T) {
			s := find(t, client)
			want := map[string]string{
				"healthy": "pass: ", "rate-limited": "pass: 3 times, as it must, and did not try again", "too-many-messages": "unclear: in a session of its own",
				"too-many-recipients": several, "recipient-refused": several, "recipient-deferred": several,
			}
			if several == oneAlone {
				want["recipient-refused"], want["recipient-deferred"] = "pass: met the fault", "pass: met the fault"
			}
			for _, i := range auditOf(t, s, audit.Verify, strings.Fields("healthy "+limited)).Items {
				result, part, _ := strings.Cut(want[i.Scenario], ": ")
				if string(i.Result) != result || !strings.Contains(i.Reason, part) {
					t.Errorf("%s is %s: %s, want %s", i.Scenario, i.Result, i.Reason, want[i.Scenario])
				}
			}
		})
	}
}

package audit_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/e2e/internal/sendmail"
)

// sendmailFlag makes this test's binary deliver by a real sendmail, as FAKEMX_*
// say; what follows are lines of its access map and, with a bracket, of its
// configuration.
const sendmailFlag = "-by-sendmail"

// bySendmail is main for that.
func bySendmail(lines []string) error {
	env := func(name string) string { return os.Getenv("FAKEMX_" + name) }
	options := sendmail.Options{SmartHost: env("HOST") + ":" + env("PORT"), CAFile: env("CA"), CAPath: env("CA_DIR")}
	for _, line := range lines {
		if strings.Contains(line, "(") {
			options.Config = append(options.Config, line)
		} else {
			options.Access = append(options.Access, line)
		}
	}
	mailer, err := sendmail.Make(options)
	if err != nil {
		return err
	}
	defer mailer.Close()
	message, err := os.ReadFile(env("MESSAGE"))
	if err != nil {
		return err
	}
	result, err := mailer.Send(env("FROM"), env("TO"), strings.ReplaceAll(string(message), "\r\n", "\n"))
	fmt.Println(result.Output + strings.Join(result.Log, "\n"))
	if err == nil && !result.Delivered {
		return fmt.Errorf("exit code %d, delivered %t, queued %t", result.Exit, result.Delivered, result.Queued)
	}
	return err
}

// sendmails are a real sendmail under three configurations. The first is what
// people take for verification. One that verifies names goes by MX records: see
// the labs.
func sendmails() []setting {
	configured := func(lines ...string) []string { return append([]string{os.Args[0], sendmailFlag}, lines...) }
	there := func() (string, error) {
		if reason, ok := sendmail.Available(); !ok {
			return "", &missingError{reason}
		}
		return "", nil
	}
	return []setting{
		{client: "sendmail", tree: "sendmail", how: "`TLS_Srv: VERIFY`", policy: audit.Verify, prepare: there, slow: true,
			command: configured("TLS_Srv: VERIFY"), fails: "hostname-mismatch"},
		{client: "sendmail", tree: "sendmail", how: "`TLS_Srv: ENCR:112`", policy: audit.Encrypt, prepare: there, slow: true, command: configured("TLS_Srv: ENCR:112")},
		{client: "sendmail", tree: "sendmail", how: "its defaults", policy: audit.Opportunistic, prepare: there, slow: true, command: configured()},
	}
}

// TestSendmailsVerifyIgnoresNames, and the report says so.
func TestSendmailsVerifyIgnoresNames(t *testing.T) {
	r := auditOf(t, sendmails()[0], audit.Verify, strings.Fields(few))
	if len(r.Findings) != 1 || !strings.Contains(r.Findings[0], "verifies the chain but not the name") {
		t.Errorf("the findings are %q", r.Findings)
		tell(t, r)
	}
}

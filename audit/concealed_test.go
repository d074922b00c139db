package audit_test

import (
	"context"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/audit/report"
	"github.com/fakemx/fakemx/scenarios"
)

// A talker is a mailer that fails in so many words.
type talker struct{ err, problem string }

func (t talker) String() string { return "talker " + t.err }

func (t talker) Deliver(context.Context, audit.Target) audit.Attempt {
	return audit.Attempt{Err: errors.New(t.err), Problem: t.problem}
}

// TestNoReportHoldsAPassword, whatever the client says and in whatever format.
func TestNoReportHoldsAPassword(t *testing.T) {
	t.Parallel()
	const user, password = "somebody", "Tr0ub4dor-and-3"
	encode := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	forms := []string{
		password, encode(password), encode("\x00" + user + "\x00" + password), encode(user + "\x00" + user + "\x00" + password),
		encode("user=" + user + "\x01auth=Bearer " + password + "\x01\x01"),
	}
	dialogue := ">>> " + strings.Join(forms, "\n>>> ") + "\n"
	file := filepath.Join(t.TempDir(), "dialogue")
	if err := os.WriteFile(file, []byte(dialogue), 0o600); err != nil {
		t.Fatal(err)
	}
	command := func(args ...string) audit.Driver {
		template, err := audit.NewTemplate(args)
		if err != nil {
			t.Fatal(err)
		}
		return audit.Command{Template: template}
	}
	for name, driver := range map[string]audit.Driver{
		"output":    command("cat", file, "/there/is/none/{password}"),
		"arguments": command(append([]string{"echo"}, forms...)...),
		"no start":  command("/there/is/none/{password}"),
		"error":     talker{err: dialogue},
		"problem":   talker{problem: dialogue},
	} {
		list := []scenarios.Scenario{scenarios.MustGet("healthy"), scenarios.MustGet("expired")}
		r, err := audit.Run(t.Context(), audit.Options{Policy: audit.Verify, Driver: driver, Scenarios: list, User: user, Password: password, KeepGoing: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, format := range report.Formats() {
			var text strings.Builder
			if err := report.Write(&text, format, r); err != nil {
				t.Fatal(err)
			}
			for _, form := range forms {
				if strings.Contains(text.String(), form) {
					t.Errorf("%s: the report as %s holds %q", name, format, form)
				}
			}
			if format == report.JSON && !strings.Contains(text.String(), "{password}") {
				t.Errorf("%s: nothing is hidden in %s", name, text.String())
			}
		}
	}
}

package cli

import (
	"testing"

	"github.com/fakemx/fakemx/internal/cli/symptoms"
	"github.com/fakemx/fakemx/internal/terminal"
)

func TestSymptomsArePrinted(t *testing.T) {
	t.Parallel()
	e := explanation{Symptoms: []symptoms.Symptom{
		{Client: "openssl s_client", Says: "certificate has expired"},
		{Client: "sendmail", Says: "one"}, {Client: "sendmail", Says: "two"}, {Client: "sendmail", Says: "three"},
	}}
	if got := e.sayings(terminal.Style{Width: 80}); got != "  - openssl s_client: certificate has expired\n  - sendmail: one\n  - sendmail: two\n" {
		t.Errorf("printed as %q", got)
	}
}

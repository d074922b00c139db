package docs_test

import (
	"strings"
	"testing"

	"github.com/fakemx/fakemx/internal/house"
)

const tlsrptDocument = "docs/tlsrpt.md"

// TestTLSRPTDocument runs every command of docs/tlsrpt.md in the folder of the
// module, and wants what the page shows.
func TestTLSRPTDocument(t *testing.T) {
	s := newStory(t, buildCommand(t))
	commands := 0
	for _, section := range sections(t, readLines(t, tlsrptDocument)) {
		for _, f := range section.fences {
			for _, step := range f.steps(t) {
				commands++
				cmd := s.command(step.command)
				cmd.Dir = house.Path(t)
				out, _ := cmd.CombinedOutput() // a report with errors makes it fail
				if got, want := strings.TrimSpace(string(out)), strings.TrimSpace(strings.Join(step.output, "\n")); got != want {
					t.Errorf("%s line %d: %s\nsaid\n%s\nwant\n%s", tlsrptDocument, step.first, step.command, got, want)
				}
			}
		}
	}
	if commands == 0 {
		t.Fatalf("%s shows no command", tlsrptDocument)
	}
}

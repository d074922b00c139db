package cli

import (
	"strings"
	"testing"

	"github.com/fakemx/fakemx/internal/terminal"
	"github.com/fakemx/fakemx/scenarios"
)

// The list keeps to the width of a terminal, and elsewhere to a line a scenario.
func TestTheListKeepsToTheWidth(t *testing.T) {
	t.Parallel()
	var all []listed
	for _, s := range scenarios.All() {
		all = append(all, listing(s))
	}
	if lines := strings.Count(table(all, terminal.Style{}), "\n"); lines != len(all)+1 {
		t.Errorf("off a terminal there are %d lines, want one a scenario and a heading", lines)
	}
	for _, width := range []int{80, 96, 140, 200} {
		for line := range strings.Lines(table(all, terminal.Style{Width: width, Colour: true})) {
			if got := terminal.Width(strings.TrimSuffix(line, "\n")); got > width {
				t.Errorf("on a terminal of %d, a line is %d wide: %q", width, got, line)
			}
		}
	}
	if narrow := table(all, terminal.Style{Width: 96}); !strings.Contains(narrow, "  SUMMARY\n") || !strings.Contains(narrow, "\n    "+all[0].Summary+"\n") {
		t.Errorf("on a narrow terminal summaries do not stand below:\n%.400s", narrow)
	}
}

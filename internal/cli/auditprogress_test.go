package cli

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/audit/report"
	"github.com/fakemx/fakemx/scenarios"
)

// TestProgressOnATerminal: the last line says what is under way, never wider
// than the terminal, and gives way to what is judged.
func TestProgressOnATerminal(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := &progress{w: &out, style: report.Style{Width: 40}, lines: true, live: true, total: 2}
	p.start(scenarios.MustGet("healthy"))
	p.start(scenarios.MustGet("missing-intermediate"))
	p.item(audit.Item{Scenario: "healthy", Verdict: audit.Verdict{Result: audit.Pass, Reason: "it did"}})
	p.item(audit.Item{Scenario: "missing-intermediate", Verdict: audit.Verdict{Result: audit.May, Reason: "it did"}})
	p.clear()
	got := strings.Split(out.String(), "\r\x1b[K")
	want := []string{
		"", "0 of 2 judged; under way: healthy", "0 of 2 judged; under way: healthy, mis…",
		"pass      healthy\n1 of 2 judged; under way: missing-inte…", "may       missing-intermediate\n          it did\n2 of 2 judged", "",
	}
	if !slices.Equal(got, want) {
		t.Errorf("it draws %q, want %q", got, want)
	}
}

// TestProgressElsewhere: lines only, and none where a report is wanted instead.
func TestProgressElsewhere(t *testing.T) {
	t.Parallel()
	for _, lines := range []bool{true, false} {
		var out bytes.Buffer
		p := &progress{w: &out, lines: lines, total: 1}
		p.start(scenarios.MustGet("healthy"))
		p.item(audit.Item{Scenario: "healthy", Verdict: audit.Verdict{Result: audit.Fail, Reason: "it did not"}})
		p.clear()
		if got := out.String(); strings.HasSuffix(got, "it did not\n") != lines || strings.ContainsAny(got, "\r\x1b") {
			t.Errorf("with lines %t it tells %q", lines, got)
		}
	}
}

package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/fakemx/fakemx/audit"
)

// writeTAP writes a test point for each scenario. What is unclear is skipped,
// what is accepted is a failure that is expected (TODO). A control that was not
// delivered is one more point, the first; exceptions that no longer hold are
// another one.
func writeTAP(w io.Writer, r *audit.Report) error {
	var out strings.Builder
	points, before := len(r.Items), 0
	if r.Unproved != "" {
		points, before = points+1, 1
	}
	if len(r.Problems) > 0 {
		points++
	}
	rows, faults := reportRows(r), reportFaults(r)
	points += len(rows)
	if faults != "" {
		points++
	}
	out.WriteString("TAP version 13\n")
	if text := headline(r); text != "" {
		fmt.Fprintf(&out, "# %s\n", tapText(text))
	}
	fmt.Fprintf(&out, "1..%d\n# %s %s, policy %s\n", points, r.Driver, tapText(r.Client), r.Policy)
	if before > 0 {
		out.WriteString("not ok 1 - the control is delivered\n")
	}
	for n, i := range r.Items {
		fmt.Fprintf(&out, "%s %d - %s%s\n", tapWord(i), before+n+1, i.Scenario, tapDirective(i))
		fmt.Fprintf(&out, "  ---\n  result: %s\n  expected: %s\n  reason: %q\n  duration_ms: %d\n  ...\n",
			i.Result, i.Expectation, clean(i.Reason), i.Duration().Milliseconds())
	}
	next := before + len(r.Items) + 1
	for _, row := range rows {
		out.WriteString(reportPoint(next, row))
		next++
	}
	if faults != "" {
		fmt.Fprintf(&out, "not ok %d - the TLS reports are right\n# %s\n", next, tapText(faults))
		next++
	}
	if len(r.Problems) > 0 {
		fmt.Fprintf(&out, "not ok %d - exceptions still apply\n", next)
		for _, p := range r.Problems {
			fmt.Fprintf(&out, "# %s\n", tapText(p))
		}
	}
	for _, f := range r.Findings {
		fmt.Fprintf(&out, "# finding: %s\n", tapText(f))
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&out, "# note: %s\n", tapText(n))
	}
	for _, c := range r.Changes {
		fmt.Fprintf(&out, "# changed: %s\n", tapText(c.String()))
	}
	if text := shortfall(r); text != "" {
		fmt.Fprintf(&out, "Bail out! %s\n", text)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func tapWord(i audit.Item) string {
	if i.Result == audit.Fail {
		return "not ok"
	}
	return "ok"
}

func tapDirective(i audit.Item) string {
	switch {
	case i.Accepted != "":
		return " # TODO accepted: " + tapText(i.Accepted)
	case i.Result == audit.Unclear:
		return " # SKIP unclear: " + tapText(i.Reason)
	}
	return ""
}

// tapText keeps text from being taken for a directive.
func tapText(text string) string { return strings.ReplaceAll(clean(text), "#", "＃") }

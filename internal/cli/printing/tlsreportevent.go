package printing

import (
	"fmt"
	"strings"

	"github.com/fakemx/fakemx/internal/terminal"
	"github.com/fakemx/fakemx/policy/tlsrpt"
	"github.com/fakemx/fakemx/stage"
)

// A tlsReportEvent is a line of --json. Its JSON form is public.
type tlsReportEvent struct {
	Event string `json:"event"`
	stage.TLSReport
}

// TLSReport tells about a TLS report that came.
func (r *Reporter) TLSReport(report stage.TLSReport) {
	event := func(b []byte) []byte {
		text, _ := JSON(tlsReportEvent{"tlsrpt-report", report}, "") // plain data always encodes
		return append(b, text...)
	}
	r.tell(event, func() string { return tlsReportLine(report, r.style) })
}

// maxTold is how many policies of a report its line tells of.
const maxTold = 4

// tlsReportLine tells a report in one line: when, how it came, who reports, what
// it says, and the worst that is wrong with it.
func tlsReportLine(r stage.TLSReport, style terminal.Style) string {
	words := []string{style.Faint(r.At.Local().Format("15:04:05")), style.Bold("TLSRPT"), string(r.Via) + " to " + terminal.Text(r.To)}
	if r.Report == nil {
		words = append(words, style.Red("no report: "+shown(r.Error)))
	} else {
		words = append(words, shown(r.Report.OrganizationName))
		for i := range r.Report.Policies[:min(len(r.Report.Policies), maxTold)] {
			words = append(words, resultWords(&r.Report.Policies[i]))
		}
		if more := len(r.Report.Policies) - maxTold; more > 0 {
			words = append(words, fmt.Sprintf("and %d more policies", more))
		}
	}
	if r.Fault != "" {
		words = append(words, "("+terminal.Text(r.Fault)+")")
	}
	return strings.Join(append(words, worstFinding(r.Findings, style)...), "  ") + "\n"
}

// resultWords are what a report says of one policy.
func resultWords(p *tlsrpt.PolicyResult) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s %s: %d succeeded, %d failed", shown(string(p.Policy.Type)), shown(p.Policy.Domain), p.Summary.Successful, p.Summary.Failed)
	for _, detail := range p.FailureDetails[:min(len(p.FailureDetails), maxTold)] {
		fmt.Fprintf(&out, ", %s %d", shown(string(detail.ResultType)), detail.FailedSessions)
	}
	return out.String()
}

// worstFinding is the first of the worst findings, without notes.
func worstFinding(list tlsrpt.Findings, style terminal.Style) []string {
	worst := list.Worst()
	if worst < tlsrpt.Warning {
		return nil
	}
	text := terminal.Text(list.Of(worst)[0].String())
	if more := len(list.Of(tlsrpt.Error)) + len(list.Of(tlsrpt.Warning)) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more)", more)
	}
	if worst == tlsrpt.Error {
		return []string{style.Red(text)}
	}
	return []string{style.Yellow(text)}
}

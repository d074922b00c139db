package audit

import (
	"fmt"
	"slices"

	"github.com/fakemx/fakemx/policy/tlsrpt"
	"github.com/fakemx/fakemx/stage"
)

// maxReportFindings bounds the findings about reports that are kept.
const maxReportFindings = 30

// A gatheredFinding is one that many reports may have.
type gatheredFinding struct {
	severity tlsrpt.Severity
	text     string
	reports  int
}

// reportFindings say what is wrong with reports, each once, the gravest first.
// Notes are left out.
func reportFindings(came []*stage.TLSReport, compared []reportedOn) []string {
	var list []gatheredFinding
	add := func(severity tlsrpt.Severity, text string) {
		i := slices.IndexFunc(list, func(f gatheredFinding) bool { return f.text == text })
		if i < 0 {
			i = len(list)
			list = append(list, gatheredFinding{severity: severity, text: text})
		}
		list[i].reports++
	}
	for _, r := range came {
		if r.Report == nil {
			add(tlsrpt.Error, fmt.Sprintf("error: what came by %s to %s is no report: %s", r.Via, r.To, r.Error))
		}
		for _, f := range r.Findings {
			if f.Severity >= tlsrpt.Warning {
				add(f.Severity, f.String())
			}
		}
	}
	for _, on := range compared {
		for _, f := range on.countFindings() {
			add(f.Severity, fmt.Sprintf("%s: %s: %s; or does it count sessions from before this audit? (%s)", f.Severity, on.scenario.Name, f.Text, f.Reference))
		}
	}
	for _, f := range tlsrpt.FindCycle(reportsIn(once(came))) {
		add(f.Severity, f.String())
	}
	slices.SortStableFunc(list, func(a, b gatheredFinding) int { return int(b.severity) - int(a.severity) })
	return worded(list)
}

// worded are findings in words, and how many are left out.
func worded(list []gatheredFinding) []string {
	words := []string{}
	for _, f := range list[:min(len(list), maxReportFindings)] {
		text := f.text
		if f.reports > 1 {
			text += fmt.Sprintf(" (in %d reports)", f.reports)
		}
		words = append(words, text)
	}
	if more := len(list) - maxReportFindings; more > 0 {
		words = append(words, fmt.Sprintf("%d more findings are left out", more))
	}
	return words
}

func reportsIn(came []*stage.TLSReport) []*tlsrpt.Report {
	list := make([]*tlsrpt.Report, len(came))
	for i, r := range came {
		list[i] = r.Report
	}
	return list
}

// countFindings holds the counts of reports against the sessions that there were:
// none may count more. Fewer are no finding, since a session may be left out that
// failed in passing.
func (on reportedOn) countFindings() tlsrpt.Findings {
	if !on.counted || len(on.reports) == 0 {
		return nil
	}
	var sum tlsrpt.Report
	for _, said := range saidOf(on.scenario, on.reports) {
		sum.Policies = append(sum.Policies, tlsrpt.PolicyResult{
			Policy:  tlsrpt.Policy{Type: said.PolicyType, Domain: on.scenario.Domain()},
			Summary: tlsrpt.Summary{Successful: said.Successful, Failed: said.Failed},
		})
	}
	return tlsrpt.Sessions{Mail: int64(on.sessions)}.Check(&sum).Of(tlsrpt.Warning)
}

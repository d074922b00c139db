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
	// reports are those that have it, each once.
	reports map[reportKey]bool
}

// reportFindings say what is wrong with reports, each once, the gravest first.
// Notes are left out.
func reportFindings(came []*stage.TLSReport, compared []reportedOn) []string {
	var list []gatheredFinding
	add := func(severity tlsrpt.Severity, text string, of reportKey) {
		i := slices.IndexFunc(list, func(f gatheredFinding) bool { return f.text == text })
		if i < 0 {
			i = len(list)
			list = append(list, gatheredFinding{severity, text, map[reportKey]bool{}})
		}
		list[i].reports[of] = true
	}
	for _, r := range came {
		key := keyOf(r)
		if r.Report == nil {
			add(tlsrpt.Error, fmt.Sprintf("error: what came by %s to %s is no report: %s", r.Via, r.To, r.Error), key)
		}
		for _, f := range r.Findings {
			if f.Severity >= tlsrpt.Warning {
				add(f.Severity, f.String(), key)
			}
		}
	}
	for _, on := range compared {
		for _, f := range on.countFindings() {
			add(f.Severity, fmt.Sprintf("%s: %s: %s; or does it count sessions from before this audit? (%s)", f.Severity, on.scenario.Name, f.Text, f.Reference), reportKey{})
		}
	}
	for _, f := range tlsrpt.FindCycle(reportsIn(once(came))) {
		add(f.Severity, f.String(), reportKey{})
	}
	slices.SortStableFunc(list, func(a, b gatheredFinding) int { return int(b.severity) - int(a.severity) })
	return worded(list)
}

// worded are findings in words, and how many are left out.
func worded(list []gatheredFinding) []string {
	words := []string{}
	for _, f := range list[:min(len(list), maxReportFindings)] {
		text := f.text
		if n := len(f.reports); n > 1 {
			text += fmt.Sprintf(" (in %d reports)", n)
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

// countFindings holds the successful sessions of reports against those that there
// were: none may count more. Fewer are no finding, since others may have failed;
// and what failed need not have been a session, as where a policy forbids it.
func (on reportedOn) countFindings() tlsrpt.Findings {
	if !on.counted || len(on.reports) == 0 {
		return nil
	}
	var sum tlsrpt.Report
	for _, said := range saidOf(on.scenario, on.reports) {
		sum.Policies = append(sum.Policies, tlsrpt.PolicyResult{
			Policy:  tlsrpt.Policy{Type: said.PolicyType, Domain: on.scenario.Domain()},
			Summary: tlsrpt.Summary{Successful: said.Successful},
		})
	}
	return tlsrpt.Sessions{Mail: int64(on.sessions)}.Check(&sum).Of(tlsrpt.Warning)
}

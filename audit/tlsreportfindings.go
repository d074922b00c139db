package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/policy/mtasts"
	"github.com/fakemx/fakemx/policy/tlsrpt"
	"github.com/fakemx/fakemx/scenarios"
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
func reportFindings(came []*stage.TLSReport, compared []reportedOn, p Policy) []string {
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
		for _, f := range on.countFindings(p) {
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

// A countedPolicy is one of which a report counts the sessions.
type countedPolicy struct {
	t      tlsrpt.PolicyType
	domain string
}

// countFindings holds the sessions of reports against those that there were: no
// policy may count more. Fewer are no finding, since some may be left out; and
// failed ones are only counted where each is a session with the peer.
func (on reportedOn) countFindings(p Policy) tlsrpt.Findings {
	if !on.counted {
		return nil
	}
	failures := reportable{on.scenario}.failsInSessions(ReportedOn(on.scenario, reporterOf(p)))
	sums := map[countedPolicy]ReportSaid{}
	for _, r := range on.reports {
		for _, result := range r.Policies {
			key := countedPolicy{result.Policy.Type, canonicalName(result.Policy.Domain)}
			sum, known := sums[key]
			if isAbout(result.Policy.Domain, on.scenario) && (known || len(sums) < maxSaid) {
				sum.add(result)
				sums[key] = sum
			}
		}
	}
	var found tlsrpt.Findings
	for key, sum := range sums {
		counted := tlsrpt.PolicyResult{Policy: tlsrpt.Policy{Type: key.t, Domain: key.domain}, Summary: tlsrpt.Summary{Successful: sum.Successful}}
		if failures {
			counted.Summary.Failed = sum.Failed
		}
		found = append(found, tlsrpt.Sessions{Mail: int64(on.sessions)}.Check(&tlsrpt.Report{Policies: []tlsrpt.PolicyResult{counted}}).Of(tlsrpt.Warning)...)
	}
	slices.SortFunc(found, func(a, b tlsrpt.Finding) int { return strings.Compare(a.Text, b.Text) })
	return found
}

// failsInSessions: each failure that there may be is one of a session with the
// peer, not one that is found before, such as a policy that cannot be fetched or
// that does not list the host.
func (s reportable) failsInSessions(expected []Reported) bool {
	for _, x := range expected {
		if slices.ContainsFunc(x.Failures, func(t tlsrpt.ResultType) bool {
			return !t.OfHost() || t == tlsrpt.DANERequired || t == tlsrpt.TLSAInvalid && s.Facts.DANE == scenarios.DANEUnusable
		}) {
			return false
		}
	}
	if s.Facts.DANE == scenarios.DANEUnknowable || s.Facts.STS == scenarios.STSForbids {
		return false
	}
	if s.Facts.STS == scenarios.STSTesting {
		policy, err := mtasts.ParsePolicy(s.PolicyBody())
		return err == nil && policy.Matches(s.Hostname())
	}
	return len(expected) > 0
}

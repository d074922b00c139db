package audit

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/policy/tlsrpt"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// TLSReports are what came of TLS reports (RFC 8460), if they were expected.
type TLSReports struct {
	// Received is the number of reports, of which each counts once, however
	// often it came, and Unreadable that of the messages and requests in which
	// there was none.
	Received   int `json:"received"`
	Unreadable int `json:"unreadable"`
	// LeftOut is how many further ones came that were not looked at.
	LeftOut int `json:"left_out"`
	// Errors is how many of them break RFC 8460.
	Errors int `json:"errors"`
	// Waited is how long reports were waited for after the last verdict.
	Waited scenarios.Span `json:"waited"`
	// Kicks is the result of [TLSReportOptions.Kick]; nil if there was none.
	Kicks *Kicks `json:"kicks"`
	// Rows are the scenarios, in the order in which they were given.
	Rows []TLSReportRow `json:"rows"`
	// Findings say what is wrong with the reports themselves, the gravest first.
	Findings []string `json:"findings"`
}

// A TLSReportRow compares what was reported of a scenario with what should have
// been.
type TLSReportRow struct {
	Scenario string           `json:"scenario"`
	Family   scenarios.Family `json:"family"`
	Result   TLSReportResult  `json:"result"`
	// Reason says why, in one line.
	Reason string `json:"reason"`
	// Expected is what a report may say, one of these; empty if that is not
	// known.
	Expected []Reported `json:"expected"`
	// Said is what the reports say, one for each type of policy.
	Said []ReportSaid `json:"said"`
	// Reports is the number of reports about the scenario.
	Reports int `json:"reports"`
}

// ReportSaid is what reports say of a scenario under one type of policy.
type ReportSaid struct {
	PolicyType tlsrpt.PolicyType `json:"policy_type"`
	// Successful and Failed are sums over all reports.
	Successful int64 `json:"successful"`
	Failed     int64 `json:"failed"`
	// Failures are the result types of failed sessions.
	Failures []tlsrpt.ResultType `json:"failures"`
}

// String is such as "sts with certificate-expired (1 failed)".
func (s ReportSaid) String() string {
	words := make([]string, len(s.Failures))
	for i, f := range s.Failures {
		words[i] = string(f)
	}
	text := string(s.PolicyType)
	if len(words) > 0 {
		text += " with " + strings.Join(words, " and ")
	}
	return fmt.Sprintf("%s (%d succeeded, %d failed)", text, s.Successful, s.Failed)
}

// A TLSReportResult is the result of a comparison.
type TLSReportResult string

// The results.
const (
	// ReportAgrees: the reports say what they should, and nothing of the policy
	// and the host that was not published; or there is none as there should be
	// none.
	ReportAgrees TLSReportResult = "agrees"
	// ReportDiffers: they say something else.
	ReportDiffers TLSReportResult = "differs"
	// ReportMissing: there is none, though the client asked for the record and
	// had sessions with the peer.
	ReportMissing TLSReportResult = "missing"
	// ReportNotExpected: there is none, and none can be expected.
	ReportNotExpected TLSReportResult = "not-expected"
	// ReportNotCompared: there is one, and what it should say is not known.
	ReportNotCompared TLSReportResult = "not-compared"
)

// Count is the number of rows with a result.
func (t *TLSReports) Count(result TLSReportResult) int {
	return count(t.Rows, func(r TLSReportRow) bool { return r.Result == result })
}

// Complaint says why the reports are no success; empty if they are: some came,
// none breaks RFC 8460, and none differs or is missing.
func (t *TLSReports) Complaint() string {
	differs, missing := t.Count(ReportDiffers), t.Count(ReportMissing)
	switch {
	case t.Received == 0 && t.Unreadable == 0 && missing == 0:
		return "no TLS report came, and no report can be missed, as no client asked for a TLSRPT record and had a session, too: does it report at all, and does its reporter use this DNS?"
	case t.Received == 0 && t.Unreadable == 0:
		return fmt.Sprintf("no TLS report came, though the client asked for TLSRPT records in %s; --tlsrpt-kick makes its reporter report, and --tlsrpt-patience waits longer", scenariosWord(missing))
	case differs+missing > 0:
		return "TLS reports " + inScenarios(differs, missing)
	case t.Errors > 0:
		return fmt.Sprintf("%d of %d TLS reports break RFC 8460", t.Errors, t.Received+t.Unreadable)
	}
	return ""
}

// inScenarios says in how many scenarios reports differ and are missing, of which
// one is not zero.
func inScenarios(differs, missing int) string {
	var words []string
	if differs > 0 {
		words = append(words, "differ from what they should say in "+scenariosWord(differs))
	}
	if missing > 0 {
		words = append(words, "are missing in "+scenariosWord(missing))
	}
	return strings.Join(words, ", and ")
}

// KickNote says that kicks of the reporter failed; empty if they did not.
func (t *TLSReports) KickNote() string {
	return strings.Replace(t.Kicks.note(), "--kick", "--tlsrpt-kick", 1)
}

// Summary is what came of the reports in one line.
func (t *TLSReports) Summary() string {
	words := []string{fmt.Sprintf("%d received", t.Received)}
	for _, c := range []struct {
		n    int
		what string
	}{
		{t.Unreadable, "unreadable"}, {t.Errors, "with errors"}, {t.Count(ReportDiffers), "differ"}, {t.Count(ReportMissing), "missing"},
		{t.Count(ReportAgrees), "as expected"}, {t.Count(ReportNotCompared), "not compared"}, {t.Count(ReportNotExpected), "not expected"},
	} {
		if c.n > 0 {
			words = append(words, fmt.Sprintf("%d %s", c.n, c.what))
		}
	}
	return strings.Join(words, ", ")
}

// reporterOf is by what a client goes that has the policy.
func reporterOf(p Policy) Reporter {
	return Reporter{DANE: p.followsDANE(), Mandatory: p == DANEOnly, STS: p.followsSTS()}
}

// reportedOn is what is known of a scenario when its reports are compared.
type reportedOn struct {
	scenario scenarios.Scenario
	// asked: the DNS answered a query for the TLSRPT record.
	asked bool
	// sessions is how many there were with the peer.
	sessions int
	// counted: that is all of them.
	counted bool
	// addresses are those of the peer at which there were sessions.
	addresses []netip.Addr
	reports   []*tlsrpt.Report
}

// compareReports gives a row. It is a pure function of what is known.
func compareReports(on reportedOn, p Policy) TLSReportRow {
	s := on.scenario
	row := TLSReportRow{
		Scenario: s.Name, Family: s.Family, Expected: ReportedOn(s, reporterOf(p)), Said: saidOf(s, on.reports), Reports: len(on.reports),
	}
	if row.Expected == nil {
		row.Expected = []Reported{}
	}
	row.Result, row.Reason = row.judge(on)
	return row
}

// judge says how the reports compare, and why.
func (r TLSReportRow) judge(on reportedOn) (TLSReportResult, string) {
	wants := reportable{on.scenario}.wantsReports()
	switch {
	case !wants && r.Reports > 0:
		return ReportDiffers, "a report came, though no valid TLSRPT record of the domain asks for it"
	case !wants && on.asked && on.sessions > 0:
		return ReportAgrees, "no report came, as no valid TLSRPT record asks for one"
	case r.Reports == 0 && !on.asked:
		return ReportNotExpected, "nobody asked for the TLSRPT record of the domain"
	case r.Reports == 0 && on.sessions == 0:
		return ReportNotExpected, "there was no session to report"
	case r.Reports == 0 && !on.findable():
		return ReportNotExpected, "a resolver that validates finds no TLSRPT record"
	case r.Reports == 0:
		return ReportMissing, "no report came" + r.should()
	case len(r.Expected) == 0:
		return ReportNotCompared, "said " + r.said() + "; what is right depends on the client"
	case !slices.ContainsFunc(r.Expected, r.agrees):
		return ReportDiffers, "said " + r.said() + r.should()
	}
	if claims := on.contradictions(); len(claims) > 0 {
		return ReportDiffers, "said " + r.said() + ", but " + strings.Join(claims, "; ")
	}
	return ReportAgrees, "said " + r.said()
}

// findable: the TLSRPT record is in a zone that is sound, or that is not signed.
func (on reportedOn) findable() bool {
	f := on.scenario.Facts
	return f.DANE != scenarios.DANEUnknowable && leadsNowhere(f) == ""
}

// should says what was expected.
func (r TLSReportRow) should() string {
	if len(r.Expected) == 0 {
		return ""
	}
	words := make([]string, len(r.Expected))
	for i, x := range r.Expected {
		words[i] = x.String()
	}
	return ", expected " + strings.Join(words, ", or ")
}

// said is what was said.
func (r TLSReportRow) said() string {
	if len(r.Said) == 0 {
		return "nothing"
	}
	words := make([]string, len(r.Said))
	for i, s := range r.Said {
		words[i] = s.String()
	}
	return strings.Join(words, ", ")
}

// agrees: one of the alternatives was said. A reporter may name a failure of which
// it counts no session, as mox does where the mail was delivered all the same.
func (r TLSReportRow) agrees(x Reported) bool {
	i := slices.IndexFunc(r.Said, func(s ReportSaid) bool { return s.PolicyType == x.PolicyType })
	if i < 0 {
		return false
	}
	said := r.Said[i]
	if len(x.Failures) == 0 {
		return len(said.Failures) == 0 && said.Failed == 0 && said.Successful > 0
	}
	return len(said.Failures) > 0 && !slices.ContainsFunc(said.Failures, func(f tlsrpt.ResultType) bool { return !slices.Contains(x.Failures, f) })
}

// maxSaid bounds the result types and types of policies that are kept of what
// reports say of a scenario.
const maxSaid = 20

// saidOf is what reports say of a scenario.
func saidOf(s scenarios.Scenario, reports []*tlsrpt.Report) []ReportSaid {
	said := []ReportSaid{}
	for _, r := range reports {
		for _, result := range r.Policies {
			if !isAbout(result.Policy.Domain, s) {
				continue
			}
			i := slices.IndexFunc(said, func(other ReportSaid) bool { return other.PolicyType == result.Policy.Type })
			if i < 0 {
				if len(said) >= maxSaid {
					continue
				}
				i = len(said)
				said = append(said, ReportSaid{PolicyType: result.Policy.Type, Failures: []tlsrpt.ResultType{}})
			}
			said[i].add(result)
		}
	}
	return said
}

// add adds an entry. Negative counts, which are errors of the report, count as
// none, and so do those that no audit has.
func (s *ReportSaid) add(result tlsrpt.PolicyResult) {
	const most = 1 << 40
	s.Successful += min(max(result.Summary.Successful, 0), most)
	s.Failed += min(max(result.Summary.Failed, 0), most)
	for _, detail := range result.FailureDetails {
		if !slices.Contains(s.Failures, detail.ResultType) && len(s.Failures) < maxSaid {
			s.Failures = append(s.Failures, detail.ResultType)
		}
	}
}

// isAbout: a policy domain is that of a scenario, or a host below it.
func isAbout(name string, s scenarios.Scenario) bool {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	return name == s.Domain() || strings.HasSuffix(name, "."+s.Domain())
}

// A reportKey tells reports apart. One may come by mail and over HTTPS, and again
// if the answer is not what the reporter hoped for.
type reportKey struct{ contact, id, start string }

// keyOf is that of a report. One without an id cannot be told from another one,
// and has a key of its own, as what is no report has.
func keyOf(came *stage.TLSReport) reportKey {
	r := came.Report
	if r == nil || r.ReportID == "" {
		return reportKey{contact: fmt.Sprintf("%p", came)}
	}
	return reportKey{strings.ToLower(r.ContactInfo), r.ReportID, r.DateRange.Start.UTC().String()}
}

// once are the reports among what came, each once.
func once(came []*stage.TLSReport) []*stage.TLSReport {
	var list []*stage.TLSReport
	known := map[reportKey]bool{}
	for _, r := range came {
		if r.Report == nil {
			continue
		}
		key := keyOf(r)
		if known[key] {
			continue
		}
		known[key] = true
		list = append(list, r)
	}
	return list
}

// about are the reports that have a policy of a scenario.
func about(s scenarios.Scenario, came []*stage.TLSReport) []*tlsrpt.Report {
	var list []*tlsrpt.Report
	for _, r := range came {
		if slices.ContainsFunc(r.Report.Policies, func(p tlsrpt.PolicyResult) bool { return isAbout(p.Policy.Domain, s) }) {
			list = append(list, r.Report)
		}
	}
	return list
}

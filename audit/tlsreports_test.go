package audit

import (
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/policy/tlsrpt"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// saying is a report that says these of a domain: "TYPE RESULT" words, of which
// RESULT is ok or a result type.
func saying(domain string, words ...string) *tlsrpt.Report {
	r := &tlsrpt.Report{ContactInfo: "a@reporter.test", ReportID: domain}
	for _, word := range words {
		policy, result, _ := strings.Cut(word, " ")
		p := tlsrpt.PolicyResult{Policy: tlsrpt.Policy{Type: tlsrpt.PolicyType(policy), Domain: domain}}
		switch result {
		case "ok":
			p.Summary.Successful = 1
		default:
			p.Summary.Failed = 1
			p.FailureDetails = []tlsrpt.FailureDetail{{ResultType: tlsrpt.ResultType(result), FailedSessions: 1}}
		}
		r.Policies = append(r.Policies, p)
	}
	return r
}

func TestReportsAreCompared(t *testing.T) {
	t.Parallel()
	unwanted := scenarios.MustGet("mta-sts").With(func(p *scenarios.Peer) {
		p.TLSRPT = &scenarios.TLSRPT{TXT: []string{"v=TLSRPTv2; rua=mailto:a@{reports}"}}
	})
	for name, tt := range map[string]struct {
		scenario string
		policy   Policy
		asked    bool
		sessions int
		reports  []*tlsrpt.Report
		want     TLSReportResult
		reason   string
	}{
		"right":           {"sts-expired", MTASTS, true, 1, []*tlsrpt.Report{saying("sts-expired.fakemx.test", "sts certificate-expired")}, ReportAgrees, "said sts with certificate-expired (0 succeeded, 1 failed)"},
		"in capitals":     {"sts-expired", MTASTS, true, 1, []*tlsrpt.Report{saying("STS-Expired.fakemx.test.", "sts certificate-expired")}, ReportAgrees, ""},
		"another failure": {"sts-expired", MTASTS, true, 1, []*tlsrpt.Report{saying("sts-expired.fakemx.test", "sts certificate-not-trusted")}, ReportDiffers, ", expected sts with certificate-expired"},
		"no failure":      {"sts-expired", MTASTS, true, 1, []*tlsrpt.Report{saying("sts-expired.fakemx.test", "sts ok")}, ReportDiffers, "said sts (1 succeeded, 0 failed), expected"},
		"another policy":  {"sts-expired", MTASTS, true, 1, []*tlsrpt.Report{saying("sts-expired.fakemx.test", "no-policy-found ok")}, ReportDiffers, "said no-policy-found"},
		"a failure too many": {"mta-sts", MTASTS, true, 1, []*tlsrpt.Report{saying("mta-sts.fakemx.test", "sts ok", "sts certificate-expired")}, ReportDiffers,
			"said sts with certificate-expired (1 succeeded, 1 failed), expected sts without failures"},
		"two reports":         {"sts-404", MTASTS, true, 2, []*tlsrpt.Report{saying("sts-404.fakemx.test", "sts sts-policy-fetch-error"), saying("sts-404.fakemx.test", "sts sts-policy-fetch-error")}, ReportAgrees, "(0 succeeded, 2 failed)"},
		"another alternative": {"sts-txt-twice", MTASTS, true, 1, []*tlsrpt.Report{saying("sts-txt-twice.fakemx.test", "sts sts-policy-invalid")}, ReportAgrees, ""},
		"of the host":         {"tlsa-mismatch", DANE, true, 1, []*tlsrpt.Report{saying("mx.tlsa-mismatch.fakemx.test", "tlsa validation-failure")}, ReportAgrees, ""},
		"beside the host":     {"tlsa-mismatch", DANE, true, 1, []*tlsrpt.Report{saying("mx.tlsa-mismatch.fakemx.test", "tlsa validation-failure", "no-policy-found certificate-expired")}, ReportAgrees, ""},
		"required":            {"dnssec-insecure", DANEOnly, true, 1, []*tlsrpt.Report{saying("dnssec-insecure.fakemx.test", "no-policy-found dane-required")}, ReportAgrees, ""},
		"missing":             {"sts-expired", MTASTS, true, 1, nil, ReportMissing, "no report came, expected sts with certificate-expired"},
		"missing, lenient":    {"sts-html", MTASTS, true, 1, nil, ReportMissing, "no report came"},
		"nobody asked":        {"sts-expired", MTASTS, false, 1, nil, ReportNotExpected, "nobody asked"},
		"no session":          {"sts-mx-mismatch", MTASTS, true, 0, nil, ReportNotExpected, "no session"},
		"a bogus zone":        {"dnssec-bogus-tlsa", DANE, true, 1, nil, ReportNotExpected, "a resolver that validates"},
		"lenient":             {"sts-html", MTASTS, true, 1, []*tlsrpt.Report{saying("sts-html.fakemx.test", "sts ok")}, ReportNotCompared, "what is right depends on the client"},
		"not looked up":       {"sts-expired", Verify, true, 1, []*tlsrpt.Report{saying("sts-expired.fakemx.test", "sts ok")}, ReportNotCompared, ""},
		"unwanted":            {"", MTASTS, true, 1, []*tlsrpt.Report{saying("mta-sts.fakemx.test", "sts ok")}, ReportDiffers, "no valid TLSRPT record"},
		"rightly none":        {"", MTASTS, true, 1, nil, ReportAgrees, "no report came, as no valid"},
		"none, unproved":      {"", MTASTS, false, 1, nil, ReportNotExpected, "nobody asked"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := unwanted
			if tt.scenario != "" {
				s = scenarios.MustGet(tt.scenario)
			}
			row := compareReports(reportedOn{scenario: s, asked: tt.asked, sessions: tt.sessions, counted: true, reports: tt.reports}, tt.policy)
			if row.Result != tt.want || !strings.Contains(row.Reason, tt.reason) || row.Reason == "" {
				t.Errorf("%s: %s, want %s: %s", row.Result, row.Reason, tt.want, tt.reason)
			}
		})
	}
}

// A failure of which no session is counted is named all the same: mox does so where
// the mail was delivered.
func TestAFailureWithoutSessionsIsNamed(t *testing.T) {
	t.Parallel()
	r := saying("sts-testing-mx-mismatch.fakemx.test", "sts ok")
	r.Policies[0].FailureDetails = []tlsrpt.FailureDetail{{ResultType: tlsrpt.ValidationFailure}}
	row := compareReports(reportedOn{scenario: scenarios.MustGet("sts-testing-mx-mismatch"), asked: true, sessions: 1, reports: []*tlsrpt.Report{r}}, MTASTS)
	if row.Result != ReportAgrees {
		t.Errorf("%s: %s", row.Result, row.Reason)
	}
}

func came(r *tlsrpt.Report, findings ...tlsrpt.Finding) *stage.TLSReport {
	return &stage.TLSReport{Report: r, Findings: findings}
}

func TestAReportCountsOnce(t *testing.T) {
	t.Parallel()
	one, same, nameless := saying("mta-sts.fakemx.test", "sts ok"), saying("mta-sts.fakemx.test", "sts ok"), saying("mta-sts.fakemx.test", "sts ok")
	same.ContactInfo = "A@Reporter.test"
	nameless.ReportID = ""
	tomorrow := saying("mta-sts.fakemx.test", "sts ok")
	tomorrow.DateRange.Start = time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	list := once([]*stage.TLSReport{came(one), came(same), came(nil), came(nameless), came(nameless), came(tomorrow)})
	if len(list) != 4 {
		t.Errorf("%d reports are counted, want 4: the same one twice, two that cannot be told apart, one of another day", len(list))
	}
	if n := len(about(scenarios.MustGet("mta-sts"), list)); n != 4 {
		t.Errorf("%d are about the scenario", n)
	}
	if n := len(about(scenarios.MustGet("sts-404"), list)); n != 0 {
		t.Errorf("%d are about another one", n)
	}
}

func TestWhatIsWrongWithReportsIsGathered(t *testing.T) {
	t.Parallel()
	unsigned := tlsrpt.Finding{Severity: tlsrpt.Error, Kind: tlsrpt.Unsigned, Path: "header DKIM-Signature", Text: "expected a signature"}
	mild := tlsrpt.Finding{Severity: tlsrpt.Warning, Kind: tlsrpt.ReportCycle, Path: "policies", Text: "expected nothing about reports"}
	note := tlsrpt.Finding{Severity: tlsrpt.Note, Text: "of no consequence"}
	one, other := saying("mta-sts.fakemx.test", "sts ok"), saying("sts-404.fakemx.test", "sts ok")
	one.Policies[0].Summary.Successful = 7
	broken := &stage.TLSReport{Via: stage.ReportViaMail, To: "x@reports.fakemx.test", Error: "not a report"}
	got := reportFindings([]*stage.TLSReport{came(one, mild, note), came(one, unsigned), came(other, unsigned), broken}, []reportedOn{
		{scenario: scenarios.MustGet("mta-sts"), sessions: 2, counted: true, reports: []*tlsrpt.Report{one}},
		{scenario: scenarios.MustGet("mta-sts"), sessions: 2, reports: []*tlsrpt.Report{one}},
	}, MTASTS)
	want := []string{
		"error: header DKIM-Signature: expected a signature (in 2 reports)",
		"error: what came by mail to x@reports.fakemx.test is no report: not a report",
		"warning: policies: expected nothing about reports",
		"warning: mta-sts: expected at most as many sessions as there were, 2, found 7; or does it count sessions from before this audit? (RFC 8460 section 4.2)",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestReportsMakeASuccess, or none.
func TestReportsMakeASuccess(t *testing.T) {
	t.Parallel()
	row := func(r TLSReportResult) []TLSReportRow { return []TLSReportRow{{Result: r}} }
	for _, tt := range []struct {
		reports TLSReports
		want    string
	}{
		{TLSReports{Received: 1, Rows: row(ReportAgrees)}, ""},
		{TLSReports{Received: 1, Rows: row(ReportNotCompared)}, ""},
		{TLSReports{Rows: row(ReportNotExpected)}, "no TLS report came, and no report can be missed"},
		{TLSReports{Rows: row(ReportMissing)}, "no TLS report came, though the client asked"},
		{TLSReports{Received: 1, Rows: row(ReportMissing)}, "TLS reports are missing in 1 scenario"},
		{TLSReports{Received: 1, Rows: row(ReportDiffers)}, "TLS reports differ from what they should say in 1 scenario"},
		{TLSReports{Received: 1, Rows: append(row(ReportDiffers), row(ReportMissing)...)}, "TLS reports differ from what they should say in 1 scenario, and are missing in 1 scenario"},
		{TLSReports{Received: 2, Errors: 1, Rows: row(ReportAgrees)}, "1 of 2 TLS reports break RFC 8460"},
		{TLSReports{Unreadable: 1, Errors: 1, Rows: row(ReportNotExpected)}, "1 of 1 TLS reports break RFC 8460"},
	} {
		if got := tt.reports.Complaint(); !strings.HasPrefix(got, tt.want) || got != "" && tt.want == "" {
			t.Errorf("%+v: %q, want %q", tt.reports, got, tt.want)
		}
		r := &Report{Summary: Summary{Pass: 1}, TLSReports: &tt.reports}
		if r.Succeeded(false) != (tt.want == "") || !r.Kept(false) {
			t.Errorf("%+v: succeeded: %t", tt.reports, r.Succeeded(false))
		}
	}
}

func TestReportsNeedADNS(t *testing.T) {
	t.Parallel()
	o := Options{Policy: MTASTS, Driver: Command{client(t, "verify")}, Scenarios: pick("healthy"), TLSReports: &TLSReportOptions{}}
	if _, err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), "Options.TLSReports needs Options.DNS") {
		t.Errorf("the error is %v", err)
	}
}

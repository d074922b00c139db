package report

import (
	"fmt"
	"strings"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/internal/terminal"
)

// reportColours are those of comparisons of TLS reports, as results of an audit.
var reportColours = map[audit.TLSReportResult]audit.Result{
	audit.ReportAgrees: audit.Pass, audit.ReportDiffers: audit.Fail, audit.ReportMissing: audit.Fail,
	audit.ReportNotCompared: audit.May, audit.ReportNotExpected: audit.Unclear,
}

// reportRows are the comparisons of TLS reports; nil if none were expected.
func reportRows(r *audit.Report) []audit.TLSReportRow {
	if r.TLSReports == nil {
		return nil
	}
	return r.TLSReports.Rows
}

// reportWrong: a row makes the audit fail.
func reportWrong(row audit.TLSReportRow) bool {
	return row.Result == audit.ReportDiffers || row.Result == audit.ReportMissing
}

// reportFaults says that reports break the RFC, or that none came; empty if the
// rows say all that is wrong.
func reportFaults(r *audit.Report) string {
	t := r.TLSReports
	switch {
	case t == nil, t.Received > 0 && t.Errors == 0:
		return ""
	case t.Received > 0:
		return fmt.Sprintf("%d TLS reports break RFC 8460: %s", t.Errors, clean(strings.Join(t.Findings, "; ")))
	}
	return clean(t.Complaint())
}

// tlsReportLines are the comparisons of TLS reports, what is wrong with the
// reports, and what that comes to; empty if none were expected.
func tlsReportLines(r *audit.Report, s Style) string {
	if r.TLSReports == nil {
		return ""
	}
	const width = len(audit.ReportNotCompared)
	var out strings.Builder
	for _, row := range r.TLSReports.Rows {
		left := fmt.Sprintf("%*s%-*s  ", width-len(row.Result)+2, "", nameWidth, row.Scenario)
		out.WriteString("report  " + s.paint(string(reportColours[row.Result]), string(row.Result)) + left + s.cut(clean(row.Reason), len("report  ")+width+2+nameWidth+2) + "\n")
	}
	for _, f := range r.TLSReports.Findings {
		out.WriteString(s.paint(string(audit.Unclear), "reports: ") + clean(f) + "\n")
	}
	if note := r.TLSReports.KickNote(); note != "" {
		out.WriteString(s.paint(string(audit.Unclear), "note: ") + clean(note) + "\n")
	}
	return out.String() + "TLS reports: " + r.TLSReports.Summary() + "\n"
}

// reportOf stands before the name of a scenario where its own result has the name
// alone.
const reportOf = "TLS report of "

// reportCase is a comparison as a test case.
func reportCase(row audit.TLSReportRow) junit.Testcase {
	c := junit.Testcase{Name: reportOf + row.Scenario, Classname: "fakemx.tlsrpt." + string(row.Family), Time: seconds(0)}
	switch {
	case reportWrong(row):
		c.Failure = &junit.Result{Message: clean(row.Reason), Type: string(row.Result), Data: terminal.Lines(row.Reason)}
	case row.Result != audit.ReportAgrees:
		c.Skipped = &junit.Result{Message: string(row.Result) + ": " + clean(row.Reason)}
	}
	return c
}

// reportPoint is a comparison as a test point of TAP.
func reportPoint(number int, row audit.TLSReportRow) string {
	word, directive := "ok", ""
	switch {
	case reportWrong(row):
		word = "not ok"
	case row.Result != audit.ReportAgrees:
		directive = " # SKIP " + string(row.Result)
	}
	return fmt.Sprintf("%s %d - "+reportOf+"%s%s\n  ---\n  reason: %q\n  ...\n", word, number, row.Scenario, directive, clean(row.Reason))
}

// markdownReports are the comparisons as a table; empty if none were expected.
func markdownReports(r *audit.Report) string {
	if r.TLSReports == nil {
		return ""
	}
	var out strings.Builder
	fmt.Fprintf(&out, "\n## TLS reports: %s\n\n", r.TLSReports.Summary())
	section(&out, "What is wrong with the reports", r.TLSReports.Findings)
	out.WriteString("| result | scenario | what was reported |\n|---|---|---|\n")
	for _, row := range r.TLSReports.Rows {
		word := string(row.Result)
		if reportWrong(row) {
			word = "**" + word + "**"
		}
		fmt.Fprintf(&out, "| %s | %s | %s |\n", word, markdownText(row.Scenario), markdownText(row.Reason))
	}
	return out.String()
}

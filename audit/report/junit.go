package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"time"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/internal/terminal"
)

// writeJUnit writes a test case for each scenario, named by it. What is unclear
// or accepted is skipped, with the reason. A control that was not delivered is
// one more case, the first; exceptions that no longer hold, and an audit that was
// broken off, are one more each.
func writeJUnit(w io.Writer, r *audit.Report) error {
	suite := junit.Testsuite{
		Name: "fakemx audit, policy " + string(r.Policy), Package: "fakemx", Hostname: "localhost",
		Time: seconds(r.Ended.Sub(r.Started)), Timestamp: r.Started.UTC().Format("2006-01-02T15:04:05"),
		SystemOut: &junit.Output{Data: terminal.Lines(Sum(r, Style{}))}, SystemErr: &junit.Output{},
	}
	suite.AddProperty("policy", string(r.Policy))
	suite.AddProperty(r.Driver, clean(r.Client))
	if text := headline(r); text != "" {
		suite.AddTestcase(complaint("control", "unproved", text))
	}
	for _, i := range r.Items {
		suite.AddTestcase(testcase(i))
	}
	for _, p := range r.Problems {
		suite.AddTestcase(complaint("exceptions", "stale", p))
	}
	for _, row := range reportRows(r) {
		suite.AddTestcase(reportCase(row))
	}
	if text := reportFaults(r); text != "" {
		suite.AddTestcase(complaint("tlsrpt", "reports", text))
	}
	if text := shortfall(r); text != "" {
		suite.AddTestcase(complaint("audit", "partial", text))
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	// The totals of all suites stay out: not every schema knows them.
	suites := junit.Testsuites{Suites: []junit.Testsuite{suite}}
	return suites.WriteXML(w)
}

func testcase(i audit.Item) junit.Testcase {
	c := junit.Testcase{Name: i.Scenario, Classname: "fakemx." + string(i.Family), Time: seconds(i.Duration())}
	switch {
	case i.Accepted != "" || i.Result == audit.Unclear:
		c.Skipped = &junit.Result{Message: result(i) + ": " + reason(i)}
	case i.Result == audit.Fail:
		c.Failure = &junit.Result{Message: reason(i), Type: string(audit.Fail), Data: terminal.Lines(account(i))}
	}
	return c
}

func complaint(name, kind, text string) junit.Testcase {
	return junit.Testcase{
		Name: name, Classname: "fakemx.audit", Time: seconds(0), Error: &junit.Result{Message: clean(text), Type: kind},
	}
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

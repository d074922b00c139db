package printing

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/internal/terminal"
	"github.com/fakemx/fakemx/policy/tlsrpt"
)

// Whatever a report holds, the page about it is bounded, and nothing in it is
// obeyed by a terminal.
func TestTLSReportIsBounded(t *testing.T) {
	t.Parallel()
	hostile := strings.Repeat("\x1b[2J\u202e", 100)
	result := tlsrpt.PolicyResult{Policy: tlsrpt.Policy{Type: tlsrpt.PolicyType(hostile), Domain: hostile}}
	for i := range 1000 {
		result.Policy.String = append(result.Policy.String, hostile)
		result.Policy.MXHost = append(result.Policy.MXHost, hostile)
		result.FailureDetails = append(result.FailureDetails, tlsrpt.FailureDetail{
			ResultType: tlsrpt.ResultType(fmt.Sprint(i%50) + hostile), ReceivingMXHostname: hostile, FailureReasonCode: hostile, FailedSessions: math.MaxInt64,
		})
	}
	report := &tlsrpt.Report{OrganizationName: hostile, ContactInfo: hostile, ReportID: hostile}
	for range 100 {
		report.Policies = append(report.Policies, result)
	}
	page := TLSReport(&tlsrpt.Delivery{
		Report:   report,
		Message:  &tlsrpt.Message{Domain: hostile, Signatures: []tlsrpt.Signature{{Domain: hostile}}},
		Findings: report.Check(),
	}, terminal.Style{Width: 80})
	if len(page) > 4<<20 || strings.ContainsAny(page, "\x1b\u202e") {
		t.Errorf("the page has %d octets, %d of them escapes", len(page), strings.Count(page, "\x1b"))
	}
	for _, want := range []string{"\n80 more policies are not shown.\n", "\n      and 10 more\n", "failed sessions: 9223372036854775807\n"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestTLSReportNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	page := TLSReport(&tlsrpt.Delivery{Report: &tlsrpt.Report{Policies: []tlsrpt.PolicyResult{
		{Policy: tlsrpt.Policy{Type: tlsrpt.TLSA}, FailureDetails: []tlsrpt.FailureDetail{{ResultType: "own"}}},
		{Policy: tlsrpt.Policy{Type: "other", Domain: "b.test"}},
	}}}, terminal.Style{Width: 80})
	for _, want := range []string{
		"TLS report of an unnamed organization", "  from       an unknown time\n", "DANE of the host an unnamed domain  ", `Policy "other" of b.test  `,
		"RFC 8460 does not define this result type.", "      0  no details\n", "Nothing is wrong",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
}

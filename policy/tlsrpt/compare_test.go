package tlsrpt_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/policy/tlsrpt"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	report, _, err := tlsrpt.Parse([]byte(good))
	if err != nil {
		t.Fatal(err)
	}
	report.Policies = append(report.Policies,
		tlsrpt.PolicyResult{Policy: tlsrpt.Policy{Type: tlsrpt.TLSA, Domain: "mx.example.test"}, Summary: tlsrpt.Summary{Successful: 2}},
		tlsrpt.PolicyResult{Policy: tlsrpt.Policy{Type: tlsrpt.NoPolicyFound, Domain: "none.test"}, Summary: tlsrpt.Summary{Failed: 1}})
	expired := tlsrpt.Expectation{PolicyType: tlsrpt.STS, PolicyDomain: "example.test", Failures: []tlsrpt.ResultType{tlsrpt.CertificateExpired}}
	for _, tt := range []struct {
		name string
		edit func(*tlsrpt.Expectation)
		want []string
	}{
		{"as expected", func(*tlsrpt.Expectation) {}, nil},
		{"in another case", func(e *tlsrpt.Expectation) {
			e.PolicyDomain, e.MXHost, e.ReceivingMXHostname = "EXAMPLE.test.", "*.Example.test", "MX.example.test"
		}, nil},
		{"another domain", func(e *tlsrpt.Expectation) { e.PolicyDomain = "other.test" },
			[]string{"expected a policy of the type sts for other.test, found sts for example.test, tlsa for mx.example.test, no-policy-found for none.test"}},
		{"another type", func(e *tlsrpt.Expectation) { e.PolicyType = tlsrpt.TLSA },
			[]string{"expected a policy of the type tlsa for example.test, found sts for example.test, tlsa for mx.example.test, no-policy-found for none.test"}},
		{"another pattern", func(e *tlsrpt.Expectation) { e.MXHost = "mx2.example.test" },
			[]string{"expected mx2.example.test in mx-host, found mx.example.test, *.example.test"}},
		{"another host", func(e *tlsrpt.Expectation) { e.ReceivingMXHostname = "mx2.example.test" },
			[]string{"expected the receiving-mx-hostname mx2.example.test for certificate-expired, found mx.example.test"}},
		{"another failure", func(e *tlsrpt.Expectation) { e.Failures = []tlsrpt.ResultType{tlsrpt.StartTLSNotSupported} },
			[]string{"expected failed sessions with starttls-not-supported, found 3 with certificate-expired", "expected no failed sessions with certificate-expired, found 3"}},
		{"one of several names", func(e *tlsrpt.Expectation) {
			e.Failures, e.Tolerated = nil, []tlsrpt.ResultType{tlsrpt.ValidationFailure, tlsrpt.CertificateExpired}
		}, nil},
		{"only successes", func(e *tlsrpt.Expectation) { e.Failures = nil },
			[]string{"expected no failed sessions with certificate-expired, found 3", "expected a total-failure-session-count of 0, found 3"}},
		{"successes", func(e *tlsrpt.Expectation) {
			e.PolicyType, e.PolicyDomain, e.Failures = tlsrpt.TLSA, "mx.example.test", nil
		}, nil},
		{"failures where there are none", func(e *tlsrpt.Expectation) {
			e.PolicyType, e.PolicyDomain = tlsrpt.TLSA, "mx.example.test"
		}, []string{"expected failed sessions with certificate-expired, found none", "expected a total-failure-session-count of 1 or more, found 0"}},
		{"no reason", func(e *tlsrpt.Expectation) {
			e.PolicyType, e.PolicyDomain, e.Failures, e.Tolerated = tlsrpt.NoPolicyFound, "none.test", nil, []tlsrpt.ResultType{tlsrpt.ValidationFailure}
		}, []string{"expected failed sessions with validation-failure, found 1 without a reason"}},
		{"no success", func(e *tlsrpt.Expectation) {
			e.PolicyType, e.PolicyDomain, e.Failures = tlsrpt.NoPolicyFound, "none.test", nil
		}, []string{"expected a total-failure-session-count of 0, found 1", "expected a total-successful-session-count of 1 or more, found 0"}},
	} {
		want := expired
		tt.edit(&want)
		if got := tlsrpt.Compare(report, want); !slices.Equal(got, tt.want) {
			t.Errorf("%s:\n\t%s\nwant\n\t%s", tt.name, strings.Join(got, "\n\t"), strings.Join(tt.want, "\n\t"))
		}
	}
	if got := tlsrpt.Compare(&tlsrpt.Report{}, expired); len(got) != 1 || !strings.HasSuffix(got[0], "found none") {
		t.Errorf("an empty report: %q", got)
	}
}

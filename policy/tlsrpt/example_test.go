package tlsrpt_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/fakemx/fakemx/policy/tlsrpt"
)

// A report with two faults: without policy-domain nobody knows whom it is about,
// and the count is a string.
func ExampleParse() {
	const text = `{
		"organization-name": "Reporter Inc.",
		"date-range": {"start-datetime": "2026-01-02T00:00:00Z", "end-datetime": "2026-01-02T23:59:59Z"},
		"contact-info": "tls-reports@reporter.test",
		"report-id": "2026-01-02-example.test",
		"policies": [{
			"policy": {"policy-type": "no-policy-found"},
			"summary": {"total-successful-session-count": "5", "total-failure-session-count": 0},
			"failure-details": []
		}]
	}`
	report, findings, err := tlsrpt.Parse([]byte(text))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.OrganizationName, report.Policies[0].Summary.Successful)
	for _, f := range findings {
		fmt.Println(f)
	}
	// Output:
	// Reporter Inc. 5
	// error: policies[0].policy.policy-domain: expected a string, but the key is missing (RFC 8460 section 4.4)
	// error: policies[0].summary.total-successful-session-count: expected an integer, encoded as a JSON number, found the string "5" (RFC 8460 section 4.4)
}

// A message that tlsrpt-reporter made. Nobody has signed it, so a recipient must
// ignore it.
func ExampleReadMessage() {
	file, err := os.Open("testdata/tlsrpt-reporter.eml")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer file.Close()
	d, err := tlsrpt.ReadMessage(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(d.Message.Submitter, "reports about", d.Message.Domain)
	for _, detail := range d.Report.Policies[0].FailureDetails {
		fmt.Println(detail.FailedSessions, detail.ResultType, detail.ReceivingMXHostname)
	}
	fmt.Println(d.Findings.Of(tlsrpt.Error))
	// Output:
	// reporter.test reports about sts.example.test
	// 1 certificate-not-trusted mx2.sts.example.test
	// 4 certificate-expired mx1.sts.example.test
	// [error: header DKIM-Signature: expected a DKIM signature by the domain that reports; a recipient must ignore a report without one (RFC 8460 section 3)]
}

// A receiver of reports over HTTPS. In a test, it is what the TLSRPT record of
// the domain points to.
func ExampleHandler() {
	receiver := httptest.NewServer(tlsrpt.Handler(func(d *tlsrpt.Delivery, err error) {
		if err != nil {
			fmt.Println("refused:", err)
			return
		}
		fmt.Println("received:", d.Report.ReportID)
	}))
	defer receiver.Close()
	for _, body := range []string{`{"report-id": "1"}`, "hello"} {
		answer, err := http.Post(receiver.URL, tlsrpt.MediaTypeJSON, strings.NewReader(body))
		if err != nil {
			fmt.Println(err)
			return
		}
		answer.Body.Close()
		fmt.Println(answer.Status)
	}
	// Output:
	// received: 1
	// 201 Created
	// refused: not JSON: invalid character 'h' looking for beginning of value, in line 1
	// 400 Bad Request
}

// The domain has a mail exchanger with an expired certificate, and its MTA-STS
// policy is enforced: the report must say so.
func ExampleCompare() {
	report := &tlsrpt.Report{Policies: []tlsrpt.PolicyResult{{
		Policy:         tlsrpt.Policy{Type: tlsrpt.STS, Domain: "example.test", MXHost: []string{"mx.example.test"}},
		Summary:        tlsrpt.Summary{Failed: 2},
		FailureDetails: []tlsrpt.FailureDetail{{ResultType: tlsrpt.ValidationFailure, FailedSessions: 2}},
	}}}
	for _, difference := range tlsrpt.Compare(report, tlsrpt.Expectation{
		PolicyType:   tlsrpt.STS,
		PolicyDomain: "example.test",
		MXHost:       "mx.example.test",
		Failures:     []tlsrpt.ResultType{tlsrpt.CertificateExpired},
	}) {
		fmt.Println(difference)
	}
	// Output:
	// expected failed sessions with certificate-expired, found 2 with validation-failure
	// expected no failed sessions with validation-failure, found 2
}

// Of the TXT records at one name, one is the record. A report can be sent to
// either of its URIs.
func ExampleFindRecord() {
	record, err := tlsrpt.FindRecord([]string{
		"some-verification=1234",
		"v=TLSRPTv1; rua=mailto:reports@example.test,https://reports.example.test/v1",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(tlsrpt.RecordName("example.test"), record.Endpoints())

	_, err = tlsrpt.FindRecord([]string{"v=TLSRPTv1; rua=mailto:reports@example.test!10m"})
	fmt.Println(err)
	// Output:
	// _smtp._tls.example.test [mailto:reports@example.test https://reports.example.test/v1]
	// rua: "mailto:reports@example.test!10m": expected %21 in place of the exclamation point (there is no size limit as in DMARC)
}

// A record for a zone.
func ExampleRecord_String() {
	record := &tlsrpt.Record{RUA: []string{"mailto:reports@example.test", "https://reports.example.test/?to=a,b"}}
	fmt.Printf("%s. IN TXT %q\n", tlsrpt.RecordName("example.test"), record)
	// Output: _smtp._tls.example.test. IN TXT "v=TLSRPTv1; rua=mailto:reports@example.test,https://reports.example.test/?to=a%2Cb"
}

// The reporter was seen in five sessions, of which one delivered the last report.
func ExampleSessions_Check() {
	report := &tlsrpt.Report{Policies: []tlsrpt.PolicyResult{{Summary: tlsrpt.Summary{Successful: 5}}}}
	fmt.Println(tlsrpt.Sessions{Mail: 4, Reports: 1}.Check(report))
	// Output: [warning: policies[0].summary: expected 4 sessions, found 5; the sessions for nothing but reports, 1 here, should not be counted (RFC 8460 section 3)]
}

// What to do about a result type.
func ExampleResultType_Meaning() {
	fmt.Println(tlsrpt.StartTLSNotSupported.Meaning())
	// Output: The mail exchanger did not offer STARTTLS. Either TLS is switched off there, or something in between, such as a firewall or an attacker, removes the offer.
}

package tlsrpt_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/policy/tlsrpt"
)

func TestParseFindsNothingWrongWithAGoodReport(t *testing.T) {
	t.Parallel()
	report, findings, err := tlsrpt.Parse([]byte(good))
	if err != nil {
		t.Fatal(err)
	}
	wantKinds(t, findings)
	want := &tlsrpt.Report{
		OrganizationName: "Reporter Inc.",
		DateRange:        tlsrpt.DateRange{Start: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), End: time.Date(2026, 1, 2, 23, 59, 59, 0, time.UTC)},
		ContactInfo:      "tls-reports@reporter.test",
		ReportID:         "1",
		Policies: []tlsrpt.PolicyResult{{
			Policy: tlsrpt.Policy{
				Type:   tlsrpt.STS,
				String: []string{"version: STSv1", "mode: enforce", "mx: mx.example.test", "mx: *.example.test", "max_age: 86400"},
				Domain: "example.test",
				MXHost: []string{"mx.example.test", "*.example.test"},
			},
			Summary: tlsrpt.Summary{Successful: 7, Failed: 3},
			FailureDetails: []tlsrpt.FailureDetail{{
				ResultType: tlsrpt.CertificateExpired, SendingMTAIP: "192.0.2.1", ReceivingMXHostname: "mx.example.test", ReceivingMXHelo: "mx.example.test",
				ReceivingIP: "2001:db8::25", FailedSessions: 3, AdditionalInformation: "https://reporter.test/?id=1", FailureReasonCode: "X509_V_ERR_CERT_HAS_EXPIRED",
			}},
		}},
	}
	if !reflect.DeepEqual(report, want) {
		t.Errorf("the report is\n%+v\nwant\n%+v", report, want)
	}
	text, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	again, findings, err := tlsrpt.Parse(text)
	if err != nil || len(findings) > 0 || !reflect.DeepEqual(again, report) {
		t.Errorf("what was written is read with %v, %v as\n%+v", err, findings, again)
	}
}

// A report without failures is written as a reporter should.
func TestReportIsWrittenWithEmptyFailureDetails(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		details []tlsrpt.FailureDetail
		want    []string
	}{
		{[]tlsrpt.FailureDetail{}, nil},
		{nil, []string{"note missing policies[0].failure-details"}},
	} {
		report, _, err := tlsrpt.Parse([]byte(good))
		if err != nil {
			t.Fatal(err)
		}
		report.Policies[0].Summary.Failed, report.Policies[0].FailureDetails = 0, tt.details
		text, err := json.Marshal(report)
		if err != nil {
			t.Fatal(err)
		}
		again, findings, err := tlsrpt.Parse(text)
		if err != nil || !reflect.DeepEqual(again, report) {
			t.Errorf("%s is read as %+v, %v", text, again, err)
		}
		wantKinds(t, findings, tt.want...)
	}
}

// The RFC's own example departs from the RFC in three ways.
func TestParseAppendixB(t *testing.T) {
	t.Parallel()
	report, findings, err := tlsrpt.Parse(read(t, "appendix-b.json"))
	if err != nil {
		t.Fatal(err)
	}
	wantKinds(t, findings,
		"warning wrong-type policies[0].policy.mx-host", // erratum 6241
		"note bad-value policies[0].failure-details[0].sending-mta-ip",
		"note bad-value policies[0].failure-details[1].sending-mta-ip",
		"warning bad-value policies[0].failure-details[1].additional-information",
	)
	result := report.Policies[0]
	if want := (tlsrpt.Summary{Successful: 5326, Failed: 303}); result.Summary != want {
		t.Errorf("the summary is %+v, want %+v", result.Summary, want)
	}
	if want := []string{"*.mail.company-y.example"}; !slices.Equal(result.Policy.MXHost, want) {
		t.Errorf("mx-host is %q, want %q", result.Policy.MXHost, want)
	}
}

// Every fault is put into the good report, alone.
func TestParseFindsFaults(t *testing.T) {
	t.Parallel()
	const policy, detail = "policies[0].policy.", "policies[0].failure-details[0]."
	for _, tt := range []struct {
		name, old, new string
		want           []string
	}{
		{"no organization-name", `"organization-name": "Reporter Inc.",`, "", []string{"error missing organization-name"}},
		{"an empty organization-name", `"Reporter Inc."`, `""`, []string{"error missing organization-name"}},
		{"no date-range", `"date-range": {"start-datetime": "2026-01-02T00:00:00Z", "end-datetime": "2026-01-02T23:59:59Z"},`, "", []string{"error missing date-range"}},
		{"no end", `, "end-datetime": "2026-01-02T23:59:59Z"`, "", []string{"error missing date-range.end-datetime"}},
		{"no contact-info", `"contact-info": "tls-reports@reporter.test",`, "", []string{"error missing contact-info"}},
		{"contact-info null", `"tls-reports@reporter.test"`, "null", []string{"error wrong-type contact-info"}},
		{"contact-info with a name", `"tls-reports@reporter.test"`, `"Reporter <tls-reports@reporter.test>"`, []string{"error bad-value contact-info"}},
		{"contact-info a URI", `"tls-reports@reporter.test"`, `"mailto:tls-reports"`, []string{"error bad-value contact-info"}},
		{"no report-id", `"report-id": "1",`, "", []string{"error missing report-id"}},
		{"report-id a number", `"report-id": "1"`, `"report-id": 1`, []string{"error wrong-type report-id"}},
		{"no policies", `"policies": [{`, `"policies": [], "x": [{`, []string{"note unknown-key x", "warning missing policies"}},
		{"no policy-type", `"policy-type": "sts",`, "", []string{"error missing " + policy + "policy-type"}},
		{"policy-type unknown", `"policy-type": "sts"`, `"policy-type": "dane"`, []string{"error bad-value " + policy + "policy-type"}},
		{"policy-type in capitals", `"policy-type": "sts"`, `"policy-type": "STS"`, []string{"error bad-value " + policy + "policy-type"}},
		{"no policy-domain", `"policy-domain": "example.test",`, "", []string{"error missing " + policy + "policy-domain"}},
		{"an empty policy-domain", `"policy-domain": "example.test"`, `"policy-domain": ""`, []string{"error missing " + policy + "policy-domain"}},
		{"policy-domain in U-labels", `"policy-domain": "example.test"`, `"policy-domain": "bücher.test"`, []string{"error bad-value " + policy + "policy-domain"}},
		{"policy-domain an address", `"policy-domain": "example.test"`, `"policy-domain": "192.0.2.1"`, []string{"error bad-value " + policy + "policy-domain"}},
		{"policy-domain with its dot", `"policy-domain": "example.test"`, `"policy-domain": "example.test."`, []string{"note bad-value " + policy + "policy-domain"}},
		{"no policy", `"policy": {`, `"x": {`, []string{"note unknown-key policies[0].x", "error missing policies[0].policy"}},
		{"mx-host a string", `["mx.example.test", "*.example.test"]`, `"mx.example.test *.example.test"`, []string{"warning wrong-type " + policy + "mx-host"}},
		{"mx-host an object", `["mx.example.test", "*.example.test"]`, `{}`, []string{"error wrong-type " + policy + "mx-host"}},
		{"mx-host of numbers", `["mx.example.test", "*.example.test"]`, `[1]`, []string{"error wrong-type " + policy + "mx-host[0]", "warning missing " + policy + "mx-host"}},
		{"mx-host of another policy", `["mx.example.test", "*.example.test"]`, `["mx.example.test"]`, []string{"warning inconsistent " + policy + "mx-host"}},
		{"mx-host in another order", `["mx.example.test", "*.example.test"]`, `["*.Example.test", "mx.example.test."]`, []string{"note bad-value " + policy + "mx-host[1]"}},
		{"another mx in policy-string", `"mx: *.example.test", "max_age: 86400"],`, `"mx: .example.test", "max_age: 86400"],`, []string{"warning inconsistent " + policy + "mx-host"}},
		{"an mx that the domain got wrong", `"mx: *.example.test", "max_age: 86400"],
      "policy-domain": "example.test",
      "mx-host": ["mx.example.test", "*.example.test"]`, `"mx: 192.0.2.1", "max_age: 86400"],
      "policy-domain": "example.test",
      "mx-host": ["mx.example.test", "192.0.2.1"]`, []string{"note bad-value " + policy + "mx-host[1]"}},
		{"an mx that the reporter got wrong", `["mx.example.test", "*.example.test"]`, `["mx.example.test", "192.0.2.1"]`, []string{"warning inconsistent " + policy + "mx-host", "error bad-value " + policy + "mx-host[1]"}},
		{"no mx-host", `,
      "mx-host": ["mx.example.test", "*.example.test"]`, "", []string{"warning missing " + policy + "mx-host"}},
		{"policy-string in one", `["version: STSv1", "mode: enforce", "mx: mx.example.test", "mx: *.example.test", "max_age: 86400"]`,
			`["version: STSv1\nmode: enforce\nmx: mx.example.test\nmax_age: 86400"]`,
			[]string{"error bad-value " + policy + "policy-string[0]", "note bad-value " + policy + "policy-string", "note bad-value " + policy + "policy-string", "note bad-value " + policy + "policy-string"}},
		{"policy-string a string", `["version: STSv1", "mode: enforce", "mx: mx.example.test", "mx: *.example.test", "max_age: 86400"]`,
			`"version: STSv1\nmode: enforce\nmx: mx.example.test\nmx: *.example.test\nmax_age: 86400\n"`, []string{"warning wrong-type " + policy + "policy-string"}},
		{"a broken policy", `"mode: enforce", `, `"mode enforce", `, []string{"note bad-value " + policy + "policy-string[1]", "note bad-value " + policy + "policy-string"}},
		{"a policy without type", `"sts"`, `"no-policy-found"`, []string{"warning inconsistent " + policy + "policy-string"}},
		{"no summary", `"summary": {"total-successful-session-count": 7, "total-failure-session-count": 3},`, "", []string{"error missing policies[0].summary", "warning inconsistent " + detail + "failed-session-count"}},
		{"no count", `"total-successful-session-count": 7, `, "", []string{"error missing policies[0].summary.total-successful-session-count"}},
		{"a count in quotes", `count": 7`, `count": "7"`, []string{"error wrong-type policies[0].summary.total-successful-session-count"}},
		{"a count that is true", `count": 7`, `count": true`, []string{"error wrong-type policies[0].summary.total-successful-session-count"}},
		{"a count of 7.5", `count": 7`, `count": 7.5`, []string{"error bad-value policies[0].summary.total-successful-session-count"}},
		{"a count of 7.0", `count": 7`, `count": 7.0`, []string{"note bad-value policies[0].summary.total-successful-session-count"}},
		{"a count too large for JSON", `count": 7`, `count": 9007199254740993`, []string{"warning bad-value policies[0].summary.total-successful-session-count"}},
		{"a count too large for everybody", `count": 7`, `count": 1e400`, []string{"warning bad-value policies[0].summary.total-successful-session-count"}},
		{"a negative count", `count": 7`, `count": -7`, []string{"error bad-value policies[0].summary.total-successful-session-count"}},
		{"too few failures", `"total-failure-session-count": 3`, `"total-failure-session-count": 4`, []string{"warning inconsistent policies[0].failure-details"}},
		{"too many failures", `"total-failure-session-count": 3`, `"total-failure-session-count": 2`, []string{"warning inconsistent " + detail + "failed-session-count"}},
		{"a negative failure", `"failed-session-count": 3`, `"failed-session-count": -3`, []string{"error bad-value " + detail + "failed-session-count", "warning missing policies[0].failure-details"}},
		{"no failure-details", `"failure-details": [{`, `"x": [{`, []string{"note unknown-key policies[0].x", "warning missing policies[0].failure-details"}},
		{"empty failure-details", `"failure-details": [{`, `"failure-details": [], "x": [{`, []string{"note unknown-key policies[0].x", "warning missing policies[0].failure-details"}},
		{"failure-details of strings", `"failure-details": [{`, `"failure-details": ["x", {`, []string{"error wrong-type policies[0].failure-details[0]"}},
		{"no result-type", `"result-type": "certificate-expired",`, "", []string{"error missing " + detail + "result-type"}},
		{"result-type unknown", `"certificate-expired"`, `"certificate-revoked"`, []string{"warning bad-value " + detail + "result-type"}},
		{"result-type misspelt", `"certificate-expired"`, `"certificate_expired"`, []string{"error bad-value " + detail + "result-type"}},
		{"result-type of DANE", `"certificate-expired"`, `"tlsa-invalid"`, []string{"warning inconsistent " + detail + "result-type"}},
		{"no host", `"receiving-mx-hostname": "mx.example.test",`, "", []string{"error missing " + detail + "receiving-mx-hostname"}},
		{"no address", `"sending-mta-ip": "192.0.2.1",`, "", []string{"warning missing " + detail + "sending-mta-ip"}},
		{"an address with its port", `"192.0.2.1"`, `"192.0.2.1:25"`, []string{"error bad-value " + detail + "sending-mta-ip"}},
		{"an address with zeros", `"2001:db8::25"`, `"2001:0db8::25"`, []string{"note bad-value " + detail + "receiving-ip"}},
		{"not a URI", `"https://reporter.test/?id=1"`, `"see above"`, []string{"warning bad-value " + detail + "additional-information"}},
		{"a key in another case", `"policy-domain"`, `"Policy_Domain"`, []string{"error misspelt-key " + policy + "Policy_Domain"}},
		{"a key in another case beside the right one", `"policy-domain"`, `"Policy_Domain": "b cher", "policy-domain"`, []string{"note unknown-key " + policy + "Policy_Domain"}},
		{"a placeholder as key", `"policy-domain"`, `"domain"`, []string{"error misspelt-key " + policy + "domain"}},
		{"a key with a letter too many", `"policy-domain"`, `"policy-domains"`, []string{"warning misspelt-key " + policy + "policy-domains", "error missing " + policy + "policy-domain"}},
		{"a key twice", `"report-id": "1",`, `"report-id": "1", "report-id": "2",`, []string{"error bad-syntax report-id"}},
		{"a key of somebody's own", `"report-id": "1",`, `"report-id": "1", "x-own": {},`, []string{"note unknown-key x-own"}},
		{"one policy without array", `"policies": [{`, `"policies": {`, []string{"error wrong-type policies"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text := edited(t, good, tt.old, tt.new)
			if tt.name == "one policy without array" {
				text = strings.TrimSuffix(text, "]\n}") + "}"
			}
			_, findings, err := tlsrpt.Parse([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			wantKinds(t, findings, tt.want...)
		})
	}
}

func TestParseReadsTimes(t *testing.T) {
	t.Parallel()
	const start, end = "date-range.start-datetime", "date-range.end-datetime"
	for _, tt := range []struct {
		start, end string
		seconds    int64 // from start to end
		want       []string
	}{
		{"2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z", 86400, nil},
		{"2026-01-02t00:00:00z", "2026-01-02T23:59:59.999Z", 86399, nil},
		{"2026-01-02 00:00:00Z", "2026-01-02T23:59:59+00:00", 86399, nil},
		{"2026-01-02T00:00:00", "2026-01-02T23:59:59", 86399, []string{"error bad-value " + start, "error bad-value " + end}},
		{"2026-01-02", "2026-01-03", 86400, []string{"error bad-value " + start, "error bad-value " + end}},
		{"2026-01-02T01:00:00+01:00", "2026-01-03T00:00:00Z", 86400, []string{"warning date-range " + start}},
		{"2026-01-02T00:00:00-05:00", "2026-01-03T00:00:00-05:00", 86400, []string{"warning date-range " + start, "warning date-range " + end, "warning date-range date-range"}},
		{"2026-01-02T00:00:00Z", "2026-01-02T12:00:00Z", 43200, []string{"warning date-range date-range"}},
		{"2026-01-02T00:00:00Z", "2026-01-04T00:00:00Z", 172800, []string{"warning date-range date-range"}},
		{"2026-01-03T00:00:00Z", "2026-01-02T00:00:00Z", -86400, []string{"error date-range date-range"}},
		{"2026-01-02T00:00:00Z", "2026-01-02T00:00:00Z", 0, []string{"error date-range date-range"}},
		{"1767312000", "2026-01-03T00:00:00Z", 0, []string{"error bad-value " + start}},
		{"2026-13-02T00:00:00Z", "soon", 0, []string{"error bad-value " + start, "error bad-value " + end}},
		{"2026-01-02T00:00:00,5Z", "2026-01-03T00:00:00Z", 0, []string{"error bad-value " + start}},
	} {
		text := strings.NewReplacer("2026-01-02T00:00:00Z", tt.start, "2026-01-02T23:59:59Z", tt.end).Replace(good)
		report, findings, err := tlsrpt.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		wantKinds(t, findings, tt.want...)
		if days := report.DateRange; tt.seconds != 0 && int64(days.End.Sub(days.Start).Seconds()) != tt.seconds {
			t.Errorf("%s to %s is read as %s to %s", tt.start, tt.end, days.Start, days.End)
		}
	}
}

func TestParseReadsTLSA(t *testing.T) {
	t.Parallel()
	sha256 := strings.Repeat("0123456789abcdef", 4)
	const at = "policies[0].policy."
	for _, tt := range []struct {
		policy, domain string
		want           []string
	}{
		{`["3 1 1 ` + sha256 + `", "2 0 0 30"]`, "mx.example.test", nil},
		{`"3 1 1 ` + sha256 + `; 2 0 0 30"`, "mx.example.test", []string{"warning wrong-type " + at + "policy-string"}},
		{`["3 1 1 ` + sha256[:60] + `"]`, "mx.example.test", []string{"note bad-value " + at + "policy-string[0]"}},
		{`["3 1 1 ` + sha256[:32] + " " + sha256[:32] + `"]`, "mx.example.test", []string{"error bad-value " + at + "policy-string[0]"}},
		{`["(3 1 1 ` + sha256 + `)"]`, "mx.example.test", []string{"error bad-value " + at + "policy-string[0]"}},
		{`["DANE-EE SPKI 1 ` + sha256 + `"]`, "mx.example.test", []string{"error bad-value " + at + "policy-string[0]"}},
		{`["3 1 1 zz"]`, "mx.example.test", []string{"error bad-value " + at + "policy-string[0]"}},
		{`[]`, "mx.example.test", []string{"warning missing " + at + "policy-string"}},
		{`["2 0 0 30"]`, "_25._tcp.mx.example.test", []string{"warning bad-value " + at + "policy-domain"}},
	} {
		text := `{"organization-name": "R", "date-range": {"start-datetime": "2026-01-02T00:00:00Z", "end-datetime": "2026-01-02T23:59:59Z"},
			"contact-info": "r@reporter.test", "report-id": "1", "policies": [{"policy": {"policy-type": "tlsa", "policy-string": ` + tt.policy + `,
			"policy-domain": "` + tt.domain + `"}, "summary": {"total-successful-session-count": 1, "total-failure-session-count": 0}, "failure-details": []}]}`
		report, findings, err := tlsrpt.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		wantKinds(t, findings, tt.want...)
		records := report.Policies[0].Policy.String
		if strings.Contains(tt.policy, "; 2 0 0 30") && !slices.Equal(records, []string{"3 1 1 " + sha256, "2 0 0 30"}) {
			t.Errorf("%s is read as %q", tt.policy, records)
		}
	}
}

// A failure before there is a session has no host.
func TestParseWantsNoHostWhereThereIsNone(t *testing.T) {
	t.Parallel()
	text := edited(t, good, `"result-type": "certificate-expired",
      "sending-mta-ip": "192.0.2.1",
      "receiving-mx-hostname": "mx.example.test",`, `"result-type": "sts-policy-fetch-error",`)
	_, findings, err := tlsrpt.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	wantKinds(t, findings)
}

func TestParseWantsReasonCodes(t *testing.T) {
	t.Parallel()
	for _, resultType := range []string{"validation-failure", "certificate-not-trusted"} {
		text := edited(t, good, `"certificate-expired"`, `"`+resultType+`"`)
		text = edited(t, text, `"X509_V_ERR_CERT_HAS_EXPIRED"`, `""`)
		_, findings, err := tlsrpt.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		wantKinds(t, findings, "warning missing policies[0].failure-details[0].failure-reason-code")
	}
}

// Sessions may fail in several ways.
func TestParseTakesOverlappingCounts(t *testing.T) {
	t.Parallel()
	text := edited(t, good, `"failure-details": [{`, `"failure-details": [{"result-type": "starttls-not-supported", "sending-mta-ip": "192.0.2.1",
		"receiving-mx-hostname": "mx.example.test", "failed-session-count": 2}, {`)
	_, findings, err := tlsrpt.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	wantKinds(t, findings, "note inconsistent policies[0].failure-details")
}

func TestParseFindsFaultsOfTheEncoding(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"a byte order mark":         "\ufeff" + good,
		"text behind it":            good + "\nbye",
		"octets that are not UTF-8": strings.Replace(good, "Reporter Inc.", "Reporter \xff", 1),
	} {
		report, findings, err := tlsrpt.Parse([]byte(text))
		if err != nil || report == nil {
			t.Errorf("%s: %v", name, err)
		}
		wantKinds(t, findings, "error bad-syntax")
	}
}

func TestParseRefusesWhatIsNoReport(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want string }{
		{"", "found nothing"},
		{"  \n", "found nothing"},
		{"[]", "expected a JSON object, found an array"},
		{`"x"`, `found the string "x"`},
		{"{", "ends too early"},
		{"{\n\n,}", "in line 3"},
		{"<xml>", "not JSON"},
		{strings.Repeat("[", 100) + strings.Repeat("]", 100), "at most 64 deep"},
		{"[" + strings.Repeat("0,", 500_000) + "0]", "at most 500000 JSON values"},
		{strings.Repeat(" ", tlsrpt.MaxReport+1), "at most 10485760 octets"},
	} {
		report, _, err := tlsrpt.Parse([]byte(tt.text))
		if err == nil || report != nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%.20q: %v, want an error with %q", tt.text, err, tt.want)
		}
	}
}

// A hostile report makes no endless list of findings.
func TestParseBoundsFindings(t *testing.T) {
	t.Parallel()
	text := edited(t, good, `"failure-details": [{`, `"failure-details": [`+strings.Repeat(`{"`+strings.Repeat("k", 1000)+`":1},`, 5000)+`{`)
	_, findings, err := tlsrpt.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if last := findings[len(findings)-1]; len(findings) != 201 || last.Kind != tlsrpt.LeftOut || last.Severity != tlsrpt.Error {
		t.Errorf("%d findings, the last is %v", len(findings), last)
	}
	for _, f := range findings {
		if len(f.String()) > 1000 {
			t.Errorf("a finding of %d octets: %v", len(f.String()), f)
		}
	}
}

func TestCheckJudgesAReportMadeInGo(t *testing.T) {
	t.Parallel()
	wantKinds(t, (&tlsrpt.Report{Policies: []tlsrpt.PolicyResult{{}}}).Check(),
		"error missing organization-name", "error missing date-range.start-datetime", "error missing date-range.end-datetime",
		"error missing contact-info", "error missing report-id",
		"error missing policies[0].policy.policy-type", "error missing policies[0].policy.policy-domain")
}

func TestResultTypes(t *testing.T) {
	t.Parallel()
	types := tlsrpt.ResultTypes()
	if len(types) != 11 {
		t.Errorf("%d result types, RFC 8460 has 11", len(types))
	}
	for _, rt := range types {
		if !rt.Known() || rt.Meaning() == "" || !strings.HasPrefix(rt.Section(), "4.3.") {
			t.Errorf("%s: known %t, section %q, meaning %q", rt, rt.Known(), rt.Section(), rt.Meaning())
		}
	}
	if unknown := tlsrpt.ResultType("x"); unknown.Known() || unknown.Meaning() != "" || unknown.OfHost() {
		t.Error("x is a result type")
	}
}

func TestSeverityIsAWordInJSON(t *testing.T) {
	t.Parallel()
	for _, severity := range []tlsrpt.Severity{tlsrpt.Note, tlsrpt.Warning, tlsrpt.Error} {
		text, err := json.Marshal(severity)
		var again tlsrpt.Severity
		if err != nil || json.Unmarshal(text, &again) != nil || again != severity {
			t.Errorf("%v is written as %s and read as %v", severity, text, again)
		}
	}
	if err := json.Unmarshal([]byte(`"fatal"`), new(tlsrpt.Severity)); err == nil {
		t.Error("fatal is a severity")
	}
}

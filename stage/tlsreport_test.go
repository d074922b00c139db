package stage_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"
	"github.com/miekg/dns"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/policy/tlsrpt"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// reportOn is a right report on one successful session under the MTA-STS policy
// of a domain.
func reportOn(domain string) string {
	return `{"organization-name": "Reporter Inc.", "contact-info": "tls-reports@reporter.test", "report-id": "1-` + domain + `",
		"date-range": {"start-datetime": "2026-01-02T00:00:00Z", "end-datetime": "2026-01-02T23:59:59Z"},
		"policies": [{"policy": {"policy-type": "sts", "policy-domain": "` + domain + `", "mx-host": ["mx.` + domain + `"],
			"policy-string": ["version: STSv1", "mode: enforce", "mx: mx.` + domain + `", "max_age: 604800"]},
			"summary": {"total-successful-session-count": 1, "total-failure-session-count": 0}, "failure-details": []}]}`
}

func gzipped(text string) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write([]byte(text)) // of a buffer
	_ = w.Close()
	return out.Bytes()
}

// letter is a message with a report, as it must be but for a signature that
// nobody verifies.
func letter(domain string, report []byte) string {
	return strings.ReplaceAll(`From: tls-reports@reporter.test
Subject: Report Domain: `+domain+` Submitter: reporter.test Report-ID: <1-`+domain+`@reporter.test>
TLS-Report-Domain: `+domain+`
TLS-Report-Submitter: reporter.test
TLS-Required: No
DKIM-Signature: v=1; a=ed25519-sha256; d=reporter.test; s=one; h=from:subject:tls-report-domain:tls-report-submitter; bh=; b=
MIME-Version: 1.0
Content-Type: multipart/report; report-type="tlsrpt"; boundary="b"

--b
Content-Type: text/plain

A report.
--b
Content-Type: application/tlsrpt+gzip
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="reporter.test!`+domain+`!1767312000!1767398399!1.json.gz"

`+base64.StdEncoding.EncodeToString(report)+`
--b--
`, "\n", "\r\n")
}

// reportsTo reads the TLSRPT record of a domain and returns its URIs.
func reportsTo(t *testing.T, s *stage.Stage, domain string) []string {
	t.Helper()
	texts, err := s.Resolver().LookupTXT(t.Context(), tlsrpt.RecordName(domain))
	if err != nil {
		t.Fatal(err)
	}
	record, err := tlsrpt.FindRecord(texts)
	if err != nil {
		t.Fatal(err)
	}
	return record.Endpoints()
}

// mailReport delivers a message by the MX record of its recipient's domain.
func mailReport(ctx context.Context, s *stage.Stage, to, message string) error {
	_, domain, _ := strings.Cut(to, "@")
	hosts, err := s.Resolver().LookupMX(ctx, domain)
	if err != nil {
		return err
	}
	host := strings.TrimSuffix(hosts[0].Host, ".")
	if _, err := s.Resolver().LookupHost(ctx, host); err != nil {
		return err
	}
	conn, err := s.DialContext(ctx, "tcp", host+":25")
	if err != nil {
		return err
	}
	client, err := smtp.NewClientStartTLS(conn, &tls.Config{ServerName: host, RootCAs: s.Roots(), MinVersion: tls.VersionTLS12})
	if err != nil {
		return err
	}
	defer client.Close()
	if err := client.SendMail("", []string{to}, strings.NewReader(message)); err != nil {
		return err
	}
	return client.Quit()
}

// reporter is an HTTP client that follows no redirect.
func reporter(s *stage.Stage) *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			DialContext: s.DialContext, TLSClientConfig: &tls.Config{RootCAs: s.Roots(), MinVersion: tls.VersionTLS12}, DisableKeepAlives: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// postReport posts and returns the status.
func postReport(t *testing.T, client *http.Client, to, mediaType string, body []byte) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", mediaType)
	answer, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.StatusCode
}

// nextReport waits for the next report.
func nextReport(t *testing.T, events *stage.Subscription) *stage.TLSReport {
	t.Helper()
	for {
		e, err := events.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if e.Report != nil {
			return e.Report
		}
	}
}

// takingReports is a stage that takes reports.
func takingReports(t *testing.T, names ...string) *stage.Stage {
	t.Helper()
	c := stage.Config{DNS: "127.0.0.1:0", PolicyHost: "127.0.0.1:0", Reports: "127.0.0.1:0"}
	for _, name := range names {
		c.Peers = append(c.Peers, fakemx.Config{Scenario: scenarios.MustGet(name)})
	}
	return stage.Start(t, c)
}

// TestReportsAreTaken by mail and over HTTPS, at what the record says.
func TestReportsAreTaken(t *testing.T) {
	t.Parallel()
	s := takingReports(t, "mta-sts", "healthy")
	events := s.Events()
	defer events.Close()
	uris := reportsTo(t, s, "mta-sts.fakemx.test")
	if len(uris) != 2 || uris[0] != "mailto:mta-sts@reports.fakemx.test" || uris[1] != "https://"+s.ReportsURLHost()+"/mta-sts" {
		t.Fatalf("reports go to %q", uris)
	}
	if more := reportsTo(t, s, "healthy.fakemx.test"); len(more) != 2 {
		t.Errorf("those about a domain without a policy go to %q", more)
	}
	domain := "mta-sts.fakemx.test"
	if err := mailReport(t.Context(), s, strings.TrimPrefix(uris[0], "mailto:"), letter(domain, gzipped(reportOn(domain)))); err != nil {
		t.Fatal(err)
	}
	r := nextReport(t, events)
	if r.Via != stage.ReportViaMail || r.Scenario != "mta-sts" || r.To != "mta-sts@reports.fakemx.test" || r.Session == "" || len(r.Findings) > 0 || r.Report == nil || r.Report.ReportID != "1-mta-sts.fakemx.test" {
		t.Errorf("the mail is %+v", r)
	}
	checkSchema(t, r)
	if status := postReport(t, reporter(s), uris[1], tlsrpt.MediaTypeGzip, gzipped(reportOn(domain))); status != http.StatusCreated {
		t.Errorf("the answer is %d", status)
	}
	r = nextReport(t, events)
	if r.Via != stage.ReportViaHTTPS || r.Scenario != "mta-sts" || r.To != "/mta-sts" || r.Status != http.StatusCreated || len(r.Findings) > 0 || r.Report == nil {
		t.Errorf("the POST is %+v", r)
	}
	checkSchema(t, r)
	if kept, evicted := s.TLSReports(); len(kept) != 2 || evicted != 0 {
		t.Errorf("%d are kept and %d are not", len(kept), evicted)
	}
}

// checkSchema holds a report against its schema.
func checkSchema(t *testing.T, r *stage.TLSReport) {
	t.Helper()
	schema, err := jsonschema.UnmarshalJSON(strings.NewReader(stage.TLSReportSchema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("schema.json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiled.Validate(value); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
}

// TestWhatIsWrongWithAReportIsSaid, and what is none.
func TestWhatIsWrongWithAReportIsSaid(t *testing.T) {
	t.Parallel()
	s := takingReports(t, "mta-sts")
	events := s.Events()
	defer events.Close()
	const domain = "mta-sts.fakemx.test"
	right := reportOn(domain)
	bomb := gzipped(strings.Repeat(" ", tlsrpt.MaxReport+1))
	for name, tt := range map[string]struct {
		post, mediaType string // post is empty for mail
		message, want   string
		status          int
	}{
		"not signed":              {message: strings.Replace(letter(domain, gzipped(right)), "DKIM-", "X-", 1), want: "error dkim header DKIM-Signature"},
		"no policy-domain":        {message: letter(domain, gzipped(strings.Replace(right, `"policy-domain"`, `"x"`, 1))), want: "error missing policies[0].policy.policy-domain"},
		"about reports":           {message: letter(domain, gzipped(strings.ReplaceAll(right, domain, "reports.fakemx.test"))), want: "warning report-cycle policies"},
		"about the host":          {message: letter(domain, gzipped(strings.ReplaceAll(right, domain, "MX.untrusted-reports.fakemx.test"))), want: "warning report-cycle policies"},
		"no report":               {message: "Subject: hello\r\n\r\nHello.\r\n", want: "no report"},
		"a bomb as mail":          {message: letter(domain, bomb), want: "not read"},
		"a wrong media type":      {post: right, mediaType: "application/json", status: http.StatusCreated, want: "warning transport request"},
		"gzip that is none":       {post: right, mediaType: tlsrpt.MediaTypeGzip, status: http.StatusCreated, want: "error transport request"},
		"no report over HTTPS":    {post: "hello", mediaType: tlsrpt.MediaTypeJSON, status: http.StatusBadRequest, want: "not JSON"},
		"a bomb over HTTPS":       {post: string(bomb), mediaType: tlsrpt.MediaTypeGzip, status: http.StatusRequestEntityTooLarge, want: "not read"},
		"a report of another one": {post: strings.ReplaceAll(right, domain, "elsewhere.test"), mediaType: tlsrpt.MediaTypeJSON, status: http.StatusCreated},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.post == "" {
				if err := mailReport(t.Context(), s, "mta-sts@reports.fakemx.test", tt.message); err != nil {
					t.Fatal(err)
				}
			} else if status := postReport(t, reporter(s), "https://"+s.ReportsURLHost()+"/mta-sts", tt.mediaType, []byte(tt.post)); status != tt.status {
				t.Errorf("the answer is %d, want %d", status, tt.status)
			}
			r := nextReport(t, events)
			checkSchema(t, r)
			said := []string{r.Error}
			for _, f := range r.Findings {
				said = append(said, f.Severity.String()+" "+string(f.Kind)+" "+f.Path)
			}
			if !slices.ContainsFunc(said, func(text string) bool { return strings.HasPrefix(text, tt.want) }) {
				t.Errorf("said %q, want %q", said, tt.want)
			}
		})
	}
}

// TestAScenarioAnswersReportsWrongly, and keeps them all the same.
func TestAScenarioAnswersReportsWrongly(t *testing.T) {
	t.Parallel()
	s := takingReports(t, "tlsrpt-https-500", "tlsrpt-https-redirect")
	events := s.Events()
	defer events.Close()
	for _, tt := range []struct {
		path   string
		status int
		fault  string
	}{
		{"/tlsrpt-https-500", 500, "status 500"},
		{"/tlsrpt-https-redirect", 307, "redirect"},
		{"/tlsrpt-https-redirect/moved", 201, "redirect followed"},
		{"/nobody", 201, ""},
	} {
		status := postReport(t, reporter(s), "https://"+s.ReportsURLHost()+tt.path, tlsrpt.MediaTypeJSON, []byte(reportOn("a.test")))
		if r := nextReport(t, events); status != tt.status || r.Status != tt.status || r.Fault != tt.fault || r.Report == nil {
			t.Errorf("%s: the answer is %d, and it is recorded as %d, %q", tt.path, status, r.Status, r.Fault)
		}
	}
}

// TestThePostingHostTakesNothingElse.
func TestThePostingHostTakesNothingElse(t *testing.T) {
	t.Parallel()
	s := takingReports(t, "mta-sts")
	answer, err := reporter(s).Get("https://" + s.ReportsURLHost() + "/mta-sts")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("the answer to GET is %s", answer.Status)
	}
	if status := postReport(t, reporter(s), "https://"+s.ReportsURLHost()+"/mta-sts", tlsrpt.MediaTypeGzip, make([]byte, 5<<20)); status != http.StatusRequestEntityTooLarge {
		t.Errorf("the answer to 5 MiB is %d", status)
	}
}

// TestTheDomainsOfReports: one is right, and DANE does not match the other's.
func TestTheDomainsOfReports(t *testing.T) {
	t.Parallel()
	s := takingReports(t)
	own, err := s.Resolver().LookupTXT(t.Context(), "_smtp._tls.reports.fakemx.test")
	if err != nil || len(own) != 1 || !strings.Contains(own[0], "rua=mailto:reports@reports.fakemx.test,https://") {
		t.Errorf("the domain publishes %q, %v", own, err)
	}
	digests := map[string]bool{}
	for _, host := range []string{"mx.reports.fakemx.test", "mx.untrusted-reports.fakemx.test"} {
		query := new(dns.Msg).SetQuestion("_25._tcp."+host+".", dns.TypeTLSA)
		query.AuthenticatedData = true
		answer, err := dns.Exchange(query, s.DNS().Addr())
		if err != nil || len(answer.Answer) != 1 || !answer.AuthenticatedData {
			t.Fatalf("%s: %v, %v", host, answer, err)
		}
		digests[answer.Answer[0].(*dns.TLSA).Certificate] = true
	}
	if len(digests) != 2 {
		t.Error("both domains have the same TLSA record")
	}
	if err := mailReport(t.Context(), s, "mta-sts@untrusted-reports.fakemx.test", letter("a.test", gzipped(reportOn("a.test")))); err != nil {
		t.Error(err)
	}
	if kept, _ := s.TLSReports(); len(kept) != 1 || kept[0].Scenario != "" || kept[0].To != "mta-sts@untrusted-reports.fakemx.test" {
		t.Errorf("it is kept as %+v", kept)
	}
}

// TestWithoutAPolicyHostReportsComeAsMail alone, and without anything not at all.
func TestWithoutAPolicyHostReportsComeAsMail(t *testing.T) {
	t.Parallel()
	peers := []fakemx.Config{{Scenario: scenarios.MustGet("dane")}}
	s := stage.Start(t, stage.Config{Peers: peers, DNS: "127.0.0.1:0", Reports: "127.0.0.1:0"})
	if uris := reportsTo(t, s, "dane.fakemx.test"); len(uris) != 1 || uris[0] != "mailto:dane@reports.fakemx.test" {
		t.Errorf("reports go to %q", uris)
	}
	s = stage.Start(t, stage.Config{Peers: peers, DNS: "127.0.0.1:0"})
	if texts, err := s.Resolver().LookupTXT(t.Context(), "_smtp._tls.dane.fakemx.test"); err == nil {
		t.Errorf("without anybody to take reports, the domain publishes %q", texts)
	}
}

// TestReportsCannotBeTaken where nobody could bring them, or in another's name.
func TestReportsCannotBeTaken(t *testing.T) {
	t.Parallel()
	mine := scenarios.MustGet("mta-sts").With(nil)
	mine.Name, mine.Number = "reports", 0
	for name, c := range map[string]stage.Config{
		"unspecified": {DNS: "127.0.0.1:0", Reports: ":0"},
		"a name":      {DNS: "127.0.0.1:0", Reports: "localhost:0"},
		"taken name":  {Peers: []fakemx.Config{{Scenario: mine}}, Reports: "127.0.0.1:0"},
		"nobody's":    {Reports: "192.0.2.1:0"},
	} {
		if s, err := stage.New(c); err == nil {
			s.Close()
			t.Errorf("%s: started", name)
		} else if !strings.HasPrefix(err.Error(), "Config.Reports: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

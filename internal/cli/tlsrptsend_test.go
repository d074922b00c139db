package cli_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/fakemx/fakemx/policy/tlsrpt"
)

// A sessionResult is what a mailer notes of a session, for its reporter.
type sessionResult struct {
	Domain, Host string
	Policy       tlsrpt.Policy
	Failure      tlsrpt.ResultType // empty if the session succeeded
	Reason       string
}

// note adds a line to the file of a reporter; nothing if there is no file.
func (r sessionResult) note(path string) error {
	if path == "" {
		return nil
	}
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(append(line, '\n'))
	return errors.Join(err, file.Close())
}

// tlsrptsend is a reporter for the scripts: it sends a report for every domain of
// which a mailer has noted sessions. It is told where everything is by the
// variables of an audit.
func tlsrptsend() {
	var s reportSender
	flag.StringVar(&s.results, "results", "", "the file with the sessions")
	flag.BoolVar(&s.unsigned, "unsigned", false, "leave out the signature")
	flag.StringVar(&s.rename, "rename", "", "OLD=NEW: call a result type by another name")
	flag.StringVar(&s.leave, "leave", "", "leave out the report of this domain")
	flag.StringVar(&s.claim, "claim", "", "have this line as the policy, in place of what was published")
	flag.StringVar(&s.also, "also", "", "report on a session with this domain, too")
	flag.Parse()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := s.sendAll(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "tlsrptsend:", err)
		os.Exit(1)
	}
}

type reportSender struct {
	results, rename, leave, also, claim string
	unsigned                            bool
	roots                               *x509.CertPool
}

func (s *reportSender) sendAll(ctx context.Context) error {
	text, err := os.ReadFile(os.Getenv("FAKEMX_CA"))
	if err != nil {
		return err
	}
	s.roots = x509.NewCertPool()
	s.roots.AppendCertsFromPEM(text)
	sessions, err := s.read()
	if err != nil {
		return err
	}
	var problems []error
	for _, domain := range domainsOf(sessions) {
		if domain != s.leave {
			problems = append(problems, s.send(ctx, domain, sessions))
		}
	}
	return errors.Join(problems...)
}

// read reads what the mailer noted.
func (s *reportSender) read() ([]sessionResult, error) {
	text, err := os.ReadFile(s.results)
	if err != nil {
		return nil, err
	}
	old, renamed, _ := strings.Cut(s.rename, "=")
	var list []sessionResult
	for line := range bytes.Lines(text) {
		var r sessionResult
		if err := json.Unmarshal(line, &r); err != nil {
			return nil, err
		}
		if r.Failure == tlsrpt.ResultType(old) && old != "" {
			r.Failure = tlsrpt.ResultType(renamed)
		}
		list = append(list, r)
	}
	if s.also != "" {
		list = append(list, sessionResult{Domain: s.also, Policy: tlsrpt.Policy{Type: tlsrpt.NoPolicyFound, Domain: s.also}})
	}
	return list, nil
}

func domainsOf(sessions []sessionResult) (domains []string) {
	for _, r := range sessions {
		if !slices.Contains(domains, r.Domain) {
			domains = append(domains, r.Domain)
		}
	}
	return domains
}

// report is what there is to say of a domain.
func (s *reportSender) report(domain string, sessions []sessionResult) tlsrpt.Report {
	day := time.Now().UTC().Truncate(24 * time.Hour)
	r := tlsrpt.Report{
		OrganizationName: "Reporter Inc.", ContactInfo: "tls-reports@reporter.test", ReportID: "today-" + domain,
		DateRange: tlsrpt.DateRange{Start: day, End: day.Add(24*time.Hour - time.Second)},
	}
	for _, one := range sessions {
		if one.Domain != domain {
			continue
		}
		i := slices.IndexFunc(r.Policies, func(p tlsrpt.PolicyResult) bool { return p.Policy.Type == one.Policy.Type })
		if i < 0 {
			i = len(r.Policies)
			if s.claim != "" {
				one.Policy.String = []string{s.claim}
			}
			r.Policies = append(r.Policies, tlsrpt.PolicyResult{Policy: one.Policy, FailureDetails: []tlsrpt.FailureDetail{}})
		}
		if one.Failure == "" {
			r.Policies[i].Summary.Successful++
			continue
		}
		r.Policies[i].Summary.Failed++
		r.Policies[i].FailureDetails = append(r.Policies[i].FailureDetails, tlsrpt.FailureDetail{
			ResultType: one.Failure, SendingMTAIP: "127.0.0.1", ReceivingMXHostname: one.Host, FailedSessions: 1, FailureReasonCode: one.Reason,
		})
	}
	return r
}

// send sends the report on a domain to everywhere its record says.
func (s *reportSender) send(ctx context.Context, domain string, sessions []sessionResult) error {
	texts, err := auditResolver().LookupTXT(ctx, tlsrpt.RecordName(domain))
	if err != nil {
		return err
	}
	record, err := tlsrpt.FindRecord(texts)
	if err != nil {
		return nil //nolint:nilerr // nobody wants a report
	}
	text, err := json.Marshal(s.report(domain, sessions))
	if err != nil {
		return err
	}
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, _ = w.Write(text) // of a buffer
	_ = w.Close()
	var problems []error
	for _, uri := range record.Endpoints() {
		if to, ok := strings.CutPrefix(uri, "mailto:"); ok {
			problems = append(problems, s.mail(ctx, to, domain, zipped.Bytes()))
		} else {
			problems = append(problems, s.post(ctx, uri, zipped.Bytes()))
		}
	}
	return errors.Join(problems...)
}

// auditResolver asks the DNS of the audit.
func auditResolver() *net.Resolver { return new(stsSender).resolver() }

// post posts a report, to the host of the audit.
func (s *reportSender) post(ctx context.Context, uri string, report []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, uri, bytes.NewReader(report))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", tlsrpt.MediaTypeGzip)
	client := http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: s.roots},
		DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			host, port, _ := net.SplitHostPort(address)
			addrs, err := auditResolver().LookupHost(ctx, host)
			if err != nil {
				return nil, err
			}
			return new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(addrs[0], port))
		},
	}}
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	answer.Body.Close()
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("%s: %s", uri, answer.Status)
	}
	return nil
}

// mail mails a report, to the port of the audit. What is wrong with TLS does not
// keep it from that.
func (s *reportSender) mail(ctx context.Context, to, domain string, report []byte) error {
	_, where, _ := strings.Cut(to, "@")
	hosts, err := auditResolver().LookupMX(ctx, where)
	if err != nil {
		return err
	}
	host := strings.TrimSuffix(hosts[0].Host, ".")
	addrs, err := auditResolver().LookupHost(ctx, host)
	if err != nil {
		return err
	}
	_, port, _ := net.SplitHostPort(os.Getenv("FAKEMX_TLSRPT"))
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(addrs[0], port))
	if err != nil {
		return err
	}
	client, err := smtp.NewClientStartTLS(conn, &tls.Config{ServerName: host, RootCAs: s.roots})
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }()
	if err := client.SendMail("", []string{to}, strings.NewReader(s.message(domain, report))); err != nil {
		return err
	}
	return client.Quit()
}

// message is a report as mail, with a signature that nobody verifies.
func (s *reportSender) message(domain string, report []byte) string {
	signature := "DKIM-Signature: v=1; a=ed25519-sha256; d=reporter.test; s=one; h=from:subject:tls-report-domain:tls-report-submitter; bh=; b=\n"
	if s.unsigned {
		signature = ""
	}
	day := time.Now().UTC().Truncate(24 * time.Hour).Unix()
	return strings.ReplaceAll(fmt.Sprintf(`From: tls-reports@reporter.test
Subject: Report Domain: %[1]s Submitter: reporter.test Report-ID: <today-%[1]s@reporter.test>
TLS-Report-Domain: %[1]s
TLS-Report-Submitter: reporter.test
TLS-Required: No
%[2]sMIME-Version: 1.0
Content-Type: multipart/report; report-type="tlsrpt"; boundary="b"

--b
Content-Type: text/plain

A report.
--b
Content-Type: application/tlsrpt+gzip
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="reporter.test!%[1]s!%[3]d!%[4]d!1.json.gz"

%[5]s
--b--
`, domain, signature, day, day+86399, base64.StdEncoding.EncodeToString(report)), "\n", "\r\n")
}

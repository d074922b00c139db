package audit

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/policy/tlsrpt"
	"github.com/fakemx/fakemx/scenarios"
)

// claiming is a report on a scenario that says the right thing, and then something
// of its own.
func claiming(domain, word string, edit func(*tlsrpt.PolicyResult)) *tlsrpt.Report {
	r := saying(domain, word)
	edit(&r.Policies[0])
	return r
}

func policyString(lines ...string) func(*tlsrpt.PolicyResult) {
	return func(p *tlsrpt.PolicyResult) { p.Policy.String = lines }
}

func mxHost(patterns ...string) func(*tlsrpt.PolicyResult) {
	return func(p *tlsrpt.PolicyResult) { p.Policy.MXHost = patterns }
}

func receiving(host, ip string) func(*tlsrpt.PolicyResult) {
	return func(p *tlsrpt.PolicyResult) {
		p.FailureDetails[0].ReceivingMXHostname, p.FailureDetails[0].ReceivingIP = host, ip
	}
}

// succeeding counts a success beside.
func succeeding(p *tlsrpt.PolicyResult) { p.Summary.Successful = 1 }

// TestReportsClaimNothingElse: what a report says of the policy and the host is what
// was published, however it is written. An empty reason is that it agrees.
func TestReportsClaimNothingElse(t *testing.T) {
	t.Parallel()
	const own = "mx.mta-sts.fakemx.test"
	for name, tt := range map[string]struct {
		scenario string
		policy   Policy
		word     string
		edit     func(*tlsrpt.PolicyResult)
		reason   string
	}{
		"the policy":           {"mta-sts", MTASTS, "sts ok", policyString("version: STSv1", "mode: enforce", "mx: "+own, "max_age: 604800"), ""},
		"in another order":     {"mta-sts", MTASTS, "sts ok", policyString("max_age: 604800", "mx:MX.MTA-STS.fakemx.test.", "mode: Enforce\r", "version: STSv1", ""), ""},
		"in one string":        {"mta-sts", MTASTS, "sts ok", policyString("version: STSv1\r\nmode: enforce\r\nmx: " + own + "\r\nmax_age: 604800\r\n"), ""},
		"in one line":          {"mta-sts", MTASTS, "sts ok", policyString("version: STSv1; mode: enforce; mx: " + own), ""},
		"cut off":              {"mta-sts", MTASTS, "sts ok", policyString("version: STSv1", "mode: enf"), ""},
		"cut off in between":   {"mta-sts", MTASTS, "sts ok", policyString("mode: enf", "version: STSv1"), `policy-string has "mode: enf"`},
		"another number":       {"mta-sts", MTASTS, "sts ok", policyString("version: STSv1", "mode: enforce", "max_age: 60"), `policy-string has "max_age: 60"`},
		"an invented policy":   {"mta-sts", MTASTS, "sts ok", policyString("mode: none", "mx: evil.example", "max_age: 1"), `but policy-string has "mode: none", which is not in the policy of the domain`},
		"another mode":         {"sts-testing", MTASTS, "sts ok", policyString("version: STSv1", "mode: enforce"), `policy-string has "mode: enforce"`},
		"the mode":             {"sts-testing", MTASTS, "sts ok", policyString("version: STSv1", "mode: testing"), ""},
		"another key":          {"mta-sts", MTASTS, "sts ok", policyString("version: STSv1", "mode: enforce", "x: 1", "mx: "+own), `policy-string has "x: 1"`},
		"no policy":            {"mta-sts", MTASTS, "sts ok", policyString(), ""},
		"an invalid one":       {"sts-bad-mode", MTASTS, "sts sts-policy-invalid", policyString(strings.Split(scenarios.MustGet("sts-bad-mode").PolicyBody(), "\r\n")...), ""},
		"the pattern":          {"mta-sts", MTASTS, "sts ok", mxHost(own), ""},
		"the pattern, dotted":  {"mta-sts", MTASTS, "sts ok", mxHost("MX.mta-sts.fakemx.test."), ""},
		"a wildcard":           {"sts-mx-wildcard", MTASTS, "sts ok", mxHost("*.sts-mx-wildcard.fakemx.test"), ""},
		"an old wildcard":      {"sts-mx-wildcard", MTASTS, "sts ok", mxHost(".sts-mx-wildcard.fakemx.test"), ""},
		"the host":             {"sts-mx-wildcard", MTASTS, "sts ok", mxHost("mx.sts-mx-wildcard.fakemx.test"), ""},
		"in Unicode":           {"sts-mx-idn", MTASTS, "sts ok", mxHost("mx.bücher.test"), ""},
		"another pattern":      {"mta-sts", MTASTS, "sts ok", mxHost("evil.example"), `mx-host has "evil.example"`},
		"no pattern for TLSA":  {"dane", DANE, "tlsa ok", mxHost("evil.example"), ""},
		"the record":           {"dane", DANE, "tlsa ok", policyString("3 1 1 00ff"), ""},
		"with a name":          {"dane", DANE, "tlsa ok", policyString("_25._tcp.mx.dane.fakemx.test. IN TLSA 3 1 1 00FF AA"), ""},
		"no record":            {"dane", DANE, "tlsa ok", policyString("(none)"), ""},
		"another record":       {"dane", DANE, "tlsa ok", policyString("3 1 1 00ff", "2 0 1 00ff"), `policy-string has "2 0 1 00ff", and the domain publishes no such`},
		"another one, named":   {"dane", DANE, "tlsa ok", policyString("_25._tcp.mx.dane.fakemx.test. IN TLSA 2 1 1 00FF"), "publishes no such"},
		"the receiving host":   {"sts-expired", MTASTS, "sts certificate-expired", receiving("MX.sts-expired.fakemx.test.", "127.25.0.3"), ""},
		"an address mapped":    {"sts-expired", MTASTS, "sts certificate-expired", receiving("", "::ffff:127.25.0.3"), ""},
		"an address as host":   {"sts-expired", MTASTS, "sts certificate-expired", receiving("[127.25.0.3]", ""), ""},
		"a wrong literal":      {"sts-expired", MTASTS, "sts certificate-expired", receiving("[192.0.2.1]", ""), "with 127.25.0.3, not with 192.0.2.1"},
		"no address":           {"sts-expired", MTASTS, "sts certificate-expired", receiving("", "nothing"), ""},
		"another host":         {"sts-expired", MTASTS, "sts certificate-expired", receiving("wrong.example", ""), `receiving-mx-hostname is "wrong.example"`},
		"another address":      {"sts-expired", MTASTS, "sts certificate-expired", receiving("mx.sts-expired.fakemx.test", "192.0.2.1"), "the failed sessions were with 127.25.0.3, not with 192.0.2.1"},
		"a fetch elsewhere":    {"sts-404", MTASTS, "sts sts-policy-fetch-error", receiving("mta-sts.sts-404.fakemx.test", "192.0.2.1"), ""},
		"the name's alias":     {"tlsa-cname", DANE, "tlsa ok", policyString("3 1 1 00ff"), ""},
		"a success refused":    {"sts-self-signed", MTASTS, "sts certificate-not-trusted", succeeding, "no session keeps the policy, so that none can succeed"},
		"one without TLS":      {"sts-testing-no-starttls", MTASTS, "sts starttls-not-supported", succeeding, "TLS completes in no session"},
		"one in testing":       {"sts-testing-expired", MTASTS, "sts certificate-expired", succeeding, ""},
		"one by no record":     {"tlsa-mismatch", DANE, "tlsa tlsa-invalid", succeeding, "no session keeps the policy"},
		"one without policy":   {"sts-404", MTASTS, "sts sts-policy-fetch-error", succeeding, ""},
		"none, of opportunity": {"tlsa-absent", DANE, "no-policy-found certificate-not-trusted", succeeding, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := scenarios.MustGet(tt.scenario)
			row := compareReports(reportedOn{
				scenario: s, asked: true, sessions: 1, counted: true, addresses: []netip.Addr{netip.MustParseAddr("127.25.0.3")},
				reports: []*tlsrpt.Report{claiming(s.Domain(), tt.word, tt.edit)},
			}, tt.policy)
			want := ReportAgrees
			if tt.reason != "" {
				want = ReportDiffers
			}
			if row.Result != want || !strings.Contains(row.Reason, tt.reason) {
				t.Errorf("%s: %s, want %s: %s", row.Result, row.Reason, want, tt.reason)
			}
		})
	}
}

// TestWhatWasPublishedIsNoContradiction, in no scenario, whatever it is.
func TestWhatWasPublishedIsNoContradiction(t *testing.T) {
	t.Parallel()
	for _, s := range scenarios.All() {
		r := saying(s.Domain(), "sts validation-failure", "tlsa validation-failure")
		for line := range strings.Lines(s.PolicyBody()) {
			r.Policies[0].Policy.String = append(r.Policies[0].Policy.String, line)
			if key, value, _ := strings.Cut(line, ":"); key == "mx" {
				r.Policies[0].Policy.MXHost = append(r.Policies[0].Policy.MXHost, strings.TrimSpace(value))
			}
		}
		for _, mx := range s.Peer.DNS.MX {
			r.Policies[0].FailureDetails = append(r.Policies[0].FailureDetails, tlsrpt.FailureDetail{ResultType: tlsrpt.ValidationFailure, ReceivingMXHostname: s.Expand(mx.Host)})
		}
		if got := (reportedOn{scenario: s, reports: []*tlsrpt.Report{r}}).contradictions(); len(got) > 0 {
			t.Errorf("%s: %q", s.Name, got)
		}
	}
}

// TestReportsCountNoMoreSessions than there were, where that can be known.
func TestReportsCountNoMoreSessions(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		scenario string
		policy   Policy
		words    []string
		failed   int64
		found    bool
	}{
		"as many":            {"sts-name-mismatch", MTASTS, []string{"sts certificate-host-mismatch"}, 1, false},
		"more":               {"sts-name-mismatch", MTASTS, []string{"sts certificate-host-mismatch"}, 50, true},
		"never reached":      {"sts-mx-mismatch", MTASTS, []string{"sts validation-failure"}, 50, false},
		"not fetched":        {"sts-404", MTASTS, []string{"sts sts-policy-fetch-error"}, 50, false},
		"not looked up":      {"tlsa-servfail", DANE, []string{"tlsa dnssec-invalid"}, 50, false},
		"required":           {"dnssec-insecure", DANEOnly, []string{"tlsa dane-required"}, 50, false},
		"a policy each":      {"sts-name-mismatch", MTASTS, []string{"sts certificate-host-mismatch", "no-policy-found ok"}, 1, false},
		"in testing":         {"sts-testing-expired", MTASTS, []string{"sts certificate-expired"}, 2, true},
		"testing, elsewhere": {"sts-testing-mx-mismatch", MTASTS, []string{"sts validation-failure"}, 2, false},
		"not known":          {"sts-html", MTASTS, []string{"sts validation-failure"}, 2, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := scenarios.MustGet(tt.scenario)
			r := saying(s.Domain(), tt.words...)
			r.Policies[0].Summary.Failed = tt.failed
			on := reportedOn{scenario: s, asked: true, sessions: 1, counted: true, reports: []*tlsrpt.Report{r}}
			if got := on.countFindings(tt.policy); (len(got) > 0) != tt.found {
				t.Errorf("found %v", got)
			}
			if row := compareReports(on, tt.policy); row.Result == ReportDiffers {
				t.Errorf("%s: %s", row.Result, row.Reason)
			}
		})
	}
}

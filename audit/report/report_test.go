package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/policy/tlsrpt"
	"github.com/fakemx/fakemx/scenarios"
)

var update = flag.Bool("update", false, "write the goldens in testdata anew")

// clock is when the audit of these tests took place.
var clock = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// at is a second of that audit.
func at(second int) time.Time { return clock.Add(time.Duration(second) * time.Second) }

// report is one with every result in it, and hostile texts.
func report() *audit.Report {
	seed := uint64(42)
	refusal := fakemx.Session{
		ID: "a", Outcome: fakemx.Refused, Started: at(1), Ended: at(2), Fetches: []fakemx.Fetch{}, Flags: []fakemx.Flag{},
		Transactions: []fakemx.Transaction{},
		TLS: &fakemx.TLS{
			Mode: "starttls", Error: "remote error: tls: unknown certificate authority",
			Alert:             &fakemx.Alert{Code: 48, Name: "unknown_ca", From: "client"},
			ClientHello:       &fakemx.ClientHello{ServerName: "localhost", Versions: []string{"TLSv1.3", "TLSv1.2"}, CipherSuites: []string{"TLS_AES_128_GCM_SHA256"}, Groups: []string{"x25519"}, ALPN: []string{}, Bytes: 230},
			ClientCertificate: fakemx.ClientCertificate{Requested: true, Verify: "NO", Chain: []fakemx.CertificateName{}},
		},
		Transcript: []fakemx.Line{
			{At: at(1), From: "peer", Text: "220 mx.expired.fakemx.test ESMTP fakemx"},
			{At: at(1), From: "client", Text: "EHLO <script>alert(1)</script>"},
			{At: at(1), From: "event", Text: "TLS handshake failed"},
		},
	}
	delivery := refusal
	delivery.Outcome, delivery.Flags = fakemx.DeliveredTLS, []fakemx.Flag{fakemx.ZeroLengthCertificate}
	delivery.TLS = &fakemx.TLS{Mode: "starttls", Completed: true, Version: "TLSv1.3", CipherSuite: "TLS_AES_128_GCM_SHA256", Group: "x25519"}
	delivery.Transactions = []fakemx.Transaction{{From: "a@b.test", To: []string{"probe@x.test"}, Accepted: true}}
	delivery.Accepted.InTLS = 1
	run := audit.CommandRun{
		Args: []string{"curl", "--cacert", "/tmp/ca.pem", "it's"}, Started: at(1), Ended: at(2), Exit: 60,
		Output: "curl: (60) \x1b[31mSSL\x1b[0m problem ]]> <b>&amp;\r\n",
	}
	r := &audit.Report{
		Policy: audit.Verify, Driver: "command", Client: "curl --cacert '{ca}' | `x`", Started: clock, Ended: at(12),
		Seed: &seed, Selected: 8, Partial: true,
		Findings: []string{"the client verifies the chain but not the name (in 1 scenario)"},
		Notes:    []string{"--kick failed once of 3: exit code 1"}, Controls: []audit.Item{},
		Problems: []string{"exception 2 (was <old>): rc4 is now may, not fail; remove the exception"},
		Changes:  []audit.Change{{Scenario: "expired", From: audit.Fail, To: audit.Pass}},
	}
	r.Items = []audit.Item{
		item("healthy", audit.Evidence{Sessions: []fakemx.Session{delivery}, Runs: []audit.CommandRun{run}}),
		item("expired", audit.Evidence{
			Sessions: []fakemx.Session{refusal, refusal}, Runs: []audit.CommandRun{run}, LeftOut: audit.LeftOut{Sessions: 3},
		}),
		item("hostname-mismatch", audit.Evidence{Sessions: []fakemx.Session{delivery}, Runs: []audit.CommandRun{run}}),
		item("rc4", audit.Evidence{Sessions: []fakemx.Session{refusal}}),
		item("self-signed", audit.Evidence{Problem: "the MTA said | 550 # no *relay* _here_ \x07"}),
		item("cn-only", audit.Evidence{Sessions: []fakemx.Session{delivery}}),
	}
	r.Items[5].Accepted = "OpenSSL takes the common name"
	r.Summary = audit.Summary{Pass: 2, Fail: 1, May: 1, Unclear: 1, Accepted: 1}
	r.TLSReports = tlsReports()
	return r
}

// tlsReports has a row for every result.
func tlsReports() *audit.TLSReports {
	row := func(name string, result audit.TLSReportResult, reason string) audit.TLSReportRow {
		return audit.TLSReportRow{
			Scenario: name, Family: scenarios.FamilyChain, Result: result, Reason: reason, Expected: []audit.Reported{}, Said: []audit.ReportSaid{},
		}
	}
	rows := []audit.TLSReportRow{
		row("healthy", audit.ReportAgrees, "said no-policy-found (1 succeeded, 0 failed)"),
		row("expired", audit.ReportDiffers, "said sts with <b>|\x1b[31m# (0 succeeded, 1 failed), expected sts with certificate-expired"),
		row("self-signed", audit.ReportMissing, "no report came, expected sts with certificate-not-trusted"),
		row("rc4", audit.ReportNotCompared, "said sts (1 succeeded, 0 failed); what is right depends on the client"),
		row("cn-only", audit.ReportNotExpected, "nobody asked for the TLSRPT record of the domain"),
	}
	rows[1].Expected = []audit.Reported{{PolicyType: tlsrpt.STS, Failures: []tlsrpt.ResultType{tlsrpt.CertificateExpired}}}
	rows[1].Said = []audit.ReportSaid{{PolicyType: tlsrpt.STS, Failed: 1, Failures: []tlsrpt.ResultType{"<b>|\x1b[31m#"}}}
	return &audit.TLSReports{
		Received: 3, Unreadable: 1, Errors: 2, Rows: rows, Kicks: &audit.Kicks{Command: "send", Runs: 2, Failed: 1, Failure: "exit code 1"},
		Findings: []string{"error: header DKIM-Signature: expected a DKIM signature by the domain that reports"},
	}
}

// played are the scenarios of that report. They are not the catalogue's, whose
// texts may change.
var played = map[string]scenarios.Scenario{
	"healthy":           {Family: scenarios.FamilyChain, Summary: "nothing is wrong", Facts: facts(scenarios.Yes, scenarios.Yes)},
	"expired":           {Family: scenarios.FamilyValidity, Summary: "presents a certificate that expired", Fix: "Renew it: certbot renew.", Facts: facts(scenarios.Yes, scenarios.No)},
	"hostname-mismatch": {Family: scenarios.FamilyIdentity, Summary: "presents a certificate for another name", Fix: "Issue one for <the right> name.", Facts: facts(scenarios.Yes, scenarios.No)},
	"rc4":               {Family: scenarios.FamilyProtocol, Summary: "speaks RC4 only", Fix: "Allow better suites.", Facts: facts(scenarios.Weak, scenarios.Yes)},
	"self-signed":       {Family: scenarios.FamilyChain, Summary: "presents a certificate that signed itself", Facts: facts(scenarios.Yes, scenarios.No)},
	"cn-only":           {Family: scenarios.FamilyIdentity, Summary: "has its name in the common name alone", Facts: facts(scenarios.Yes, scenarios.No)},
}

func facts(completes, authentic scenarios.Answer) scenarios.Facts {
	return scenarios.Facts{Offers: scenarios.Yes, Completes: completes, Authentic: authentic}
}

func item(name string, e audit.Evidence) audit.Item {
	s := played[name]
	s.Name, s.Peer = name, scenarios.Healthy()
	i := audit.NewItem(s, audit.Verify, e, audit.Control{Scenario: "healthy", Delivered: true})
	i.Started, i.Ended = at(1), at(3)
	return i
}

// want are the results of that report, as every format tells them.
var want = map[string]string{
	"healthy": "pass", "expired": "pass", "hostname-mismatch": "fail", "rc4": "may", "self-signed": "unclear", "cn-only": "accepted",
}

func render(t *testing.T, f Format, r *audit.Report) string {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, f, r); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestGoldens holds every format against what it was.
func TestGoldens(t *testing.T) {
	t.Parallel()
	for _, f := range Formats() {
		got := render(t, f, report())
		file := filepath.Join("testdata", "report."+string(f))
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		golden, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(golden) != got {
			t.Errorf("%s differs from %s (go test -update writes it anew); now it is\n%s", f, file, got)
		}
	}
}

// TestEveryFormatCanBeReadBack: each tells each scenario's result.
func TestEveryFormatCanBeReadBack(t *testing.T) {
	t.Parallel()
	for f, read := range readers {
		got, err := read(render(t, f, report()))
		if err != nil {
			t.Errorf("%s: %v", f, err)
			continue
		}
		for name, result := range want {
			if got[name] != result {
				t.Errorf("%s: %s is read back as %q, want %q", f, name, got[name], result)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d scenarios are read back, want %d: %v", f, len(got), len(want), got)
		}
	}
	if len(readers) != len(Formats()) {
		t.Errorf("%d readers for %d formats", len(readers), len(Formats()))
	}
}

// TestNoFormatLetsATerminalBeCommanded: what a client or an MTA printed stays
// text.
func TestNoFormatLetsATerminalBeCommanded(t *testing.T) {
	t.Parallel()
	for _, f := range Formats() {
		if text := render(t, f, report()); strings.ContainsAny(text, "\x1b\x07\r") {
			t.Errorf("%s holds control characters", f)
		}
	}
}

func TestFormatsAreFoundByName(t *testing.T) {
	t.Parallel()
	if f, err := ParseFormat("tap"); f != TAP || err != nil {
		t.Errorf("tap is %q, %v", f, err)
	}
	if _, err := ParseFormat("xml"); err == nil || !strings.Contains(err.Error(), "table, json, junit, tap, markdown, html") {
		t.Errorf("xml is %v, want an error that names the formats", err)
	}
	if err := Write(new(bytes.Buffer), "xml", report()); err == nil {
		t.Error("a report is written as xml")
	}
}

func TestWriteFileReplacesTheFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "out.tap")
	for range 2 {
		if err := WriteFile(file, TAP, report()); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != render(t, TAP, report()) {
		t.Errorf("the file holds %q, %v", text, err)
	}
	if err := WriteFile(filepath.Join(dir, "none", "out.tap"), TAP, report()); err == nil {
		t.Error("a file is written into a folder that is not there")
	}
	if err := WriteFile(file, "xml", report()); err == nil {
		t.Error("an unknown format is written")
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("%d files are left, want 1", len(files))
	}
}

func TestTheTableFitsItsTerminal(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	r := report()
	r.Items[2].Reason = strings.Repeat("long ", 100)
	for width, want := range map[int]string{
		120: "\x1b[1;31mfail\x1b[0m      hostname-mismatch                   long long",
		60:  "\x1b[1;31mfail\x1b[0m      hostname-mismatch\n          long long",
	} {
		out.Reset()
		if err := WriteTable(&out, r, Style{Colour: true, Width: width}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), want) {
			t.Errorf("at width %d the table is\n%s\nwant in it\n%s", width, out.String(), want)
		}
		for line := range strings.Lines(out.String()) {
			if strings.Contains(line, "long") && (!strings.HasSuffix(line, "…\n") || utf8.RuneCountInString(line) > width+len("\x1b[1;31m\x1b[0m")+1) {
				t.Errorf("at width %d a line is %q", width, line)
			}
		}
	}
}

// TestAFailedControlComesFirst, before anything that is judged, and is as bad as
// a failure.
func TestAFailedControlComesFirst(t *testing.T) {
	t.Parallel()
	const said = "no refusal is proved, as the control healthy failed: it never connected"
	r := report()
	r.Unproved, r.Partial, r.Problems, r.Summary.Fail = said, false, nil, 0
	if r.Succeeded(false) {
		t.Error("an audit whose control failed is a success")
	}
	for _, f := range Formats() {
		text := render(t, f, r)
		at := strings.Index(strings.ToLower(text), said)
		first := strings.Index(text, "healthy") // in what was said, and then of the items
		if at < 0 || first < at {
			t.Errorf("%s: the failed control is at %d, the first scenario at %d:\n%s", f, at, first, text[:min(len(text), 600)])
		}
	}
	for _, f := range []Format{Table, Markdown} {
		line, _, _ := strings.Cut(render(t, f, r), "\n")
		if !strings.Contains(strings.ToLower(line), said) {
			t.Errorf("%s: the first line is %q", f, line)
		}
	}
}

// TestAFailedControlIsAdvisedOn where people read, each advice once; not where the
// client never came, nor where the control is accepted.
func TestAFailedControlIsAdvisedOn(t *testing.T) {
	t.Parallel()
	const advice = "Let the client compare"
	control := func(name string, sessions ...fakemx.Session) audit.Item {
		i := item("healthy", audit.Evidence{Sessions: sessions})
		i.Control, i.Scenario, i.Advice = true, name, advice
		return i
	}
	came := fakemx.Session{Outcome: fakemx.Refused}
	excused := control("healthy-by-address", came)
	excused.Accepted = "it knows no addresses"
	for name, test := range map[string]struct {
		controls []audit.Item
		want     string
	}{
		"one":         {[]audit.Item{control("healthy-by-address", came)}, "healthy-by-address: " + advice},
		"two":         {[]audit.Item{control("healthy-at-smtps", came), control("healthy-by-address", came)}, "healthy-at-smtps, healthy-by-address: " + advice},
		"never came":  {[]audit.Item{control("healthy-by-address")}, ""},
		"accepted":    {[]audit.Item{excused}, ""},
		"no control ": {nil, ""},
	} {
		r := report()
		r.Controls = test.controls
		for _, f := range []Format{Table, Markdown} {
			text := render(t, f, r)
			if strings.Count(text, advice) != strings.Count(test.want, advice) || !strings.Contains(text, test.want) {
				t.Errorf("%s, %s: want %q in\n%s", name, f, test.want, text)
			}
		}
	}
}

// TestASideControlThatFailedIsNotTheWholeAudit: the page says so. What failed in
// spite of the usual one has broken the policy.
func TestASideControlThatFailedIsNotTheWholeAudit(t *testing.T) {
	t.Parallel()
	const nothing, part, broken = "is kept is not proved<", "is kept is proved in part only<", "is not kept<"
	for _, test := range []struct {
		control, want string
		fails         int
	}{{"healthy", nothing, 0}, {"healthy", broken, 1}, {"healthy-by-address", part, 0}, {"healthy-by-address", broken, 1}} {
		r := report()
		control := item("healthy", audit.Evidence{})
		control.Control, control.Scenario = true, test.control
		r.Controls, r.Items = []audit.Item{control}, r.Items[1:]
		if test.fails == 0 {
			r.Items = slices.DeleteFunc(r.Items, audit.Item.Failed)
		}
		r.Unproved, r.Partial, r.Problems, r.Summary.Fail = "it failed", false, nil, test.fails
		text := render(t, HTML, r)
		for _, words := range []string{nothing, part, broken} {
			if got := strings.Contains(text, words); got != (words == test.want) {
				t.Errorf("%s failed, and %d scenarios: the page says %q: %v", test.control, test.fails, words, got)
			}
		}
	}
}

// TestAControlStandsBesideTheScenarios where people read, and is no test case.
func TestAControlStandsBesideTheScenarios(t *testing.T) {
	t.Parallel()
	r := report()
	control := item("healthy", audit.Evidence{})
	control.Control, control.Scenario = true, "healthy-by-address"
	r.Controls = []audit.Item{control}
	for _, f := range []Format{Table, Markdown, HTML} {
		if text := render(t, f, r); !strings.Contains(text, "healthy-by-address (control)") {
			t.Errorf("%s does not show the control", f)
		}
	}
	for _, f := range []Format{JUnit, TAP} {
		if text := render(t, f, r); strings.Contains(text, "healthy-by-address") {
			t.Errorf("%s counts the control", f)
		}
	}
}

package tlsrpt_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/policy/tlsrpt"
)

// good is a report that nothing is wrong with. Its times, domains and address
// are those of goodMessage.
const good = `{
  "organization-name": "Reporter Inc.",
  "date-range": {"start-datetime": "2026-01-02T00:00:00Z", "end-datetime": "2026-01-02T23:59:59Z"},
  "contact-info": "tls-reports@reporter.test",
  "report-id": "1",
  "policies": [{
    "policy": {
      "policy-type": "sts",
      "policy-string": ["version: STSv1", "mode: enforce", "mx: mx.example.test", "mx: *.example.test", "max_age: 86400"],
      "policy-domain": "example.test",
      "mx-host": ["mx.example.test", "*.example.test"]
    },
    "summary": {"total-successful-session-count": 7, "total-failure-session-count": 3},
    "failure-details": [{
      "result-type": "certificate-expired",
      "sending-mta-ip": "192.0.2.1",
      "receiving-mx-hostname": "mx.example.test",
      "receiving-mx-helo": "mx.example.test",
      "receiving-ip": "2001:db8::25",
      "failed-session-count": 3,
      "additional-information": "https://reporter.test/?id=1",
      "failure-reason-code": "X509_V_ERR_CERT_HAS_EXPIRED"
    }]
  }]
}`

// kinds are findings without their texts: severity, kind and path.
func kinds(list tlsrpt.Findings) []string {
	var all []string
	for _, f := range list {
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s %s", f.Severity, f.Kind, f.Path)))
	}
	return all
}

// wantKinds compares findings, and wants each to say something.
func wantKinds(t *testing.T, list tlsrpt.Findings, want ...string) {
	t.Helper()
	if got := kinds(list); !slices.Equal(got, want) {
		t.Errorf("the findings are\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
		for _, f := range list {
			t.Log(f)
		}
	}
	for _, f := range list {
		if f.Text == "" || f.Reference == "" || strings.Contains(f.Text, "%!") {
			t.Errorf("%+v does not say what was expected, or where it is written", f)
		}
	}
}

// edited replaces one text in another one, which must have it.
func edited(t *testing.T, text, old, replacement string) string {
	t.Helper()
	if !strings.Contains(text, old) {
		t.Fatalf("there is no %q in\n%s", old, text)
	}
	return strings.Replace(text, old, replacement, 1)
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func compressed(text string) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return out.Bytes()
}

// goodMessage carries a report; with good, nothing is wrong with it.
func goodMessage(report string) string {
	lines := []string{
		"DKIM-Signature: v=1; a=rsa-sha256; d=reporter.test; s=tls; h=From:To:Subject:",
		" TLS-Report-Domain:TLS-Report-Submitter; bh=aGFzaA==; b=c2ln",
		"From: tls-reports@reporter.test",
		"To: reports@example.test",
		"Date: Sat, 3 Jan 2026 04:05:06 +0000",
		"Subject: Report Domain: example.test",
		"\tSubmitter: reporter.test",
		"\tReport-ID: <1@reporter.test>",
		"TLS-Report-Domain: example.test",
		"TLS-Report-Submitter: reporter.test",
		"TLS-Required: No",
		"MIME-Version: 1.0",
		`Content-Type: multipart/report; report-type="tlsrpt"; boundary="B"`,
		"",
		"--B",
		"Content-Type: text/plain; charset=us-ascii",
		"",
		"This is a TLS report.",
		"",
		"--B",
		"Content-Type: application/tlsrpt+gzip",
		"Content-Transfer-Encoding: base64",
		"Content-Disposition: attachment;",
		` filename="reporter.test!example.test!1767312000!1767398399!001.json.gz"`,
		"",
		base64.StdEncoding.EncodeToString(compressed(report)),
		"--B--",
		"",
	}
	return strings.Join(lines, "\r\n")
}

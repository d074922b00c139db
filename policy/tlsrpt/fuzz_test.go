package tlsrpt_test

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/policy/tlsrpt"
)

// FuzzReport: whatever is read as a report can be written and read again, and
// is then the same and has no fault of form. What is kept of it is bounded.
func FuzzReport(f *testing.F) {
	f.Add([]byte(good))
	if data, err := os.ReadFile("testdata/appendix-b.json"); err == nil {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		report, findings, err := tlsrpt.Parse(data)
		boundedFindings(t, findings)
		if (err == nil) != (report != nil) {
			t.Fatalf("%v with %v", report, err)
		}
		if err != nil {
			return
		}
		text, err := json.Marshal(report)
		if err != nil {
			return // a time beyond the year 9999 by its zone
		}
		again, findings, err := tlsrpt.Parse(text)
		if err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		for _, finding := range findings {
			switch finding.Kind {
			case tlsrpt.UnknownKey, tlsrpt.MisspeltKey, tlsrpt.BadSyntax:
				t.Errorf("%v in %s", finding, text)
			}
		}
		if third, err := json.Marshal(again); err != nil || !bytes.Equal(text, third) {
			t.Errorf("%s\nis read and written as\n%s (%v)", text, third, err)
		}
	})
}

// FuzzMessage: whatever comes is a report or an error.
func FuzzMessage(f *testing.F) {
	f.Add([]byte(goodMessage(good)))
	f.Add([]byte(strings.NewReplacer("base64", "7bit", "+gzip", "+json").Replace(goodMessage(good))))
	f.Add(compressed(good))
	if data, err := os.ReadFile("testdata/tlsrpt-reporter.eml"); err == nil {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, read := range []func() (*tlsrpt.Delivery, error){
			func() (*tlsrpt.Delivery, error) { return tlsrpt.ReadMessage(bytes.NewReader(data)) },
			func() (*tlsrpt.Delivery, error) { return tlsrpt.Read(bytes.NewReader(data)) },
		} {
			d, err := read()
			if d == nil || (err == nil) != (d.Report != nil) {
				t.Fatalf("%v with %v", d, err)
			}
			boundedFindings(t, d.Findings)
			if d.Report != nil {
				_ = tlsrpt.Compare(d.Report, tlsrpt.Expectation{PolicyType: tlsrpt.STS, Failures: tlsrpt.ResultTypes()})
				_ = tlsrpt.FindCycle([]*tlsrpt.Report{d.Report, d.Report})
			}
		}
	})
}

// boundedFindings wants findings that say something and are bounded.
func boundedFindings(t *testing.T, findings tlsrpt.Findings) {
	t.Helper()
	if len(findings) > 2*201 { // around the report and in it
		t.Fatalf("%d findings", len(findings))
	}
	for _, finding := range findings {
		if finding.Text == "" || finding.Severity == 0 || finding.Kind == "" || len(finding.String()) > 4096 {
			t.Errorf("a finding of %d octets: %+v", len(finding.String()), finding)
		}
	}
}

// FuzzRecord: whatever is read as a record can be written and read again, and is
// then the same.
func FuzzRecord(f *testing.F) {
	f.Add("v=TLSRPTv1; rua=mailto:a%21b@c.test?subject=x , https://d.test/; x=1;")
	f.Add("v=TLSRPTv1;rua=mailto:a@b.test!10m")
	f.Fuzz(func(t *testing.T, text string) {
		record, err := tlsrpt.ParseRecord(text)
		if err != nil {
			return
		}
		again, err := tlsrpt.ParseRecord(record.String())
		if err != nil || !reflect.DeepEqual(again, record) {
			t.Errorf("%q is read as %+v, written as %q and read as %+v, %v", text, record, record, again, err)
		}
		if found, err := tlsrpt.FindRecord([]string{text}); err != nil || !reflect.DeepEqual(found, record) {
			t.Errorf("%q is found as %+v, %v", text, found, err)
		}
	})
}

// FuzzNames: file names and subjects that are read are written the same.
func FuzzNames(f *testing.F) {
	f.Add("a.test!b.test!0!1!001.json.gz")
	f.Add("Report Domain: a.test Submitter: b.test Report-ID: <1@c>")
	f.Fuzz(func(t *testing.T, text string) {
		if name, err := tlsrpt.ParseFilename(text); err == nil {
			if again, err := tlsrpt.ParseFilename(name.String()); err != nil || again != name {
				t.Errorf("%q is read as %+v, then as %+v, %v", text, name, again, err)
			}
		}
		if subject, err := tlsrpt.ParseSubject(text); err == nil {
			if again, err := tlsrpt.ParseSubject(subject.String()); err != nil || again != subject {
				t.Errorf("%q is read as %+v, then as %+v, %v", text, subject, again, err)
			}
		}
	})
}

package tlsrpt_test

import (
	"bytes"
	"encoding/base64"
	"reflect"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/policy/tlsrpt"
)

func TestReadMessageFindsNothingWrongWithAGoodOne(t *testing.T) {
	t.Parallel()
	d, err := tlsrpt.ReadMessage(strings.NewReader(goodMessage(good)))
	if err != nil {
		t.Fatal(err)
	}
	wantKinds(t, d.Findings)
	want := &tlsrpt.Message{
		Domain: "example.test", Submitter: "reporter.test", TLSOptional: true, MediaType: tlsrpt.MediaTypeGzip,
		Subject:  "Report Domain: example.test\tSubmitter: reporter.test\tReport-ID: <1@reporter.test>",
		Filename: "reporter.test!example.test!1767312000!1767398399!001.json.gz",
		Signatures: []tlsrpt.Signature{{Domain: "reporter.test", Selector: "tls",
			Headers: []string{"from", "to", "subject", "tls-report-domain", "tls-report-submitter"}}},
	}
	d.Message.Subject = strings.Join(strings.Fields(d.Message.Subject), " ")
	want.Subject = strings.Join(strings.Fields(want.Subject), " ")
	if !reflect.DeepEqual(d.Message, want) {
		t.Errorf("the message is\n%+v\nwant\n%+v", d.Message, want)
	}
	if d.Form != tlsrpt.FormMessage || d.Report == nil || d.Report.ReportID != "1" {
		t.Errorf("the delivery is %+v", d)
	}
	if name := d.Message.Signatures[0].KeyName(); name != "tls._domainkey.reporter.test" {
		t.Errorf("the key is at %s", name)
	}
}

// What tlsrpt-reporter 0.6.0rc2 made of datagrams that were sent to it: a
// session with a host whose certificate had expired, and then one with another
// host, which was given as a delivery that did not fail in the end; and a policy
// without a domain. The DKIM signature is another program's part.
func TestReadMessageOfARealReporter(t *testing.T) {
	t.Parallel()
	for file, want := range map[string][]string{
		"tlsrpt-reporter.eml":           {"error dkim header DKIM-Signature", "warning inconsistent policies[0].failure-details[1].failed-session-count"},
		"tlsrpt-reporter-no-policy.eml": {"error dkim header DKIM-Signature", "error missing policies[0].policy.policy-domain"},
	} {
		d, err := tlsrpt.ReadMessage(bytes.NewReader(read(t, file)))
		if err != nil {
			t.Fatal(err)
		}
		wantKinds(t, d.Findings, want...)
	}
}

func TestReadMessageFindsFaults(t *testing.T) {
	t.Parallel()
	const signature = "header DKIM-Signature"
	for _, tt := range []struct {
		name, old, new string
		want           []string
	}{
		{"no domain", "TLS-Report-Domain: example.test\r\n", "", []string{"error missing header TLS-Report-Domain"}},
		{"no submitter", "TLS-Report-Submitter: reporter.test\r\n", "", []string{"error missing header TLS-Report-Submitter"}},
		{"two domains", "TLS-Report-Domain: example.test\r\n", "TLS-Report-Domain: example.test\r\nTLS-Report-Domain: example.test\r\n", []string{"error bad-syntax header TLS-Report-Domain"}},
		{"domain an address", "TLS-Report-Domain: example.test\r\n", "TLS-Report-Domain: a@example.test\r\n", []string{
			"error bad-value header TLS-Report-Domain", "warning inconsistent header Subject", "warning inconsistent filename", "warning inconsistent header TLS-Report-Domain"}},
		{"another domain", "TLS-Report-Domain: example.test\r\n", "TLS-Report-Domain: other.test\r\n", []string{
			"warning inconsistent header Subject", "warning inconsistent filename", "warning inconsistent header TLS-Report-Domain"}},
		{"another submitter", "TLS-Report-Submitter: reporter.test\r\n", "TLS-Report-Submitter: mail.reporter.test\r\n", []string{
			"warning inconsistent header Subject", "error inconsistent header TLS-Report-Submitter", "note dkim " + signature}},
		{"no signature", "DKIM-Signature: v=1; a=rsa-sha256; d=reporter.test; s=tls; h=From:To:Subject:\r\n TLS-Report-Domain:TLS-Report-Submitter; bh=aGFzaA==; b=c2ln\r\n", "",
			[]string{"error dkim " + signature}},
		{"another signature", "d=reporter.test", "d=other.test", []string{"error dkim " + signature}},
		{"signature of a top level", "d=reporter.test", "d=test", []string{"error dkim " + signature}},
		{"signature of a part", "d=reporter.test", "d=reporter.test; l=10", []string{"error dkim " + signature}},
		{"header not signed", ":TLS-Report-Submitter;", ";", []string{"warning dkim " + signature}},
		{"From not signed", "h=From:", "h=", []string{"error dkim " + signature}},
		{"another subject", "Report Domain: example.test", "TLS report for example.test", []string{"warning transport header Subject"}},
		{"a report id without brackets", "<1@reporter.test>", "1@reporter.test", []string{"warning transport header Subject"}},
		{"an encoded subject", "Subject: Report Domain:", "Subject: =?utf-8?q?Report?= Domain:", nil},
		{"TLS not optional", "TLS-Required: No\r\n", "", []string{"note missing header TLS-Required"}},
		{"TLS-Required: Yes", "TLS-Required: No\r\n", "TLS-Required: Yes\r\n", []string{"error bad-value header TLS-Required"}},
		{"TLS-Required twice", "TLS-Required: No\r\n", "TLS-Required: No\r\nTLS-Required: No\r\n", []string{"error bad-syntax header TLS-Required"}},
		{"no MIME-Version", "MIME-Version: 1.0\r\n", "", []string{"error missing header MIME-Version"}},
		{"multipart/mixed", `multipart/report; report-type="tlsrpt"`, "multipart/mixed", []string{"error transport header Content-Type"}},
		{"no report-type", `report-type="tlsrpt"; `, "", []string{"error missing header Content-Type"}},
		{"another report-type", `report-type="tlsrpt"; `, "report-type=delivery-status; ", []string{"error transport header Content-Type"}},
		{"another media type", "application/tlsrpt+gzip", "application/gzip", []string{"error transport part 2"}},
		{"another media type, in capitals", "application/tlsrpt+gzip", "Application/TLSRPT+GZIP", nil},
		{"gzip as JSON", "application/tlsrpt+gzip", "application/tlsrpt+json", []string{"error transport part 2"}},
		{"no file name", `filename="reporter.test!example.test!1767312000!1767398399!001.json.gz"`, "x=y", []string{"warning missing filename"}},
		{"another file name", "reporter.test!example.test!", "report-", []string{"warning transport filename"}},
		{"an extension of JSON", "!001.json.gz", ".json", []string{"error transport filename"}},
		{"a file of another sender", "reporter.test!example.test!", "mail.test!example.test!", []string{"warning inconsistent filename"}},
		{"a file of another day", "1767312000!1767398399", "1767225600!1767312000", []string{"warning inconsistent filename"}},
		{"a file up to midnight", "1767398399", "1767398400", nil},
		{"a file name in Content-Type", "application/tlsrpt+gzip\r\n", "application/tlsrpt+gzip; name=x.json.gz\r\n", nil},
		{"no text", "--B\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nThis is a TLS report.\r\n\r\n", "", []string{"warning transport part 1"}},
		{"a third part", "--B--", "--B\r\n\r\nbye\r\n--B--", []string{"warning transport part 3"}},
		{"no last boundary", "--B--\r\n", "", []string{"error bad-syntax part 3"}},
		{"an unknown encoding", "Encoding: base64", "Encoding: uuencode", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, err := tlsrpt.ReadMessage(strings.NewReader(edited(t, goodMessage(good), tt.old, tt.new)))
			if tt.name == "an unknown encoding" {
				if err == nil || d.Report != nil || len(d.Findings) == 0 {
					t.Errorf("%v, %+v", err, d)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			wantKinds(t, d.Findings, tt.want...)
		})
	}
}

// What is wrong with the report comes behind what is wrong around it, and both
// are bounded.
func TestReadMessageFindsFaultsOfTheReport(t *testing.T) {
	t.Parallel()
	d, err := tlsrpt.ReadMessage(strings.NewReader(goodMessage(edited(t, good, `"tls-reports@reporter.test"`, `null`))))
	if err != nil {
		t.Fatal(err)
	}
	wantKinds(t, d.Findings, "error wrong-type contact-info")
}

func TestReadMessageReadsEncodings(t *testing.T) {
	t.Parallel()
	encoded := base64.StdEncoding.EncodeToString(compressed(good))
	asGzip := strings.Replace(goodMessage(good), encoded, "%s", 1)
	asJSON := strings.NewReplacer("tlsrpt+gzip", "tlsrpt+json", ".json.gz", ".json").Replace(asGzip)
	for _, tt := range []struct {
		name, message, encoding, body string
		want                          []string
	}{
		{"base64 in lines", asGzip, "base64", encoded[:76] + "\r\n" + encoded[76:], nil},
		{"gzip as it is", asGzip, "binary", string(compressed(good)), []string{"error transport part 2"}},
		{"JSON", asJSON, "7bit", good, []string{"note transport part 2"}},
		{"quoted-printable", asJSON, "quoted-printable", strings.ReplaceAll(good, "=", "=3D"), []string{"note transport part 2"}},
	} {
		message := edited(t, edited(t, tt.message, "Encoding: base64", "Encoding: "+tt.encoding), "%s", tt.body)
		d, err := tlsrpt.ReadMessage(strings.NewReader(message))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		wantKinds(t, d.Findings, tt.want...)
	}
}

// A report need not be in a multipart to be read.
func TestReadMessageWithoutParts(t *testing.T) {
	t.Parallel()
	message := goodMessage(good)
	head, _, _ := strings.Cut(message, "Content-Type: multipart")
	_, part, _ := strings.Cut(message, "Content-Type: application")
	part, _, _ = strings.Cut(part, "--B--")
	d, err := tlsrpt.ReadMessage(strings.NewReader("From sender Sat Jan  3 04:05:06 2026\r\n" + head + "Content-Type: application" + part))
	if err != nil {
		t.Fatal(err)
	}
	wantKinds(t, d.Findings, "error transport header Content-Type")
}

func TestReadMessageRefusesWhatIsNoReport(t *testing.T) {
	t.Parallel()
	message := goodMessage(good)
	encoded := base64.StdEncoding.EncodeToString(compressed(good))
	for _, tt := range []struct{ name, message, want string }{
		{"nothing", "", "expected JSON, gzip or a message"},
		{"no message", "hello\n", "expected JSON, gzip or a message"},
		{"no header fields", "\r\nhello", "no report"},
		{"a text", "Subject: hello\r\nContent-Type: text/plain\r\n\r\nhello", "no report"},
		{"no part with a report", edited(t, message, "application/tlsrpt+gzip", "text/plain"), "no report"},
		{"no boundary", edited(t, message, `; boundary="B"`, ""), "the parameter boundary"},
		{"no base64", edited(t, message, encoded, "!!!"), "part 2: not base64"},
		{"no gzip", edited(t, message, encoded, base64.StdEncoding.EncodeToString([]byte("\x1f\x8bx"))), "not gzip"},
		{"half of a gzip", edited(t, message, encoded, encoded[:len(encoded)/8*4]), "ends too early"},
		{"too long", "X: " + strings.Repeat("x", tlsrpt.MaxDelivery), "at most 16777216 octets"},
	} {
		d, err := tlsrpt.ReadMessage(strings.NewReader(tt.message))
		if err == nil || !strings.Contains(err.Error(), tt.want) || d == nil || d.Report != nil {
			t.Errorf("%s: %v, want an error with %q", tt.name, err, tt.want)
		}
	}
}

// A gigabyte of spaces is a megabyte of gzip. That it is not decompressed to its
// end shows in the checksum there, which is wrong and not looked at.
func TestReadStopsAtABomb(t *testing.T) {
	t.Parallel()
	bomb := compressed(strings.Repeat(" ", 2*tlsrpt.MaxReport))
	bomb[len(bomb)-5] ^= 1
	d, err := tlsrpt.Read(bytes.NewReader(bomb))
	if err == nil || !strings.Contains(err.Error(), "at most 10485760 octets") || d.Report != nil {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestReadTellsFormsApart(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		data string
		form tlsrpt.Form
	}{
		{good, tlsrpt.FormJSON},
		{"\r\n\t " + good, tlsrpt.FormJSON},
		{string(compressed(good)), tlsrpt.FormGzip},
		{goodMessage(good), tlsrpt.FormMessage},
	} {
		d, err := tlsrpt.Read(strings.NewReader(tt.data))
		if err != nil || d.Form != tt.form || d.Report == nil || len(d.Findings) > 0 {
			t.Errorf("%.20q is read as %+v, %v; want %s", tt.data, d, err, tt.form)
		}
	}
}

func TestCheckDKIMKey(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"v=DKIM1;k=rsa;s=tlsrpt;p=Mlf4qwSZfase4fa==": nil, // RFC 8460 section 3
		"v=DKIM1; s=email : tlsrpt; p=x":             nil,
		"v=DKIM1; p=x":                               {"warning dkim record"},
		"v=DKIM1; s=*; p=x":                          {"note dkim record"},
		"v=DKIM1; s=email; p=x":                      {"error dkim record"},
	} {
		wantKinds(t, tlsrpt.CheckDKIMKey(text), want...)
	}
}

func TestFilename(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"mail.sndr.example.com!example.net!1470013207!1470186007!001.json.gz", // RFC 8460 section 5.1
		"a.test!xn--bcher-kva.test!0!253402300799.json",
	} {
		f, err := tlsrpt.ParseFilename(name)
		if err != nil || f.String() != name {
			t.Errorf("%s is read as %+v, %v", name, f, err)
		}
	}
	// The RFC's message folds the name.
	if f, err := tlsrpt.ParseFilename("mail.sender.example!example.com!\r\n   1013662812!1013749130.json.gz"); err != nil || f.Begin.Unix() != 1013662812 {
		t.Errorf("a folded name is read as %+v, %v", f, err)
	}
	for _, name := range []string{
		"", ".json", "a.test!b.test!0!1.xml", "a.test!b.test!0.json", "a.test!b.test!0!1!x!y.json", "a.test!b.test!0!1!.json", "a.test!b.test!0!1!a-b.json",
		"a.test!b.test!0!253402300800.json", "a.test!b.test!-1!1.json", "a b!c!0!1.gz", "bücher.test!b.test!0!1.json", "!b.test!0!1.json",
	} {
		if f, err := tlsrpt.ParseFilename(name); err == nil {
			t.Errorf("%q is read as %+v", name, f)
		}
	}
}

func TestSubject(t *testing.T) {
	t.Parallel()
	// RFC 8460 section 5.3.
	const text = "Report Domain: example.net Submitter: mail.sender.example.com Report-ID: <735ff.e317+bf22029@mailexample.net>"
	want := tlsrpt.Subject{Domain: "example.net", Submitter: "mail.sender.example.com", ReportID: "735ff.e317+bf22029@mailexample.net"}
	if got, err := tlsrpt.ParseSubject(text); err != nil || got != want || got.String() != text {
		t.Errorf("%q is read as %+v, %v", text, got, err)
	}
	for _, bad := range []string{"", "report domain: a.test Submitter: b.test Report-ID: <1@c>", "Report Domain: a@b Submitter: b.test Report-ID: <1@c>", text + " x"} {
		if got, err := tlsrpt.ParseSubject(bad); err == nil {
			t.Errorf("%q is read as %+v", bad, got)
		}
	}
}

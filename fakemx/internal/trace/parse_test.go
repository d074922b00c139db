package trace_test

import (
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx/internal/trace"
	"github.com/fakemx/fakemx/scenarios"
)

// mustBeSafe fails the test unless field is one field by the grammar, folded
// wherever that can be done.
func mustBeSafe(t *testing.T, field string) trace.Clauses {
	t.Helper()
	clauses, err := trace.Parse(field)
	if err != nil {
		t.Fatalf("cannot be parsed: %v\n%q", err, field)
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(field, "\r\n"), "\r\n") {
		if len(line) > 78 && len(strings.Fields(line)) > 1 {
			t.Errorf("line of %d characters could be folded: %q", len(line), line)
		}
	}
	return clauses
}

func TestParse(t *testing.T) {
	want := trace.Clauses{
		From: "client.example", FromInfo: "host.example [192.0.2.1]",
		By: "mx.example", With: "esmtps", ID: "<a.b@c>", For: "a@b",
		TLS: "TLS_AES_128_GCM_SHA256", Group: "X25519MLKEM768",
		Via: "TCP", Comments: []string{"a (nested\\) one)", "Exim 4", "new"},
		Date: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC),
	}
	got, err := trace.Parse("RECEIVED:\r\n FROM client.example (host.example [192.0.2.1])\r\n" +
		"\tBy mx.example (a (nested\\) one)) via TCP with esmtps(Exim 4)\r\n" +
		" id <a.b@c> for a@b tls TLS_AES_128_GCM_SHA256(new) group X25519MLKEM768 ;\r\n  Wed,  4 Mar 2026 05:06:07 +0000\r\n")
	if err != nil {
		t.Fatal(err)
	}
	if !got.Date.Equal(want.Date) {
		t.Errorf("got date %v, want %v", got.Date, want.Date)
	}
	got.Date = want.Date
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestParseRefuses(t *testing.T) {
	const date = "; Wed, 4 Mar 2026 05:06:07 +0000\r\n"
	tests := []struct{ name, field, want string }{
		{"no line end", "Received: from a by b; Wed, 4 Mar 2026 05:06:07 +0000", "line end"},
		{"bare LF", "Received: from a\n by b" + date, "control character"},
		{"bare CR", "Received: from a\r by b" + date, "control character"},
		{"NUL", "Received: from a\x00 by b" + date, "control character"},
		{"second field", "Received: from a\r\nX: by b" + date, "no continuation"},
		{"empty continuation", "Received: from a\r\n \r\n by b" + date, "empty"},
		{"long line", "Received: from a (" + strings.Repeat("b", 998) + ") by c" + date, "998"},
		{"not UTF-8", "Received: from a (\xff) by c" + date, "UTF-8"},
		{"other field", "Subject: from a by b" + date, "field name"},
		{"empty", "Received:\r\n", "word"},
		{"no from", "Received: by b" + date, "expected a from clause"},
		{"no by", "Received: from a with SMTP" + date, "expected a by clause"},
		{"only from", "Received: from a" + date, "expected a by clause"},
		{"twice", "Received: from a by b id c id d" + date, "not in this place"},
		{"out of order", "Received: from a by b for c@d with SMTP" + date, "not in this place"},
		{"unknown clause", "Received: from a by b under c" + date, "not registered"},
		{"second tls clause", "Received: from a by b with c tls D tls E" + date, "second tls"},
		{"literal without TCP-info", "Received: from [192.0.2.1] by b" + date, "TCP-info"},
		{"bad domain", "Received: from a_b by b" + date, "domain"},
		{"bad literal", "Received: from [x] ([192.0.2.1]) by b" + date, "domain"},
		{"bad link", "Received: from a by b via <c>" + date, "link"},
		{"bad protocol", "Received: from a by b with c@d" + date, "protocol"},
		{"bad id", "Received: from a by b id <c" + date, "message id"},
		{"bad path", "Received: from a by b for <c@d" + date, "path"},
		{"bad suite", "Received: from a by b tls 0x13" + date, "suite"},
		{"bad group", "Received: from a by b tls A group 1" + date, "group"},
		{"no group", "Received: from a by b tls A group" + date, "white space"},
		{"open comment", "Received: from a (b\\) by b" + date, "not closed"},
		{"open quotes", "Received: from \"a by b" + date, "not closed"},
		{"no value", "Received: from a by" + date, "white space"},
		{"comment in the place of a value", "Received: from a by (b) c" + date, "word"},
		{"no semicolon", "Received: from a by b\r\n", "word"},
		{"no date", "Received: from a by b;\r\n", "white space"},
		{"bad date", "Received: from a by b; today\r\n", "date"},
		{"wrong day", "Received: from a by b; Thu, 4 Mar 2026 05:06:07 +0000\r\n", "was a Wed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := trace.Parse(tt.field)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want one with %q", err, tt.want)
			}
		})
	}
}

// FuzzParse holds that garbage is refused without a panic, and that what is
// accepted is one field.
func FuzzParse(f *testing.F) {
	f.Add("Received: from a ([192.0.2.1]) by b with ESMTPS id c for <d@e>; Wed, 4 Mar 2026 05:06:07 +0000\r\n")
	f.Add("Received: from a by b (c \\) (d)) tls A group B; Wed, 4 Mar 2026 05:06:07 +0000\r\n")
	f.Fuzz(func(t *testing.T, field string) {
		clauses, err := trace.Parse(field)
		if err != nil {
			return
		}
		if clauses.From == "" || clauses.By == "" || clauses.Date.IsZero() {
			t.Errorf("accepted without from, by or date: %q", field)
		}
		if strings.Contains(strings.ReplaceAll(field, "\r\n", ""), "\n") {
			t.Errorf("accepted a bare line end: %q", field)
		}
	})
}

// FuzzReceived holds that whatever the client says, the field is one field, has
// the clauses it should have, and says nothing else.
func FuzzReceived(f *testing.F) {
	forms := []scenarios.TraceForm{scenarios.TraceNone, scenarios.TraceSendmail, scenarios.TracePostfix, scenarios.TraceExim}
	f.Add("client.example", "mx.example", "id1", "a@b", "TLSv1.3", "TLS_AES_128_GCM_SHA256", "x25519", "NO", "cn", "ca", []byte{127, 0, 0, 1}, byte(1), int64(1e9))
	f.Add("a) (b\r\nX: y", "m x", "i d", "\"a b\"@ü", "(", ")", "\\", "FAIL", "a \" b", "", []byte(nil), byte(255), int64(0))
	f.Fuzz(func(t *testing.T, helo, hostname, id, rcpt, version, suite, group, verify, subject, issuer string, ip []byte, bits byte, unix int64) {
		facts := trace.Facts{
			HELO: helo, Hostname: hostname, ID: id, For: rcpt,
			ESMTP: bits&1 != 0, UTF8: bits&2 != 0, Authenticated: bits&4 != 0,
			Date: time.Unix(unix&0xffffffff, 0).UTC(),
		}
		facts.RemoteIP, _ = netip.AddrFromSlice(ip)
		if bits&8 != 0 {
			facts.TLS = &trace.TLSFacts{
				Version: version, CipherSuite: suite, Group: group, Bits: int(bits), Verify: verify,
				ClientSubject: subject, ClientIssuer: issuer,
			}
		}
		rule := scenarios.Trace{Form: forms[bits>>6], TLSClause: bits&16 != 0, CommentAfterWith: bits&32 != 0}
		clauses := mustBeSafe(t, trace.Received(facts, rule))
		if want := trace.With(facts, rule.With); clauses.With != want {
			t.Errorf("with is %q, want %q", clauses.With, want)
		}
		if !clauses.Date.Equal(facts.Date) {
			t.Errorf("date is %v, want %v", clauses.Date, facts.Date)
		}
		if clauses.From != helo && clauses.From != "unknown" && !strings.HasPrefix(clauses.From, "[") {
			t.Errorf("from is %q after HELO %q", clauses.From, helo)
		}
	})
}

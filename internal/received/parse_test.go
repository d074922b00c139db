package received_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/internal/received"
)

func TestParse(t *testing.T) {
	want := received.Clauses{
		From: "client.example", FromInfo: "host.example [192.0.2.1]",
		By: "mx.example", With: "esmtps", ID: "<a.b@c>", For: "a@b",
		TLS: "TLS_AES_128_GCM_SHA256", Group: "X25519MLKEM768",
		Via: "TCP", Comments: []string{"a (nested\\) one)", "Exim 4", "new"},
		Date: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC),
	}
	got, err := received.Parse("RECEIVED:\r\n FROM client.example (host.example [192.0.2.1])\r\n" +
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
		{"second field", "Received: from a\r\nX: by b" + date, "not a continuation"},
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
			_, err := received.Parse(tt.field)
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
		clauses, err := received.Parse(field)
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

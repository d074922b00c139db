package trace_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx/internal/trace"
	"github.com/fakemx/fakemx/internal/received"
	"github.com/fakemx/fakemx/scenarios"
)

var date = time.Date(2026, time.March, 4, 5, 6, 7, 0, time.FixedZone("", -5*3600))

// facts are those of an ordinary delivery in TLS.
func facts() trace.Facts {
	return trace.Facts{
		HELO:     "client.example",
		ESMTP:    true,
		RemoteIP: netip.MustParseAddr("127.0.0.1"),
		Hostname: "mx.healthy.fakemx.test",
		ID:       "A1B2C3",
		For:      "rcpt@example.test",
		Date:     date,
		TLS: &trace.TLSFacts{
			Version:     "TLSv1.3",
			CipherSuite: "TLS_AES_128_GCM_SHA256",
			Group:       "x25519",
			Bits:        128,
			Verify:      "NO",
		},
	}
}

func lines(l ...string) string { return strings.Join(l, "\r\n") + "\r\n" }

func TestReceived(t *testing.T) {
	sendmail := scenarios.Trace{Form: "sendmail", With: scenarios.WithRFC3848}
	inClear := func(f *trace.Facts) { f.TLS = nil }
	tls12 := func(f *trace.Facts) {
		f.TLS.Version, f.TLS.CipherSuite, f.TLS.Group = "TLSv1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "secp256r1"
	}
	tests := []struct {
		name  string
		edit  func(*trace.Facts)
		trace scenarios.Trace
		want  string
	}{
		{"sendmail", nil, sendmail, lines(
			"Received: from client.example ([127.0.0.1])",
			"\tby mx.healthy.fakemx.test with ESMTPS id A1B2C3",
			"\t(version=TLSv1.3 cipher=TLS_AES_128_GCM_SHA256 bits=128 verify=NO)",
			"\tfor <rcpt@example.test>;",
			"\tWed, 4 Mar 2026 05:06:07 -0500")},
		{"sendmail, TLS 1.2 by OpenSSL's names", tls12, sendmail, lines(
			"Received: from client.example ([127.0.0.1])",
			"\tby mx.healthy.fakemx.test with ESMTPS id A1B2C3",
			"\t(version=TLSv1.2 cipher=ECDHE-RSA-AES128-GCM-SHA256 bits=128 verify=NO)",
			"\tfor <rcpt@example.test>;",
			"\tWed, 4 Mar 2026 05:06:07 -0500")},
		{"in clear there is no comment", inClear, sendmail, lines(
			"Received: from client.example ([127.0.0.1])",
			"\tby mx.healthy.fakemx.test with ESMTP id A1B2C3",
			"\tfor <rcpt@example.test>;",
			"\tWed, 4 Mar 2026 05:06:07 -0500")},
		{"several recipients", func(f *trace.Facts) { f.For = "" }, scenarios.Trace{Form: "none"}, lines(
			"Received: from client.example ([127.0.0.1])",
			"\tby mx.healthy.fakemx.test with ESMTPS id A1B2C3;",
			"\tWed, 4 Mar 2026 05:06:07 -0500")},
		{"postfix, certificate asked for", nil, scenarios.Trace{Form: "postfix"}, lines(
			"Received: from client.example ([127.0.0.1])",
			"\t(using TLSv1.3 with cipher TLS_AES_128_GCM_SHA256 (128/128 bits)",
			"\tkey-exchange X25519)",
			"\t(Client did not present a certificate)",
			"\tby mx.healthy.fakemx.test with ESMTPS id A1B2C3",
			"\tfor <rcpt@example.test>;",
			"\tWed, 4 Mar 2026 05:06:07 -0500")},
		{"postfix, certificate not asked for", func(f *trace.Facts) { tls12(f); f.TLS.Verify = "NOT" },
			scenarios.Trace{Form: "postfix"}, lines(
				"Received: from client.example ([127.0.0.1])",
				"\t(using TLSv1.2 with cipher ECDHE-RSA-AES128-GCM-SHA256 (128/128 bits))",
				"\t(No client certificate requested)",
				"\tby mx.healthy.fakemx.test with ESMTPS id A1B2C3",
				"\tfor <rcpt@example.test>;",
				"\tWed, 4 Mar 2026 05:06:07 -0500")},
		{"postfix, certificate that fails", func(f *trace.Facts) {
			f.TLS.Group = "secp384r1"
			f.TLS.Verify, f.TLS.ClientSubject, f.TLS.ClientIssuer = "FAIL", `mail (a) "b"`, "Some CA"
		}, scenarios.Trace{Form: "postfix"}, lines(
			"Received: from client.example ([127.0.0.1])",
			"\t(using TLSv1.3 with cipher TLS_AES_128_GCM_SHA256 (128/128 bits)",
			"\tkey-exchange ECDHE (P-384))",
			"\t(Client CN \"mail %28a%29 %22b%22\", Issuer \"Some CA\" (not verified))",
			"\tby mx.healthy.fakemx.test with ESMTPS id A1B2C3",
			"\tfor <rcpt@example.test>;",
			"\tWed, 4 Mar 2026 05:06:07 -0500")},
		{"postfix, certificate that is good", func(f *trace.Facts) {
			f.TLS.Group = ""
			f.TLS.Verify, f.TLS.ClientSubject, f.TLS.ClientIssuer = "OK", "client.example", ""
		}, scenarios.Trace{Form: "postfix"}, lines(
			"Received: from client.example ([127.0.0.1])",
			"\t(using TLSv1.3 with cipher TLS_AES_128_GCM_SHA256 (128/128 bits))",
			"\t(Client CN \"client.example\", Issuer \"\" (verified OK))",
			"\tby mx.healthy.fakemx.test with ESMTPS id A1B2C3",
			"\tfor <rcpt@example.test>;",
			"\tWed, 4 Mar 2026 05:06:07 -0500")},
		{"exim", nil, scenarios.Trace{Form: "exim"}, lines(
			"Received: from client.example ([127.0.0.1])",
			"\tby mx.healthy.fakemx.test with ESMTPS (TLS1.3) tls TLS_AES_128_GCM_SHA256",
			"\tid A1B2C3",
			"\tfor <rcpt@example.test>;",
			"\tWed, 4 Mar 2026 05:06:07 -0500")},
		{"tls clause", nil, scenarios.Trace{Form: "none", TLSClause: true}, lines(
			"Received: from client.example ([127.0.0.1])",
			"\tby mx.healthy.fakemx.test with ESMTPS id A1B2C3",
			"\tfor <rcpt@example.test>",
			"\ttls TLS_AES_128_GCM_SHA256 group x25519;",
			"\tWed, 4 Mar 2026 05:06:07 -0500")},
		{"comment behind the keyword", nil, scenarios.Trace{CommentAfterWith: true}, lines(
			"Received: from client.example ([127.0.0.1])",
			"\tby mx.healthy.fakemx.test with ESMTPS (fakemx) id A1B2C3",
			"\tfor <rcpt@example.test>;",
			"\tWed, 4 Mar 2026 05:06:07 -0500")},
		{"absent", nil, scenarios.Trace{Form: "sendmail", Absent: true}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := facts()
			if tt.edit != nil {
				tt.edit(&f)
			}
			got := trace.Received(f, tt.trace)
			if got != tt.want {
				t.Errorf("got\n%swant\n%s", got, tt.want)
			}
			if _, err := received.Parse(got); err != nil && !tt.trace.Absent {
				t.Errorf("cannot be parsed: %v", err)
			}
		})
	}
}

// A field has its own date, though the one before had nearly the same.
func TestReceivedDates(t *testing.T) {
	form := trace.NewForm(facts(), scenarios.Trace{})
	noon := time.Date(2026, 3, 11, 12, 0, 0, 0, time.UTC)
	for _, d := range []time.Time{
		noon, noon.Add(time.Millisecond), noon.Add(time.Second), noon,
		noon.In(time.FixedZone("", 3600)), noon.In(time.FixedZone("", -3600)), noon,
	} {
		want := d.Format(time.RFC1123Z) + "\r\n"
		if got := form.Received("1", "", d); !strings.HasSuffix(got, want) {
			t.Errorf("got %q, want it to end with %q", got, want)
		}
	}
}

func TestWith(t *testing.T) {
	tls := &trace.TLSFacts{}
	tests := []struct {
		facts                                          trace.Facts
		rfc3848, asClear, asTLS, alwaysSMTP, lowercase string
	}{
		{trace.Facts{}, "SMTP", "SMTP", "SMTP", "SMTP", "smtp"},
		{trace.Facts{TLS: tls, Authenticated: true}, "SMTP", "SMTP", "SMTP", "SMTP", "smtp"},
		{trace.Facts{ESMTP: true}, "ESMTP", "ESMTP", "ESMTPS", "SMTP", "esmtp"},
		{trace.Facts{ESMTP: true, TLS: tls}, "ESMTPS", "ESMTP", "ESMTPS", "SMTP", "esmtps"},
		{trace.Facts{ESMTP: true, Authenticated: true}, "ESMTPA", "ESMTPA", "ESMTPSA", "SMTP", "esmtpa"},
		{trace.Facts{ESMTP: true, TLS: tls, Authenticated: true}, "ESMTPSA", "ESMTPA", "ESMTPSA", "SMTP", "esmtpsa"},
		{trace.Facts{ESMTP: true, UTF8: true}, "UTF8SMTP", "UTF8SMTP", "UTF8SMTPS", "SMTP", "utf8smtp"},
		{trace.Facts{ESMTP: true, UTF8: true, TLS: tls}, "UTF8SMTPS", "UTF8SMTP", "UTF8SMTPS", "SMTP", "utf8smtps"},
		{trace.Facts{ESMTP: true, UTF8: true, Authenticated: true}, "UTF8SMTPA", "UTF8SMTPA", "UTF8SMTPSA", "SMTP", "utf8smtpa"},
		{trace.Facts{ESMTP: true, UTF8: true, TLS: tls, Authenticated: true}, "UTF8SMTPSA", "UTF8SMTPA", "UTF8SMTPSA", "SMTP", "utf8smtpsa"},
	}
	for _, tt := range tests {
		for rule, want := range map[scenarios.With]string{
			"":                      tt.rfc3848,
			scenarios.WithRFC3848:   tt.rfc3848,
			scenarios.WithAsClear:   tt.asClear,
			scenarios.WithAsTLS:     tt.asTLS,
			scenarios.WithSMTP:      tt.alwaysSMTP,
			scenarios.WithLowercase: tt.lowercase,
		} {
			if got := trace.With(tt.facts, rule); got != want {
				t.Errorf("With(%+v, %q) = %s, want %s", tt.facts, rule, got, want)
			}
		}
	}
}

// TestHostileClient holds that a client's words stay where they belong: the
// field is one field, of the same clauses, and shows what was said.
func TestHostileClient(t *testing.T) {
	four, six := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("fe80::1%eth0")
	label := strings.Repeat("a", 63)
	tests := []struct {
		name, helo string
		ip         netip.Addr
		want       string // behind "from"
	}{
		{"address literal", "[192.0.2.7]", four, "[192.0.2.7] ([192.0.2.1])"},
		{"IPv6 address literal", "[IPv6:2001:db8::7]", six, "[IPv6:2001:db8::7] ([IPv6:fe80::1])"},
		{"IPv4 in IPv6", "x", netip.MustParseAddr("::ffff:192.0.2.1"), "x ([192.0.2.1])"},
		{"no address", "client.example", netip.Addr{}, "client.example"},
		{"nothing at all", "", netip.Addr{}, "unknown"},
		{"literal without address", "[192.0.2.7]", netip.Addr{}, "unknown (helo=[192.0.2.7])"},
		{"nothing", "", four, "[192.0.2.1] ([192.0.2.1])"},
		{"line ends", "a\r\nX-Injected: b", four, "[192.0.2.1] ([192.0.2.1]) (helo=a%0D%0AX-Injected:%20b)"},
		{"NUL", "a\x00b", four, "[192.0.2.1] ([192.0.2.1]) (helo=a%00b)"},
		{"parentheses", "a) by evil (", four, "[192.0.2.1] ([192.0.2.1]) (helo=a%29%20by%20evil%20%28)"},
		{"backslash and quotation mark", `a\"`, four, "[192.0.2.1] ([192.0.2.1]) (helo=a%5C%22)"},
		{"semicolon", "a;b", four, "[192.0.2.1] ([192.0.2.1]) (helo=a;b)"},
		{"8 bit", "m\xfcller", four, "[192.0.2.1] ([192.0.2.1]) (helo=m%FCller)"},
		{"UTF-8", "müller.example", four, "[192.0.2.1] ([192.0.2.1]) (helo=m%C3%BCller.example)"},
		{"underscore", "my_host", four, "[192.0.2.1] ([192.0.2.1]) (helo=my_host)"},
		{"empty label", "a..b", four, "[192.0.2.1] ([192.0.2.1]) (helo=a..b)"},
		{"trailing dot", "a.", four, "[192.0.2.1] ([192.0.2.1]) (helo=a.)"},
		{"hyphen first", "-a", four, "[192.0.2.1] ([192.0.2.1]) (helo=-a)"},
		{"literal that is none", "[127.0.0.1.2]", four, "[192.0.2.1] ([192.0.2.1]) (helo=[127.0.0.1.2])"},
		{"literal of the wrong kind", "[IPv6:127.0.0.1]", four, "[192.0.2.1] ([192.0.2.1]) (helo=[IPv6:127.0.0.1])"},
		{"literal with a zone", "[IPv6:fe80::1%a)b]", four, "[192.0.2.1] ([192.0.2.1]) (helo=[IPv6:fe80::1%25a%29b])"},
		{"longest label", label + ".b", four, label + ".b ([192.0.2.1])"},
		{"label too long", label + "a", four, "[192.0.2.1] ([192.0.2.1]) (helo=" + label + "a)"},
		{"4 kB", strings.Repeat("a.", 2048), four, "[192.0.2.1] ([192.0.2.1]) (helo=" + strings.Repeat("a.", 32) + "...)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := facts()
			f.HELO, f.RemoteIP = tt.helo, tt.ip
			field := trace.Received(f, scenarios.Trace{Form: "sendmail"})
			flat := strings.ReplaceAll(field, "\r\n\t", " ")
			want := "Received: from " + tt.want + " by mx.healthy.fakemx.test "
			if !strings.HasPrefix(flat, want) {
				t.Errorf("got  %swant %s", flat, want)
			}
			mustBeSafe(t, field)
		})
	}
}

// TestLeftOut shows what is left out because it has no place in the grammar.
func TestLeftOut(t *testing.T) {
	tests := []struct {
		name     string
		edit     func(*trace.Facts)
		trace    scenarios.Trace
		unwanted string
	}{
		{"id", func(f *trace.Facts) { f.ID = "a b" }, scenarios.Trace{}, " id "},
		{"id too long", func(f *trace.Facts) { f.ID = strings.Repeat("a", 1000) }, scenarios.Trace{}, " id "},
		{"recipient with a line end", func(f *trace.Facts) { f.For = "a@b\r\nX: y" }, scenarios.Trace{}, "for"},
		{"recipient without a domain", func(f *trace.Facts) { f.For = "postmaster" }, scenarios.Trace{}, "for"},
		{"recipient too long", func(f *trace.Facts) { f.For = strings.Repeat("a", 65) + "@b" }, scenarios.Trace{}, "for"},
		{"path too long", func(f *trace.Facts) { f.For = "a@" + strings.Repeat("b.", 126) + "b" }, scenarios.Trace{}, "for"},
		{"recipient open quotes", func(f *trace.Facts) { f.For = `"a\"@b` }, scenarios.Trace{}, "for"},
		{"UTF-8 recipient without SMTPUTF8", func(f *trace.Facts) { f.For = "ü@b" }, scenarios.Trace{}, "for"},
		{"recipient that is not UTF-8", func(f *trace.Facts) { f.For, f.UTF8 = "\xff@b", true }, scenarios.Trace{}, "for"},
		{"escaped UTF-8", func(f *trace.Facts) { f.For, f.UTF8 = "\"\\ü\"@b", true }, scenarios.Trace{}, "for"},
		{"cipher suite", func(f *trace.Facts) { f.TLS.CipherSuite = "a;b" }, scenarios.Trace{TLSClause: true}, "tls"},
		{"cipher suite too long", func(f *trace.Facts) { f.TLS.CipherSuite = strings.Repeat("A", 1000) }, scenarios.Trace{TLSClause: true}, "tls"},
		{"group too long", func(f *trace.Facts) { f.TLS.Group = strings.Repeat("a", 1000) }, scenarios.Trace{TLSClause: true}, "group"},
		{"group", func(f *trace.Facts) { f.TLS.Group = "0x1a1a" }, scenarios.Trace{TLSClause: true}, "group"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := facts()
			tt.edit(&f)
			field := trace.Received(f, tt.trace)
			if strings.Contains(field, tt.unwanted) {
				t.Errorf("unwanted %q in\n%s", tt.unwanted, field)
			}
			mustBeSafe(t, field)
		})
	}
}

// TestRecipient shows the recipients that do have a place in the grammar.
func TestRecipient(t *testing.T) {
	for _, rcpt := range []string{
		"a@b", "a.b+c@d.example", `"a  b"@c`, `"` + strings.Repeat(" ", 62) + `"@c`, `"a;\"b\\"@c`, "a@[192.0.2.1]", "a@[IPv6:::1]", "ü@müller.example",
	} {
		f := facts()
		f.For, f.UTF8 = rcpt, true
		field := trace.Received(f, scenarios.Trace{})
		if got := mustBeSafe(t, field).For; got != "<"+rcpt+">" {
			t.Errorf("got %s, want <%s> in\n%s", got, rcpt, field)
		}
	}
}

// TestFold shows the longest line that is not split, and the next.
func TestFold(t *testing.T) {
	const room = 78 - len("\tby  with ESMTPS id A1B2C3")
	for length, want := range map[int]string{room: " id A1B2C3\r\n", room + 1: " id\r\n\tA1B2C3\r\n"} {
		f := facts()
		f.Hostname = strings.Repeat("a.", length)[:length-1] + "b"
		field := trace.Received(f, scenarios.Trace{Form: scenarios.TraceSendmail})
		if !strings.Contains(field, want) {
			t.Errorf("no %q in\n%s", want, field)
		}
		mustBeSafe(t, field)
	}
}

func TestPeerNames(t *testing.T) {
	for hostname, want := range map[string]string{
		"mx.example":  "by mx.example with",
		"[127.0.0.1]": "by [127.0.0.1] ([127.0.0.1]) with",
		"mx 1":        "by unknown (name=mx%201) with",
	} {
		f := facts()
		f.Hostname = hostname
		field := trace.Received(f, scenarios.Trace{})
		if !strings.Contains(field, want) {
			t.Errorf("no %q in\n%s", want, field)
		}
		mustBeSafe(t, field)
	}
}

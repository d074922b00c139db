package logs

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/internal/maillog"
)

const (
	failed    = "Aug 15 07:10:15 mx sendmail[28450]: STARTTLS=client, relay=mx.b.test., version=TLSv1.2, verify=FAIL, cipher=AES128-SHA, bits=128/128\n"
	expired   = "Aug 15 07:10:15 mx sendmail[28450]: STARTTLS=client, cert-subject=/CN=a, cert-issuer=/CN=b, verifymsg=certificate has expired\n"
	sent      = "Aug 15 07:10:16 mx sendmail[28450]: u7F7AGxx028450: to=<a@b.test>, delay=00:00:00, mailer=esmtp, relay=mx.b.test. [192.0.2.1], dsn=2.0.0, stat=Sent (ok)\n"
	unknown   = "Aug 15 07:10:16 mx sendmail[28450]: u7F7AGxx028450: to=<a@b.test>, delay=00:00:00, mailer=esmtp, relay=mx.b.test. [192.0.2.1], dsn=5.1.1, stat=User unknown\n"
	eximClear = "2024-11-12 10:00:00 1tAbCd-000000001AB-0001 => a@b.test R=dnslookup T=remote_smtp H=mx.b.test [192.0.2.1] C=\"250 ok\"\n"
	eximTLS   = "2024-11-12 10:00:00 1tAbCd-000000001AB-0002 => a@b.test R=dnslookup T=remote_smtp H=mx.b.test [192.0.2.1] X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=yes C=\"250 ok\"\n"
	local     = "2024-11-12 10:00:00 1tAbCd-000000001AB-0003 => ann <ann@b.test> R=local_user T=mail_spool\n"
	dropped   = "2024-11-12 10:00:01 1tAbCd-000000001AB-0004 TLS session: (gnutls_handshake): rxd alert: Handshake failed: delivering unencrypted to H=mx.b.test [192.0.2.1] (not in hosts_require_tls)\n" +
		"2024-11-12 10:00:02 1tAbCd-000000001AB-0004 => a@b.test R=dnslookup T=remote_smtp H=mx.b.test [192.0.2.1] C=\"250 ok\"\n"
)

func TestSummaries(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ log, want string }{
		"nothing":     {"", "0 lines: no TLS failure"},
		"no mailer's": {"It was a dark and stormy night.\n", "1 line: no TLS failure; 1 line not understood"},
		"one story":   {failed + expired + sent, "3 lines: 1 failure of 1 kind with 1 host, first at Aug 15 07:10:15; 1 delivery, of these 0 in clear"},
		"two of a kind": {failed + expired + sent + failed + expired + sent,
			"6 lines: 2 failures of 1 kind with 1 host, first at Aug 15 07:10:15; 2 deliveries, of these 0 in clear"},
		"in clear and in TLS":          {eximClear + eximTLS + local, "3 lines: no TLS failure; 2 deliveries, of these 1 in clear"},
		"where nothing is told of TLS": {sent, "1 line: no TLS failure; 1 delivery"},
		"a field":                      {"Received: from a by b with ESMTPS; now\n", "1 line: no TLS failure; 1 Received field"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if r, _ := readReport(test.log); r.Summary != test.want {
				t.Errorf("got %q, want %q", r.Summary, test.want)
			}
		})
	}
}

func TestWhatBecameOfTheMessage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ log, want string }{
		"delivered":             {failed + expired + sent, "; the message was delivered anyway"},
		"twice":                 {failed + expired + sent + failed + expired + sent, "; the message was delivered anyway"},
		"in clear":              {dropped, "; the message was sent in clear"},
		"for another reason":    {failed + expired + unknown, "; the message bounced, for another reason (user-unknown)"},
		"now this and now that": {failed + expired + sent + failed + expired + unknown, "; 1 time the message was delivered anyway, 1 time the message bounced, for another reason (user-unknown)"},
		"nothing is told":       {failed + expired, ""},
		"by a client":           {"s-nail:   err 10: certificate has expired\ns-nail: ... message not sent\n", "; the message was not sent"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, _ := readReport(test.log)
			if len(r.Groups) != 1 {
				t.Fatalf("%d kinds of failure, want 1", len(r.Groups))
			}
			if got := r.Groups[0].became(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestHintsAreForThoseWhoWroteTheLog(t *testing.T) {
	t.Parallel()
	const server = "sendmail confLOG_LEVEL 14"
	for name, test := range map[string]struct{ log, want string }{
		"a server":        {sent, server},
		"two servers":     {sent + eximTLS, server + "; Exim log_selector +tls_cipher +tls_certificate_verified"},
		"s-nail":          {"s-nail: SMTP server: 550 5.1.1 User unknown\ns-nail: ... message not sent\n", "s-nail -v -v"},
		"mutt":            {"SMTP session failed: 550 5.1.1 User unknown\nCould not send the message.\n", "mutt -d 2, which writes ~/.muttdebug0, if it was built with debugging"},
		"Ruby":            {"smtp.rb:1059:in `check_response': 550 5.1.1 User unknown (Net::SMTPFatalError)\n", "Net::SMTP of Ruby, set_debug_output($stderr)"},
		"Ruby's dialogue": {"Connection opened: mx.b.test:25\n-> \"220 mx.b.test ESMTP\\r\\n\"\n", "Net::SMTP of Ruby, set_debug_output($stderr)"},
		"Perl": {"unable to establish SMTP connection to mx.b.test port 25\n",
			"Net::SMTP of Perl, Debug => 1, and IO::Socket::SSL, perl -MIO::Socket::SSL=debug3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, _ := readReport(test.log)
			if got, want := r.nothing(), "may show more: "+test.want+"."; !strings.HasSuffix(got, want) || len(r.Groups) != 0 {
				t.Errorf("got %q, want %q at its end", got, want)
			}
		})
	}
	r, _ := readReport("It was a dark and stormy night.\n")
	if got := r.nothing(); strings.Contains(got, "sendmail") || !strings.Contains(got, "--verbose") {
		t.Errorf("of nobody's log: %q", got)
	}
}

// However many kinds and hosts there are, the report keeps some of them and
// counts all.
func TestReportsAreBounded(t *testing.T) {
	t.Parallel()
	r := newReport(func(maillog.Event) {}, func(*report, *group) {})
	for i := range maxLogGroups + 3 {
		r.failed(maillog.Failure{Event: maillog.Event{
			Class: maillog.Fault, Side: maillog.Client, Reason: maillog.Expired, Dialect: fmt.Sprint(i), Peer: fmt.Sprintf("mx%d.test", i),
		}})
	}
	for i := range 2 * maxLogHosts {
		r.failed(maillog.Failure{Event: maillog.Event{Class: maillog.Fault, Reason: maillog.Expired, Side: maillog.Client, Dialect: "0", Peer: fmt.Sprintf("mx%d.test", i)}})
	}
	r.conclude()
	if len(r.Groups) != maxLogGroups || r.Omitted != 3 || r.Failures != maxLogGroups+3+2*maxLogHosts || len(r.Groups[0].Hosts) != maxLogHosts {
		t.Errorf("%d kinds, %d left out of %d, %d hosts", len(r.Groups), r.Omitted, r.Failures, len(r.Groups[0].Hosts))
	}
}

func TestEveryFaultHasWordsForPeople(t *testing.T) {
	t.Parallel()
	for _, reason := range maillog.Reasons(maillog.Fault) {
		if text := reasonsInWords[reason]; text == "" || strings.HasSuffix(text, ".") {
			t.Errorf("%s means %q, want words without a full stop", reason, text)
		}
	}
}

func TestReceivedFieldsAreJudged(t *testing.T) {
	t.Parallel()
	r, _ := readReport("Received: from c by b (Exim 4.96) with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384\n\t(envelope-from <a@b.test>) id 1qK9wn-000VjD-0A; Fri, 14 Jul 2023 06:58:28 +0000\n" +
		"Received: from a by c with ESMTP (version=TLS1.3 cipher=TLS_AES_256_GCM_SHA384); Fri, 14 Jul 2023 06:58:27 +0000\nSubject: x\n")
	var got []string
	for _, h := range r.Received {
		got = append(got, fmt.Sprintf("%d %s %s %s", h.At, h.Protocol, h.TLS, h.Word))
	}
	want := "3 ESMTP yes downgraded\n1 ESMTPS yes habit"
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
	if len(r.Groups) != 1 || r.Groups[0].Suspects[0].Name != "received-downgraded" {
		t.Errorf("got %v, want received-downgraded", r.Groups)
	}
}

package maillog

import (
	"strings"
	"testing"
)

// A lineTest is a line whose format is that of a call in a daemon's source, and
// what it says: class, side, stage and reason, with "-" for none.
type lineTest struct{ line, want string }

func (l lineTest) run(t *testing.T, tag string) {
	t.Helper()
	got := Read(1, tag+l.line)
	fields := []string{string(got.Class), string(got.Side), string(got.Stage), string(got.Reason)}
	for i, field := range fields {
		if field == "" {
			fields[i] = "-"
		}
	}
	if is := strings.Join(fields, " "); is != l.want {
		t.Errorf("%s\n    is %s (%q), want %s", tag+l.line, is, got.Says, l.want)
	}
}

// The formats are those of Postfix 2.3 to 3.11: src/smtp, src/tls.
var postfixClientLines = []lineTest{
	{"setting up TLS connection to mx.example.test[192.0.2.25]:25", "other client - chatter"},
	{"TLS connection established to mx.example.test[192.0.2.25]:25: TLSv1 with cipher DHE-RSA-AES256-SHA (256/256 bits)", "other client handshake tls-established"},
	{"Anonymous TLS connection established to mx.example.test[192.0.2.25]:25: TLSv1 with cipher ADH-AES256-SHA (256/256 bits)", "harmless client handshake no-certificate"},
	{"certificate peer name verification failed for mx.example.test: CommonName mis-match: other.example.test", "fault client verify host-mismatch"},
	{"certificate verification failed for mx.example.test:num=20:unable to get local issuer certificate", "fault client verify issuer-unknown"},
	{"certificate verification failed for mx.example.test[192.0.2.25]:25: not trusted by local or DANE policy", "fault client verify not-verified"},
	{"certificate verification failed for mx.example.test[192.0.2.25]:25: untrusted issuer /O=certificate has expired/CN=a", "fault client verify issuer-unknown"},
	{"Unverified: subject_CN=mx.example.test, issuer=a", "fault client verify not-verified"},
	{"Server certificate could not be verified for mx.example.test: ", "fault client verify not-verified"},
	{"4A1B2C3D53: Server certificate not trusted", "fault client verify not-verified"},
	{"warning: mx.example.test: all TLSA records unusable, fallback to encrypt", "fault client verify tlsa-unusable"},
	{"mx.example.test[192.0.2.25]:25: depth=1 verify=0 subject=/CN=certificate has expired", "other client - chatter"},
	{"4A1B2C3D53: lost connection with mx.example.test[192.0.2.25] while performing the EHLO handshake", "fault client ehlo connection-closed"},
	{"4A1B2C3D53: conversation with mx.example.test[192.0.2.25] timed out while receiving the STARTTLS response", "fault client starttls reply-timeout"},
	{"4A1B2C3D53: conversation with mx.example.test[192.0.2.25] timed out while sending end of data -- message may be sent more than once", "other client data reply-timeout"},
	{"4A1B2C3D53: host mx.example.test[192.0.2.25] refused to talk to me: 421 4.7.0 Too many connections", "other client greeting rate-limited"},
	{"4A1B2C3D53: host mx.example.test[192.0.2.25] refused to talk to me: 554 No SMTP service here", "fault client greeting greeting-refused"},
	{"4A1B2C3D53: host mx.certificate-expired.test[192.0.2.25] said: 550 5.1.1 <certificate.has.expired@example.test>: no (in reply to RCPT TO command)", "other client rcpt user-unknown"},
	{"4A1B2C3D53: host mx.example.test[192.0.2.25] said: 451 <greylisted@example.test>: Temporary lookup failure (in reply to RCPT TO command)", "other client rcpt smtp-rejected"},
	{"TLSRPT: status=failure, domain=example.test, receiving_mx=mx.example.test[192.0.2.25], failure_type=validation_failure, failure_reason=unable_to_get_local_issuer_certificate", "fault client verify issuer-unknown"},
	{"TLSRPT: status=failure, domain=example.test, receiving_mx=mx.example.test[192.0.2.25], failure_type=starttls_not_supported", "fault client starttls starttls-not-offered"},
	{"cannot load Certificate Authority data", "fault own verify own-trust-store-empty"},
	{"warning: host mx.example.test[192.0.2.25] greeted me with my own hostname mail.example.test", "other client - chatter"},
	{"SSL3 alert read:fatal:handshake failure", "fault client handshake alert-handshake-failure"},
}

func TestPostfixClientLines(t *testing.T) {
	t.Parallel()
	for _, l := range postfixClientLines {
		l.run(t, "Nov 12 09:20:11 mail postfix/smtp[120]: ")
		l.run(t, "postfix  | 2026-11-12T09:20:11.171226+00:00 INFO    postfix-out/smtp[138]: ")
	}
}

// The formats are those of src/smtpd, src/postscreen and src/tlsproxy.
var postfixServerLines = []lineTest{
	{"SSL3 alert read:fatal:unknown CA", "fault own handshake own-certificate-refused"},
	{"timeout after STARTTLS from unknown[192.0.2.7]", "harmless server handshake handshake-timeout"},
	{"warning: TLS SNI mx.example.test from client.example.test[192.0.2.1] not matched, using default chain", "harmless server handshake chatter"},
	{"warning: TLS library problem: error:0200100D:system library:fopen:Permission denied:bss_file.c:406:fopen('/etc/ssl/private/mail.key','r'):", "fault own handshake own-certificate-unreadable"},
	{"warning: Wrapper-mode request dropped from unknown[192.0.2.2] for service smtps.", "fault own connect own-configuration"},
	{"NOQUEUE: reject: CONNECT from client.example.test[192.0.2.1]: 554 5.7.1 <client.example.test[192.0.2.1]>: Client host rejected: Access denied; proto=SMTP", "other server connect policy-rejected"},
	{"NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 554 5.7.1 <a@example.test>: Relay access denied; from=<greylisted@example.test> to=<a@example.test> proto=ESMTP helo=<spf>", "other server rcpt relay-denied"},
	{"NOQUEUE: reject: CONNECT from [192.0.2.1]:1234: too many connections", "other server connect rate-limited"},
	{"warning: SASL: Connect to private/auth failed: No such file or directory", "other own - local-failure"},
	{"warning: connect to Milter service inet:localhost:8891: Connection refused", "other own - local-failure"},
	{"fatal: no SASL authentication mechanisms", "other own - local-failure"},
	{"warning: SASL authentication failure: Password verification failed", "other server auth auth-failed"},
	{"warning: New TLS session rate limit exceeded: 11 from unknown[192.0.2.1] for service smtp", "fault server starttls rate-limited"},
	{"NOQUEUE: abort: TLS from unknown[192.0.2.1]: Client certificate not trusted", "fault server verify not-verified"},
}

func TestPostfixServerLines(t *testing.T) {
	t.Parallel()
	for _, l := range postfixServerLines {
		l.run(t, "Nov 12 09:20:11 mail postfix/smtpd[121]: ")
		l.run(t, "Nov 12 09:20:11 mail postfix/submission/smtpd[121]: ")
	}
}

// deliveries gives the deliveries of a log in a few words each.
func deliveries(text string) string {
	var all []string
	log := NewLog(func(ev Event) {
		if ev.Outcome == "" {
			return
		}
		how := "?"
		if ev.InTLS {
			how = "tls"
		} else if ev.InClear {
			how = "clear"
		}
		all = append(all, string(ev.Outcome)+" "+how+" "+ev.Peer)
	}, nil)
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		log.Add(i+1, line)
	}
	log.Flush()
	return strings.Join(all, ", ")
}

func TestPostfixTellsHowAMessageWent(t *testing.T) {
	t.Parallel()
	const tag, to, sent = "Nov 12 09:20:11 mail postfix/smtp[120]: ", "4A1B2C3D53: to=<a@example.test>, relay=", ", delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (250 2.0.0 Ok)"
	const trusted = tag + "Trusted TLS connection established to mx.example.test[192.0.2.25]:25: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)\n"
	const failed = tag + "SSL_connect error to mx.example.test[192.0.2.25]:25: -1\n" + tag + "4A1B2C3D53: Cannot start TLS: handshake failure\n"
	const delivered = tag + to + "mx.example.test[192.0.2.25]:25" + sent + "\n"
	for name, test := range map[string]struct{ log, want string }{
		"in TLS":                 {trusted + delivered, "sent tls mx.example.test"},
		"reused":                 {trusted + delivered + delivered, "sent tls mx.example.test, sent tls mx.example.test"},
		"nothing told":           {delivered, "sent ? mx.example.test"},
		"in clear after failure": {failed + delivered, "sent clear mx.example.test"},
		"failed the second time": {trusted + delivered + failed + delivered, "sent tls mx.example.test, sent clear mx.example.test"},
		"another server":         {trusted + tag + to + "mx2.example.test[192.0.2.26]:25" + sent, "sent ? mx2.example.test"},
		"field tls, less":        {tag + to + "mx.example.test[192.0.2.25]:25, tls=may:none" + sent, "sent clear mx.example.test"},
		"field tls":              {tag + to + "mx.example.test[192.0.2.25]:25, tls=dane" + sent, "sent tls mx.example.test"},
		"to a mailbox":           {"Nov 12 09:20:11 mail postfix/local[121]: " + to + "local" + sent, ""},
		"to a socket":            {"Nov 12 09:20:11 mail postfix/lmtp[121]: " + to + "mail[private/dovecot-lmtp]" + sent, ""},
	} {
		if got := deliveries(test.log); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

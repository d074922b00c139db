package maillog

import "testing"

// The formats are those of Exim's src/tls-gnu.c, tls-openssl.c, transports/smtp.c,
// smtp_in.c, deliver.c and daemon.c, 4.6 to 4.98, filled in; many of the lines
// stand so in its test suite (test/log, test/paniclog, test/rejectlog).
func TestEximFormats(t *testing.T) {
	t.Parallel()
	const (
		at = "2024-11-12 10:00:00 "
		id = at + "1tAbCd-000000001AB-0001 "
		to = id + "== a@example.test R=dnslookup T=remote_smtp defer (-37) H=mx.example.test [192.0.2.9]: "
	)
	for _, r := range []reading{
		{to + "TLS session: (certificate verification failed)", Fault, Client, Verify, HostMismatch},
		{to + "TLS session: (gnutls_handshake): The TLS connection was non-properly terminated.", Fault, Client, Handshake, HandshakeClosed},
		{to + "TLS session: (gnutls_handshake): Error in the pull function.", Fault, Client, Handshake, HandshakeReset},
		{to + "TLS session: (tls lib connect fn): timed out", Fault, Client, Handshake, HandshakeTimeout},
		{to + "TLS session: error on first read", Fault, Client, Handshake, HandshakeFailed},
		{to + "TLS session: (SSL_CTX_use_PrivateKey_file file=/etc/exim4/exim.key): error:0480006C:PEM routines::no start line", Fault, Own, "", OwnCertificateUnreadable},
		{to + "TLS session: (SSL_CTX_load_verify_locations): error:80000002:system library::No such file or directory", Fault, Own, "", OwnTrustStoreEmpty},
		{to + "SMTP error from remote mail server after STARTTLS: 450 temp problem", Fault, Client, STARTTLS, STARTTLSRefused},
		{to + "SMTP error from remote mail server after initial connection: 421 4.7.0 Too many connections", Other, Client, Greeting, RateLimited},
		{to + "SMTP error from remote mail server after initial connection: 451 host deferred", Fault, Client, Greeting, GreetingBusy},
		{to + "SMTP error from remote mail server after EHLO mail.example.test: 550 No", Fault, Client, EHLO, EHLORefused},
		{to + "SMTP error from remote mail server after MAIL FROM:<b@example.test> SIZE=1: 530 5.7.0 Must issue a STARTTLS command first", Fault, Client, Mail, TLSDemanded},
		{to + "SMTP error from remote mail server after RCPT TO:<a@example.test>: host mx.example.test [192.0.2.9]: 550 5.1.1 User unknown", Other, Client, Rcpt, UserUnknown},
		{to + "SMTP timeout while connected to mx.example.test [192.0.2.9] after end of data (842 bytes written): Connection timed out", Fault, Client, Data, ReplyTimeout},
		{to + "Malformed SMTP reply from mx.example.test [192.0.2.9] in response to RCPT TO:<a@example.test>: hello", Fault, Client, Rcpt, MalformedReply},
		{to + "Remote host mx.example.test [192.0.2.9] closed connection in response to EHLO mail.example.test", Fault, Client, EHLO, ConnectionClosed},
		{to + "Remote host closed connection in response to TLS-on-connect", Fault, Client, Handshake, HandshakeClosed},
		{id + "== a@example.test R=dnslookup T=remote_smtp defer (-38): a TLS session is required for mx.example.test [192.0.2.9], but the server did not offer TLS support", Fault, Client, STARTTLS, STARTTLSNotOffered},
		{id + "== a@example.test R=dnslookup T=remote_smtp defer (-37): failure while setting up TLS session", Fault, Client, Handshake, HandshakeFailed},
		{id + "TLS error on connection to mx.example.test [192.0.2.9] (gnutls_handshake): A TLS packet with unexpected length was received.", Fault, Client, Handshake, NotTLS},
		{id + "DANE attempt failed; TLS connection to mx.example.test [192.0.2.9]: (gnutls_handshake): rxd alert: Handshake failed", Fault, Client, Handshake, AlertHandshakeFailure},
		{id + "DANE attempt failed; TLS connection to mx.example.test [192.0.2.9]: (certificate verification failed): The certificate differs.", Fault, Client, Verify, DANE},
		{id + "DANE attempt failed; TLS connection to mx.example.test [192.0.2.9]: (SSL_connect) Server certificate revoked", Fault, Client, Verify, Revoked},
		{id + "H=mx.example.test [192.0.2.9] TLS error on connection (recv): A TLS fatal alert has been received: Certificate is required", Fault, Client, Handshake, AlertCertificateRequired},
		{id + "** a@example.test: retry timeout exceeded", Other, Client, "", Chatter},
		{id + "** a@example.test R=dnslookup T=remote_smtp: all hosts for 'example.test' have been failing for a long time and were last tried after this message arrived", Other, Client, "", Chatter},
		{id + "** alice <alice@example.test> R=local_user T=mail_spool: mailbox is full (MTA-imposed quota exceeded while writing to /var/mail/alice)", Other, "", "", MailboxFull},
		{id + "== |/usr/bin/certificate-has-expired <a@example.test> R=system_aliases T=address_pipe defer (0): Child process of address_pipe transport returned 75", Other, "", "", LocalFailure},
		{id + "=> a@example.test R=dnslookup T=remote_smtp H=mx.example.test [192.0.2.9]:25 I=[192.0.2.1]:40000 X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=no DN=\"CN=mx.example.test\" C=\"250 OK\"", Fault, Client, Verify, NotVerified},
		{id + "=> a@example.test R=dnslookup T=remote_smtp H=mx.example.test [192.0.2.9]* X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=no C=\"250 OK\"", Other, Client, Data, Delivered},
		{id + ">> a@example.test R=dnslookup T=remote_smtp H=mx.example.test [192.0.2.9] C=\"250 OK\"", Other, Client, Data, DeliveredInClear},
		{id + "*> a@example.test R=dnslookup T=remote_smtp H=mx.example.test [192.0.2.9]", Other, "", Data, Delivered},
		{id + "DKIM: d=example.test s=sel c=relaxed/relaxed a=rsa-sha256 b=2048 [verification failed - body hash mismatch (body probably modified in transit)]", Other, Server, "", Chatter},
		{at + "TLS error on connection from client.example.test [192.0.2.7] (SSL_accept): syscall: Connection reset by peer", Harmless, Server, Handshake, HandshakeReset},
		{at + "TLS error on connection from client.example.test (client) [192.0.2.7]:51234 I=[192.0.2.1]:25 (gnutls_handshake): The TLS connection was non-properly terminated.", Harmless, Server, Handshake, HandshakeClosed},
		{at + "[77] TLS error on connection from [192.0.2.7] (gnutls_handshake): No supported cipher suites have been found.", Fault, Server, Handshake, NoSharedCipher},
		{at + "TLS error on connection from [192.0.2.7] (recv): A TLS fatal alert has been received: Unknown certificate", Fault, Own, "", OwnCertificateRefused},
		{at + "TLS error on connection from [192.0.2.7] (SSL_accept): error:14094416:SSL routines:ssl3_read_bytes:sslv3 alert certificate unknown", Fault, Own, "", OwnCertificateRefused},
		{at + "TLS error (SSL_read): on connection from client.example.test [192.0.2.7] error:0A000126:SSL routines::unexpected eof while reading", Harmless, Server, "", NoCloseNotify},
		{at + "TLS recv error on connection from client.example.test [192.0.2.7]: A TLS packet with unexpected length was received.", Harmless, Server, Handshake, NotTLS},
		{id + "TLS send error on connection to mx.example.test [192.0.2.9]: The specified session has been invalidated for some reason.", Fault, Client, "", HandshakeFailed},
		{at + "SSL verify error: depth=0 error=certificate has expired cert=/CN=client.example.test", Harmless, Server, Verify, Expired},
		{at + "[192.0.2.7] SSL verify error: depth=0 error=self-signed certificate cert=/CN=client.example.test", Harmless, Server, Verify, SelfSigned},
		{at + `SMTP syntax error in "\026\003\001\002" H=[192.0.2.7] NUL character(s) present (shown as '?')`, Harmless, Server, Handshake, NotTLS},
		{at + "H=client.example.test [192.0.2.7] F=<b@example.test> temporarily rejected RCPT <expired@example.test>: greylisted", Other, Server, Rcpt, Greylisted},
		{at + "H=(client) [192.0.2.7] X=TLS1.2:ECDHE-RSA-AES256-GCM-SHA384:256 CV=no F=<b@example.test> rejected RCPT <a@example.test>: a TLS session is required", Other, Server, Rcpt, PolicyRejected},
		{at + "(gnutls_priority_init(NORMAL:nosuch) failed at offset 7): The request is invalid.", Fault, Own, "", OwnConfiguration},
		{at + "TLS error on connection from [192.0.2.7] (gnutls_dh_params_import_pkcs3): Base64 unexpected header error.", Fault, Own, "", OwnConfiguration},
		{at + "Connection from [192.0.2.7] refused: too many connections from that IP address", Other, Server, Connect, RateLimited},
		{"Envelope-from: <certificate-has-expired@example.test>", Other, "", "", Chatter},
		{"  Subject: your certificate has expired", Other, "", "", Chatter},
		{"F From: TLS handshake failed <b@example.test>", Other, "", "", Chatter},
		{at + "login authenticator failed H=mx.example.test [192.0.2.9] 535 no", Other, Client, Auth, AuthFailed},
	} {
		r.check(t)
	}
}

// What is delivered to this host is no delivery to another one.
func TestEximOutcomes(t *testing.T) {
	t.Parallel()
	const id = "2024-11-12 10:00:00 1tAbCd-00001A-01 "
	for _, want := range []struct {
		line           string
		outcome        Outcome
		inTLS, inClear bool
	}{
		{id + "=> alice <alice@example.test> R=local_user T=mail_spool", "", false, false},
		{id + "=> /var/mail/x <alice@example.test> R=userforward T=address_file", "", false, false},
		{id + "-> a@example.test R=dnslookup T=remote_smtp H=mx.example.test [192.0.2.9] X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=yes", Sent, true, false},
		{id + "=> a@example.test R=smarthost T=remote_smtp_smarthost H=mx.example.test [2001:db8::9]:587 C=\"250 OK\"", Sent, false, true},
		{id + "** a@example.test R=dnslookup T=remote_smtp H=mx.example.test [192.0.2.9] X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=yes: SMTP error from remote mail server after RCPT TO:<a@example.test>: 550 no", Bounced, true, false},
		{id + "<= b@example.test H=client.example.test [192.0.2.7] P=esmtp S=842", Accepted, false, true},
		{id + "<= b@example.test U=root P=local S=842", Accepted, false, false},
	} {
		got := Read(1, want.line)
		if got.Outcome != want.outcome || got.InTLS != want.inTLS || got.InClear != want.inClear {
			t.Errorf("%s\n    is %q, TLS %v, clear %v", want.line, got.Outcome, got.InTLS, got.InClear)
		}
	}
}

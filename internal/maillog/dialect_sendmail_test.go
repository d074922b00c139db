package maillog

import "testing"

// A reading is a line and what it says: class, side, stage and reason.
type reading struct {
	line   string
	class  Class
	side   Side
	stage  Stage
	reason Reason
}

// check reads each line by itself. Without a stage in the table, any will do.
func (r reading) check(t *testing.T) {
	t.Helper()
	got := Read(1, r.line)
	if got.Class != r.class || got.Side != r.side || r.stage != "" && got.Stage != r.stage || got.Reason != r.reason {
		t.Errorf("%s\n    is %s %s %s %s (%q), want %s %s %s %s", r.line, got.Class, got.Side, got.Stage, got.Reason, got.Says, r.class, r.side, r.stage, r.reason)
	}
}

// The formats are those of the log calls in sendmail/tls.c, sfsasl.c, deliver.c,
// srvrsmtp.c, util.c, milter.c and of cf/m4/proto.m4, 8.11 to 8.18, filled in.
func TestSendmailFormats(t *testing.T) {
	t.Parallel()
	const tag = "Nov 12 10:00:00 mail sm-mta[100]: "
	for _, r := range []reading{
		{"STARTTLS=client, error: connect failed=-1, SSL_error=5, timedout=1", Fault, Client, Handshake, HandshakeTimeout},
		{"STARTTLS=client, error: connect failed=-1, SSL_error=1, timedout=0", Fault, Client, Handshake, HandshakeFailed},
		{"STARTTLS=client, error: connect failed=-1, reason=unknown, SSL_error=2, errno=0, retry=0", Fault, Client, Handshake, HandshakeTimeout},
		{"STARTTLS=client, error: connect failed=-1, reason=unexpected eof while reading, SSL_error=1, errno=0, retry=-1", Fault, Client, Handshake, HandshakeClosed},
		{"STARTTLS=server, error: accept failed=0, SSL_error=1, timedout=0, errno=0", Harmless, Server, Handshake, HandshakeFailed},
		{"STARTTLS=server: 2220:error:1408A0C1:SSL routines:SSL3_GET_CLIENT_HELLO:no shared cipher:s3_srvr.c:1404:", Fault, Server, Handshake, NoSharedCipher},
		{"STARTTLS=client: error:0A000197:SSL routines::shutdown while in init:../ssl/ssl_lib.c:2810:", Harmless, Client, "", Chatter},
		{"STARTTLS=client, relay=mx.example.test., version=TLSv1.3, verify=TRUSTED, cipher=TLS_AES_256_GCM_SHA384, bits=256/256", Other, Client, Verify, TLSVerified},
		{"STARTTLS=client, relay=mx.example.test., version=TLSv1.2, verify=NO, cipher=ADH-AES256-SHA, bits=256/256", Fault, Client, Verify, NoCertificate},
		{"STARTTLS=client, relay=mx.example.test., version=TLSv1.3, verify=DANE_FAIL, cipher=TLS_AES_256_GCM_SHA384, bits=256/256", Fault, Client, Verify, DANE},
		{"STARTTLS=server, relay=client.example.test [192.0.2.7], version=TLSv1/SSLv3, verify=FAIL, cipher=AES128-SHA, bits=128/128", Harmless, Server, Verify, NotVerified},
		{"STARTTLS=client, relay=mx.example.test., field=cn_issuer, status=failed to extract CN", Harmless, Client, Verify, NoNames},
		{"STARTTLS=client, relay=mx.example.test., field=AltName, status=value contains non IA5", Fault, Client, Verify, MalformedCertificate},
		{"STARTTLS=client, relay=mx.example.test., AltName=mx.example.test", Other, Client, "", Chatter},
		{"STARTTLS=client, relay=mx.example.test., tlsstate=1, status=trying_again", Other, Client, "", Chatter},
		{"STARTTLS=client, host=mx.example.test, SSL_set_tlsext_host_name=1", Other, Client, "", Chatter},
		{"STARTTLS=client, relay=mx.example.test., warning=DANE configured in DNS but STARTTLS failed", Fault, Client, Handshake, HandshakeFailed},
		{"STARTTLS=server, error: illegal value 'z' for DHParameters", Fault, Own, "", OwnConfiguration},
		{"STARTTLS=server, error: SSL_CTX_set_ciphersuites(X) failed, suites ignored", Fault, Own, "", OwnConfiguration},
		{"STARTTLS=server, init=0", Fault, Own, "", OwnConfiguration},
		{"STARTTLS=init, CertFingerprintAlgorithm=md4, status=invalid", Fault, Own, "", OwnConfiguration},
		{"STARTTLS=client, get_tls_se_features=failed, ret=-1", Fault, Own, "", OwnConfiguration},
		{"STARTTLS: Warning: random number generator not properly seeded", Fault, Own, "", OwnConfiguration},
		{"STARTTLS: SSL3 alert read:fatal:unknown CA", Fault, Own, "", OwnCertificateRefused},
		{"STARTTLS: SSL_connect:SSL negotiation finished successfully", Other, "", "", Chatter},
		{"STARTTLS=read, info: fds=10/9, err=2", Other, "", "", Chatter},
		{"STARTTLS: read error=syscall error (-1), errno=104, get_error=error:00000000:lib(0)::reason(0), retry=99, ssl_err=5", Fault, "", "", ConnectionReset},
		{"STARTTLS: write error=generic SSL error (-1), errno=9, get_error=error:80000009:system library::Bad file descriptor, retry=99, ssl_err=1", Harmless, "", "", Chatter},
		{"TLSA=_25._tcp.mx.example.test, len=2, status=bogus", Fault, Client, Verify, DNSSECInvalid},
		{"4ACB057x002506: ruleset=tls_rcpt, arg1=a@example.test, relay=mx.example.test, reject=450 4.7.0 mx.example.test not listed in SANs", Fault, Client, Verify, MTASTS},
		{"ruleset=tls_server, arg1=CONFIG, relay=mx.example.test, reject=454 4.7.0 STARTTLS temporarily not possible.", Fault, Own, "", OwnConfiguration},
		{"ruleset=tls_server, arg1=DANE_NOTLS, relay=mx.example.test, reject=554 5.7.0 DANE: missing STARTTLS.", Fault, Client, STARTTLS, STARTTLSNotOffered},
		{"ruleset=tls_server, arg1=NONE, relay=mx.example.test, reject=503 5.7.0 other side does not support STARTTLS", Fault, Client, STARTTLS, STARTTLSNotOffered},
		{"ruleset=tls_server, arg1=NOT, relay=mx.example.test, reject=454 4.7.0 no authentication requested", Fault, Client, Verify, NoCertificate},
		{"ruleset=tls_client, arg1=FAIL, relay=client.example.test [192.0.2.7], reject=403 4.7.0 authentication failed", Harmless, Server, Verify, NotVerified},
		{"ruleset=try_tls, arg1=mx.example.test, relay=mx.example.test, reject=550 5.7.1 do not try TLS with mx.example.test [192.0.2.1]", Other, Client, "", Chatter},
		{"4ACB057x002507: to=<a@example.test>, delay=00:00:01, mailer=esmtp, pri=1, relay=mx.example.test. [192.0.2.1], dsn=4.7.0, stat=Deferred: 454 4.7.0 CN BadCertificateUnknown does not match mx.example.test", Fault, Client, Verify, NoNames},
		{"4ACB057x002508: to=<a@example.test>, delay=00:00:01, mailer=esmtp, pri=1, relay=mx.example.test. [192.0.2.1], dsn=5.0.0, reply=535 5.7.8 authentication failed, stat=Service unavailable", Other, Client, Auth, AuthFailed},
		{"4ACB057x002509: to=<tls@example.test>, delay=00:00:01, mailer=esmtp, pri=1, relay=expired.example.test. [192.0.2.1], dsn=2.0.0, stat=Sent (certificate has expired)", Other, Client, Data, Delivered},
		{"4ACB057x002510: to=alice, delay=00:00:01, mailer=local, pri=1, dsn=2.0.0, stat=Sent", Other, "", Data, Delivered},
		{"4ACB057x002511: to=alice, delay=00:00:01, mailer=local, pri=1, dsn=5.2.2, stat=Can't create output: mailbox full", Other, "", "", MailboxFull},
		{"4ACB057x002512: to=<a@example.test>, delay=00:00:01, mailer=esmtp, pri=1, relay=mx.example.test. [192.0.2.1], dsn=4.4.2, stat=Deferred: 451 4.4.1 reply: read error from mx.example.test.", Fault, Client, Data, ConnectionClosed},
		{"4ACB057x002513: timeout waiting for input from mx.example.test. during client greeting", Fault, Client, Greeting, NoGreeting},
		{"4ACB057x002514: timeout waiting for input from mx.example.test. during client EHLO", Fault, Client, EHLO, ReplyTimeout},
		{"4ACB057x002515: timeout waiting for input from client.example.test during server cmd read", Other, Server, "", ReplyTimeout},
		{"4ACB057x002516: collect: premature EOM: unexpected close", Other, Server, Data, ConnectionClosed},
		{"4ACB057x002517: Milter: connect: host=client.example.test, addr=192.0.2.7, reject=554 5.7.1 Command rejected", Other, Server, Connect, PolicyRejected},
		{"4ACB057x002518: SYSERR(root): putbody: write error: Broken pipe", Other, Own, "", LocalFailure},
		{"4ACB057x002519: 4ACB057x002520: DSN: Service unavailable", Other, "", "", Chatter},
		{"mB72JLu5013099: ruleset=tls_rcpt, arg1=a@example.test, relay=mx.example.test., reject=451 4.3.0 Temporary system failure. Please try again later.", Other, Own, "", LocalFailure},
		{"qAD0Cg5c013756: to=<a@example.test>, delay=00:00:00, pri=30747, stat=Mail Rejected: high volume mailings not allowed.", Other, "", "", LocalFailure},
		{"AUTH=client, relay=mx.example.test., mech=PLAIN, bits=0", Other, Client, Auth, AuthSucceeded},
		{"AUTH=client, relay=mx.example.test. [192.0.2.1], authinfo failed", Other, Client, Auth, AuthFailed},
	} {
		r.line = tag + r.line
		r.check(t)
	}
}

// A message that this host hands to its own daemon does not leave it, and what
// the end of a connection looks like matters only if the message was not taken.
func TestEndsExcuse(t *testing.T) {
	t.Parallel()
	const sendmail = "Nov 12 10:00:00 mail sendmail[89]: "
	for _, story := range []struct {
		lines string
		fault bool
	}{
		{sendmail + "STARTTLS=client, relay=[127.0.0.1], version=TLSv1.3, verify=FAIL, cipher=TLS_AES_256_GCM_SHA384, bits=256/256\n" +
			sendmail + "6AQ9EAwY000089: to=a@example.test, delay=00:00:00, mailer=relay, pri=30038, relay=[127.0.0.1] [127.0.0.1], dsn=2.0.0, stat=Sent (6AQ9EA4O000090 Message accepted for delivery)", false},
		{sendmail + "STARTTLS=client, relay=mx.example.test., version=TLSv1.3, verify=FAIL, cipher=TLS_AES_256_GCM_SHA384, bits=256/256\n" +
			sendmail + "6AQ9EAwY000089: to=a@example.test, delay=00:00:00, mailer=esmtp, pri=30038, relay=mx.example.test. [192.0.2.1], dsn=2.0.0, stat=Sent (OK)", true},
		{"2024-11-12 10:00:00 1tAbCd-00001A-01 H=mx.example.test [192.0.2.1]: Remote host closed connection in response to pipelined end of data\n" +
			"2024-11-12 10:00:00 1tAbCd-00001A-01 == a@example.test R=dnslookup T=remote_smtp defer (-44) H=mx.example.test [192.0.2.1]: SMTP error from remote mail server after RCPT TO:<a@example.test>: 451 4.7.1 Greylisted, please try again", false},
		{"2024-11-12 10:00:00 1tAbCd-00001A-01 H=mx.example.test [192.0.2.1]: Remote host closed connection in response to pipelined end of data\n" +
			"2024-11-12 10:00:00 1tAbCd-00001A-01 == a@example.test R=dnslookup T=remote_smtp defer (-18) H=mx.example.test [192.0.2.1]: Remote host closed connection in response to pipelined end of data", true},
	} {
		if got := readStory(story.lines); (got.Class == Fault) != story.fault {
			t.Errorf("%s\n    is %s %s", story.lines, got.Class, got.Reason)
		}
	}
}

// Before verify= sendmail logs what OpenSSL says of each certificate, without a
// word of whose it is. That of a client harms nobody; that of a server does.
func TestVerifyErrorsTakeTheSideOfTheirStory(t *testing.T) {
	t.Parallel()
	for side, failures := range map[Side]int{Client: 1, Server: 0} {
		const tag = "Nov 26 10:07:29 mail sm-mta[117]: "
		n := 0
		log := NewLog(nil, func(Failure) { n++ })
		log.Add(1, tag+"STARTTLS: TLS cert verify: depth=1 /O=Example/CN=Example intermediate, state=0, reason=unable to get local issuer certificate")
		log.Add(2, tag+"STARTTLS="+string(side)+", relay=other.example.test [192.0.2.7], version=TLSv1.3, verify=FAIL, cipher=TLS_AES_256_GCM_SHA384, bits=256/256")
		log.Flush()
		if n != failures {
			t.Errorf("%s: %d failures, want %d", side, n, failures)
		}
	}
}

// A host without roots whose peer resets the connection has two troubles, and
// the first is not why the mail waits.
func TestResetIsNoMatterOfRoots(t *testing.T) {
	t.Parallel()
	const tag = "Nov 26 10:07:29 mail sendmail[98]: "
	var failures []Failure
	log := NewLog(nil, func(f Failure) { failures = append(failures, f) })
	for at, line := range []string{
		"STARTTLS: CACertPath missing",
		"STARTTLS=client, relay=mx.example.test., version=TLSv1.3, verify=FAIL, cipher=TLS_AES_128_GCM_SHA256, bits=128/128",
		"STARTTLS: read error=syscall error (-1), errno=104, get_error=error:00000000:lib(0)::reason(0), retry=1, ssl_err=5",
		"6AQA6uBv000098: to=a@example.test, delay=00:00:00, mailer=esmtp, pri=30000, relay=mx.example.test. [192.0.2.1], dsn=4.4.2, stat=Deferred: Connection reset by mx.example.test.",
	} {
		log.Add(at+1, tag+line)
	}
	log.Flush()
	if len(failures) != 2 || failures[0].Reason != OwnTrustStoreEmpty || failures[0].End != ConnectionReset || failures[1].Reason != ConnectionReset {
		t.Errorf("%+v", failures)
	}
}

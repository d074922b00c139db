package maillog

import (
	"fmt"
	"strings"
	"testing"
)

// mtaTexts are texts of the programs' sources, filled in: of their errors, with
// and without a frame around them, of both sides, and what is no fault.
var mtaTexts = []struct {
	dialect, line string
	// want are class, side, stage, reason and outcome, those that there are.
	want string
}{
	{"haraka", `2026-01-12T10:00:00.000Z [NOTICE] [-] [core] Killing worker: 3`,
		"other chatter"},
	{"haraka", `[ERROR] [6E1C5A0B-51DC-47D7-9D12-A6C6087130F1.1.1] [outbound] Ongoing connection failed to 192.0.2.25:25 : socket timeout waiting on starttls`,
		"fault client starttls reply-timeout"},
	{"haraka", `[ERROR] [6E1C5A0B-51DC-47D7-9D12-A6C6087130F1.1.1] [outbound] Ongoing connection failed to mx.example.test:25 : Error: socket timeout waiting on connect`,
		"fault client greeting no-greeting"},
	{"haraka", `level=INFO uuid=6E1C5A0B-51DC-47D7-9D12-A6C6087130F1.1.1 source=outbound message="secured" verified=false cipher=TLS_AES_256_GCM_SHA384 version=TLSv1.3 error=CERT_HAS_EXPIRED`,
		"fault client verify expired"},
	{"haraka", `{"level":"INFO","uuid":"-","source":"outbound","message":"secured","verified":false,"error":"CERT_HAS_EXPIRED"}`,
		"fault client verify expired"},
	{"haraka", `[INFO] [8A1C5A0B-51DC-47D7-9D12-A6C6087130F1.1] [core] client connection error: Error: read ECONNRESET ip=192.0.2.77`,
		"harmless server data connection-reset"},
	{"haraka", `[INFO] [8A1C5A0B-51DC-47D7-9D12-A6C6087130F1] [core] client connection error: Error: 80AB:error:0A0000C1:SSL routines:tls_post_process_client_hello:no shared cipher:../deps ip=192.0.2.77`,
		"fault server handshake no-shared-cipher"},
	{"haraka", `[INFO] [8A1C5A0B-51DC-47D7-9D12-A6C6087130F1] [core] client connection error: Error: 80AB:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps ip=192.0.2.77`,
		"harmless server handshake not-tls"},
	{"haraka", `[INFO] [6E1C5A0B-51DC-47D7-9D12-A6C6087130F1.1.1] [outbound] bouncing mail: 550 5.1.1 User unknown`,
		"other client rcpt user-unknown bounced"},
	{"haraka", `[INFO] [6E1C5A0B-51DC-47D7-9D12-A6C6087130F1.1.1] [outbound] Temp failing x for 64 seconds: Upstream error: 454 4.7.0 TLS not available due to temporary reason`,
		"fault client starttls starttls-refused deferred"},
	{"haraka", `[INFO] [6E1C5A0B-51DC-47D7-9D12-A6C6087130F1.1.1] [outbound] Temp failing x for 64 seconds: Tried all MXs`,
		"other client chatter deferred"},
	{"haraka", `[NOTICE] [8A1C5A0B-51DC-47D7-9D12-A6C6087130F1.1] [core] queue code=OK msg="Message Queued (6E1C)"`,
		"other server data received accepted"},
	{"haraka", `[NOTICE] [8A1C5A0B-51DC-47D7-9D12-A6C6087130F1.1] [core] recipient code=DENY address=<nobody@example.test> sender=<b@example.test> msg="User unknown"`,
		"other server rcpt user-unknown"},
	{"haraka", `[NOTICE] [8A1C5A0B-51DC-47D7-9D12-A6C6087130F1.1] [core] sender code=CONT address=<b@example.test>`,
		"other server chatter"},
	{"haraka", `[ERROR] [-] [outbound] Ongoing connection failed to 192.0.2.25:25 : Error [ERR_TLS_CERT_ALTNAME_INVALID]: Hostname/IP does not match certificate's altnames`,
		"fault client verify host-mismatch"},
	{"haraka", `[ERROR] [-] [outbound] Ongoing connection failed to 192.0.2.25:25 : Error: self-signed certificate`,
		"fault client verify self-signed"},
	{"mox", `l=debug m="queue deliverhost result" err="dialing smtp server: dial tcp 192.0.2.25:25: i/o timeout" pkg=queue host=mx.example.test`,
		"other client connect connection-timeout"},
	{"mox", `l=debug m="queue deliverhost result" err="tls error: STARTTLS TLS handshake: EOF, transient" pkg=queue host=mx.example.test`,
		"fault client handshake handshake-closed"},
	{"mox", `l=debug m="queue deliverhost result" err="tls error: STARTTLS TLS handshake: read tcp 192.0.2.1:4->192.0.2.25:25: read: connection reset by peer, transient" pkg=queue host=mx.example.test`,
		"fault client handshake handshake-reset"},
	{"mox", `l=debug m="queue deliverhost result" err="tls error: STARTTLS TLS handshake: context deadline exceeded, transient" pkg=queue host=mx.example.test`,
		"fault client handshake handshake-timeout"},
	{"mox", `l=debug m="queue deliverhost result" err="smtp connection is botched: smtp protocol error: expected response code: hello" pkg=queue host=mx.example.test`,
		"fault client greeting malformed-reply"},
	{"mox", `l=debug m="queue deliverhost result" pkg=queue host=mx.example.test result=ok delivered=1 failed=0`,
		"other client chatter"},
	{"mox", `l=debug m="smtp command result" err="connection closed" pkg=smtpserver kind=deliver cmd=rcptto code=550 ecode=5.1.1`,
		"other server rcpt user-unknown"},
	{"mox", `l=debug m="smtp command result" pkg=smtpserver kind=deliver cmd=starttls code=220 ecode=""`,
		"other server chatter"},
	{"mox", `l=error m="requesting certificate" err="acme/autocert: missing certificate" pkg=autotls`,
		"fault own handshake own-certificate-unreadable"},
	{"mox", `l=debug m="dane verification" err="x509: certificate signed by unknown authority" pkg=smtpclient verified=false`,
		"fault client verify issuer-unknown"},
	{"mox", `l=info m="failed authentication attempt" pkg=smtpserver username=alice@example.test remote=192.0.2.4`,
		"other server auth auth-failed"},
	{"mox", `l=info m="connection closed" err="tls handshake: read tcp 192.0.2.8:25->192.0.2.4:4: i/o timeout (io error)" pkg=smtpserver`,
		"harmless server handshake handshake-timeout"},
	{"maddy", "target.remote: TLS verify error, trying without authentication\t{\"domain\":\"example.test\",\"reason\":\"x509: certificate is valid for a.test, not mx.example.test\"}",
		"fault client verify host-mismatch"},
	{"maddy", "remote: TLS error, trying plaintext\t{\"reason\":\"read tcp 192.0.2.1:1->192.0.2.2:25: read: connection reset by peer\"}",
		"fault client handshake handshake-reset"},
	{"maddy", "remote: TLS error, trying plaintext\t{\"reason\":\"SMTP error 454: TLS not available\"}",
		"fault client starttls starttls-refused"},
	{"maddy", "queue: delivery attempt failed\t{\"msg_id\":\"3b24958c\",\"rcpt\":\"a@example.test\",\"reason\":\"EOF\",\"remote_server\":\"mx.example.test.\",\"smtp_code\":450,\"smtp_msg\":\"Network I/O error\"}",
		"fault client data connection-closed"},
	{"maddy", "queue: not delivered, permanent error\t{\"msg_id\":\"3b24958c\",\"rcpt\":\"a@example.test\"}",
		"other client chatter bounced"},
	{"maddy", `smtp: handler error: remote error: tls: unknown certificate authority`,
		"fault own handshake own-certificate-refused"},
	{"maddy", `smtp: handler error: tls: no cipher suite supported by both client and server`,
		"fault server handshake no-shared-cipher"},
	{"maddy", `smtp: handler error: read tcp 192.0.2.1:25->192.0.2.2:1: read: connection reset by peer`,
		"harmless server data connection-reset"},
	{"maddy", "queue: delivery attempt failed\t{\"msg_id\":\"3b24958c\",\"rcpt\":\"a@example.test\",\"reason\":\"No usable MXs, last err: dial tcp 192.0.2.2:25: i/o timeout\",\"smtp_code\":451}",
		"other client connect connection-timeout"},
	{"chasquid", `_ 20231101 10:00:00.123456 smtp.go:207 Courier.SMTP b@example.test -> a@example.test: error: TLS error, retrying without TLS: read tcp 192.0.2.1:1->192.0.2.2:25: read: connection reset by peer`,
		"fault client handshake handshake-reset"},
	{"chasquid", `SMTP.Conn 192.0.2.77:40000: error: error completing TLS handshake: tls: first record does not look like a TLS handshake`,
		"harmless server handshake not-tls"},
	{"chasquid", `SMTP.Conn 192.0.2.77:40000: error: STARTTLS failed: 554  5.5.0 Error in TLS handshake: EOF`,
		"harmless server handshake handshake-closed"},
	{"chasquid", `SMTP.Conn 192.0.2.77:40000: error: exiting with error: read tcp 192.0.2.1:25->192.0.2.77:4: i/o timeout`,
		"other server data reply-timeout"},
	{"chasquid", `Courier.SMTP b -> a: error: Error creating client: EOF`,
		"fault client greeting no-greeting"},
	{"chasquid", `Courier.SMTP b -> a: error: Error creating client: 554 5.3.2 go away`,
		"fault client greeting greeting-refused"},
	{"chasquid", `Courier.SMTP b -> a: error: MAIL+RCPT EOF`,
		"fault client data connection-closed"},
	{"chasquid", `Courier.SMTP b -> a: error: DATA closing 552 5.3.4 Message too big`,
		"other client data message-refused"},
	{"chasquid", `Courier.SMTP b -> a: error: Could not dial: dial tcp 192.0.2.2:25: i/o timeout`,
		"other client connect connection-timeout"},
	{"courier", `400 couriertls: connect: Connection reset by peer`,
		"fault client handshake handshake-reset"},
	{"courier", `500 /SECURITY set, but TLS is not available`,
		"fault client starttls starttls-not-offered"},
	{"courier", `Nov 12 10:01:00 mail courieresmtpd: couriertls: accept: error:0A000126:SSL routines::unexpected eof while reading`,
		"harmless server handshake handshake-closed"},
	{"courier", `Nov 12 10:01:00 mail courieresmtpd: couriertls: read: error:0A000126:SSL routines::unexpected eof while reading`,
		"harmless server quit no-close-notify"},
	{"courier", `Nov 12 10:01:00 mail pop3d-ssl: couriertls: accept: error:0A00009C:SSL routines::http request`,
		"harmless server handshake not-tls"},
	{"courier", `Nov 12 10:00:00 mail courieresmtp: id=0000.67.1A,from=<b@example.test>,addr=<a@example.test>: 454 4.7.0 TLS not available`,
		"fault client starttls starttls-refused"},
	{"courier", `Nov 12 10:00:00 mail courieresmtp: id=0000.67.1A,from=<b@example.test>,addr=<a@example.test>: Connection timed out`,
		"other client connect connection-timeout"},
	{"courier", `Nov 12 10:00:00 mail courieresmtp: id=0000.67.1A,from=<b@example.test>,addr=<a@example.test>: 400 The TLS connection was non-properly terminated.`,
		"fault client handshake handshake-closed"},
	{"courier", `Nov 12 10:00:00 mail courieresmtp: id=0000.67.1A,from=<b@example.test>,addr=<a@example.test>: 400 A TLS fatal alert has been received.`,
		"fault client handshake alert"},
	{"nullmailer", `smtp: Failed: 454 4.7.0 TLS not available due to temporary reason`,
		"fault client starttls starttls-refused"},
	{"nullmailer", `smtp: Failed: 550 5.1.1 User unknown`,
		"other client rcpt user-unknown"},
	{"nullmailer", `smtp: Succeeded: 250 2.0.0 Ok: queued as X`,
		"other client data delivered"},
	{"nullmailer", `Sending failed: Temporary error in sending the message`,
		"other client chatter deferred"},
	{"nullmailer", `smtp: Failed: Error completing TLS handshake: Error in the pull function.`,
		"fault client handshake handshake-reset"},
	{"nullmailer", `smtp: Failed: Error completing TLS handshake: Could not negotiate a supported cipher suite.`,
		"fault client handshake no-shared-cipher"},
	{"dma", `Nov 12 10:00:00 mail dma[3a.55c0]: remote delivery deferred: SSL handshake failed fatally: error:0A00010B:SSL routines::wrong version number`,
		"fault client handshake not-tls deferred"},
	{"dma", `Nov 12 10:00:00 mail dma[3a.55c0]: <a@example.test> delivery successful`,
		"other client data delivered sent"},
	{"dma", `Nov 12 10:00:00 mail dma[3a.55c0]: remote delivery deferred: write error`,
		"fault client data connection-closed deferred"},
	{"dma", `Nov 12 10:00:00 mail dma[3a.55c0]: remote delivery deferred: mx.example.test [192.0.2.25] failed after final DATA: Connection reset by peer`,
		"fault client data connection-reset deferred"},
	{"dma", `Nov 12 10:00:00 mail dma[3a.55c0]: Could not perform server greeting at mx.example.test [192.0.2.25]: Timeout reached`,
		"fault client greeting no-greeting"},
	{"qmail", `@400000006733a1b2c0ffee00 delivery 17: deferral: TLS_connect_failed:_error:0A000152:SSL_routines::unsafe_legacy_renegotiation_disabled;_connected_to_192.0.2.25./`,
		"fault client handshake legacy-renegotiation deferred"},
	{"qmail", `@400000006733a1b2c0ffee00 delivery 17: deferral: Connected_to_192.0.2.25_but_connection_died._Possible_duplicate!_error:0A000126:SSL_routines::unexpected_eof_while_reading_(#4.4.2)/`,
		"fault client data connection-closed deferred"},
	{"qmail", `delivery 5: success: did_1+0+0/`,
		"other data delivered sent"},
	{"qmail", `delivery 5: failure: Connected_to_192.0.2.25_but_sender_was_rejected./Remote_host_said:_550_5.7.1_blocked_using_zen.spamhaus.org/`,
		"other client rcpt blocked bounced"},
	{"qmail", `Nov 12 10:00:00 mail qmail: 1700000000.123456 delivery 12: deferral: TLS_connect_failed:_error:14090086:SSL_routines:ssl3_get_server_certificate:certificate_verify_failed;_connected_to_192.0.2.25./`,
		"fault client verify not-verified deferred"},
	{"qmail", `TLS connect failed: error:1407742E:SSL routines:SSL23_GET_SERVER_HELLO:tlsv1 alert protocol version; connected to 192.0.2.25.`,
		"fault client handshake alert-protocol-version"},
	{"qmail", `Connected to 192.0.2.25 but greeting failed.`,
		"fault client greeting greeting-refused"},
	{"stalwart", `2025-03-25T13:43:10Z INFO STARTTLS error (delivery.start-tls-error) queueId = 232007442729066502, hostname = "mx.example.test", reason = "SMTP error occurred", details = "I/O Error", reason = "tls handshake eof", elapsed = 31ms`,
		"fault client handshake handshake-closed"},
	{"stalwart", `2025-03-28T00:08:42Z DEBUG TLS handshake error (tls.handshake-error) listenerId = "smtp", localPort = 25, remoteIp = 192.0.2.252, reason = "received fatal alert: UnknownCA"`,
		"fault own handshake own-certificate-refused"},
	{"stalwart", `2024-11-10T08:40:56Z WARN No TLS certificates available (tls.no-certificates-available) total = 0`,
		"fault own handshake own-certificate-unreadable"},
	{"stalwart", `2024-11-10T08:40:57Z INFO SMTP EHLO command (smtp.ehlo) listenerId = "submissions", localPort = 465, remoteIp = 192.0.2.1, domain = "name-pc"`,
		"other server chatter"},
	{"stalwart", `2024-11-10T08:40:57Z INFO Message delivered (delivery.delivered) queueId = 2320, hostname = "mx.example.test", code = 250, details = "OK"`,
		"other client data delivered sent"},
	{"qmail", `192.0.2.25 does not like recipient.`,
		"other client rcpt smtp-rejected"},
	{"qmail", `@400000006733a1b2c0ffee12 delivery 35: deferral: Connected_to_192.0.2.25_but_greeting_failed./Remote_host_said:_421_Too_busy/`,
		"fault client greeting greeting-busy deferred"},
	{"qmail", `Sorry, I couldn't find any host named nosuch.test. (#5.1.2)`,
		"other client connect name-not-resolved"},
	{"courier", `400 The TLS connection was non-properly terminated.`,
		"fault client handshake handshake-closed"},
	{"dma", `Nov 12 10:00:17 mail dma[3a.55c0]: Could not perform server greeting at mx.example.test [192.0.2.25]: 421 Too busy`,
		"fault client greeting greeting-busy"},
	{"dma", "SSL: Cannot load certificate `/etc/dma/cert.pem': error:80000002:system library::No such file or directory",
		"fault own handshake own-certificate-unreadable"},
}

func TestTextsOfMTAsAreRead(t *testing.T) {
	t.Parallel()
	for _, l := range mtaTexts {
		ev := Read(1, l.line)
		got := strings.Join(strings.Fields(fmt.Sprintf("%s %s %s %s %s", ev.Class, ev.Side, ev.Stage, ev.Reason, ev.Outcome)), " ")
		if got != l.want || ev.Dialect != l.dialect {
			t.Errorf("%s\n    is %s: %s, want %s: %s", l.line, ev.Dialect, got, l.dialect, l.want)
		}
	}
}

func TestStoriesOfMTAs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, lines string
		// want is the failure: reason, its peer, what became of the message, and
		// how many lines tell of it; empty if there is none.
		want string
	}{
		{"Haraka tries again and delivers", `2026-01-12T10:00:00.000Z [ERROR] [6E1C5A0B-51DC-47D7-9D12-A6C6087130F1.1.1] [outbound] Ongoing connection failed to 192.0.2.25:25 : Error: 80AB:error:0A00018A:SSL routines:tls_process_ske_dhe:dh key too small:../deps
2026-01-12T10:00:01.000Z [INFO] [7F1C5A0B-51DC-47D7-9D12-A6C6087130F1.1.1] [outbound] secured verified=true cipher=TLS_AES_256_GCM_SHA384 version=TLSv1.3
2026-01-12T10:00:02.000Z [INFO] [6E1C5A0B-51DC-47D7-9D12-A6C6087130F1.1.1] [outbound] Temp failing x for 64 seconds: Tried all MXs`,
			"dh-too-small 192.0.2.25 deferred 1"},
		{"mox goes on in clear", `l=debug m="queue deliverhost result" err="tls error: STARTTLS TLS handshake: EOF, transient" pkg=queue host=mx.example.test cid=1964d5cfc36
l=info m="connecting again for delivery attempt without tls" pkg=queue enforcemtasts=false cid=1964d5cfc36
l=info m="delivered from queue" pkg=queue cid=1964d5cfc36 from=b@example.test msgid=39 recipient=a@example.test`,
			"handshake-closed mx.example.test sent 2"},
		{"maddy's certificate and its end", "remote: TLS verify error, trying without authentication\t{\"msg_id\":\"3b24958c-6a0a81a2\",\"reason\":\"x509: certificate signed by unknown authority\",\"remote_server\":\"mx.example.test.\"}\n" +
			"queue: delivered\t{\"attempt\":1,\"msg_id\":\"3b24958c\",\"rcpt\":\"a@example.test\"}",
			"issuer-unknown mx.example.test sent 1"},
		{"nullmailer's two lines", "Starting delivery: host: smtp.example.test protocol: smtp file: 1.2\nsmtp: Failed: Server SSL/TLS certificate is untrusted\nSending failed: Temporary error in sending the message",
			"not-verified smtp.example.test deferred 1"},
		{"dma and a server without STARTTLS", "Feb 12 10:50:54 host dma[20b757.1bf]: trying remote delivery to mx.example.test [192.0.2.25] pref 0\nFeb 12 10:50:54 host dma[20b757.1bf]:   Server does not support STARTTLS\nFeb 12 10:50:54 host dma[20b757.1bf]: <a@example.test> delivery successful", ""},
		{"qmail's two deliveries", "@400000006733a1b2c0ffee00 starting delivery 17: msg 5 to remote a@example.test\n@400000006733a1b2c0ffee00 starting delivery 18: msg 6 to remote a@example.org\n" +
			"@400000006733a1b2c0ffee00 delivery 17: deferral: TLS_connect_failed:_timed_out;_connected_to_192.0.2.25./\n@400000006733a1b2c0ffee00 delivery 18: success: 192.0.2.26_accepted_message./",
			"handshake-timeout 192.0.2.25 deferred 1"},
		{"Courier's id", "Nov 12 10:00:08 mail courierd: started,id=A8CF1.6733.1A33,from=<b@example.test>,module=esmtp,host=example.test,addr=<a@example.test>\n" +
			"Nov 12 10:00:08 mail courieresmtp: id=A8CF1.6733.1A33,from=<b@example.test>,addr=<a@example.test>: 400 Expired certificate\nNov 12 10:00:08 mail courieresmtp: id=A8CF1.6733.1A33,from=<b@example.test>,addr=<a@example.test>,status: deferred",
			"expired example.test deferred 1"},
	} {
		var got []string
		log := NewLog(nil, func(f Failure) {
			got = append(got, fmt.Sprintf("%s %s %s %d", f.Reason, f.Peer, f.Fate, f.Lines))
		})
		for i, line := range strings.Split(c.lines, "\n") {
			log.Add(i+1, line)
		}
		log.Flush()
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: got %v, want %q", c.name, got, c.want)
		}
	}
}

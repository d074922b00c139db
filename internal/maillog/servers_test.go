package maillog

import (
	"fmt"
	"strings"
	"testing"
)

// The words of servers that are met less often, in the frames that they have.
func TestWordsOfServersAreRead(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		// Who was connected to.
		"[11/Mar/2024 08:14:04] SSL handshake error from 192.0.2.5: error:0A000102:SSL routines::unsupported protocol":                                                "fault server handshake version-unsupported",
		"2021-04-11 08:14:03 SMTP service error: SMTP session from 192.0.2.9: TLS handshake failed: error:1408F10B:SSL routines:ssl3_get_record:wrong version number": "harmless server handshake not-tls",
		"2024-03-11 08:14:08,500 WARN  [ImapSSLServer-4] [] imap - SSL handshake error: Remote host terminated the handshake":                                         "harmless server handshake handshake-closed",
		"2024-03-11 08:14:06.120 INFO  [io-3] o.a.j.p.n.BasicChannelInboundHandler - javax.net.ssl.SSLHandshakeException: no cipher suites in common":                 "fault server handshake no-shared-cipher",
		"Error: error:0A0000C1:SSL routines::no shared cipher":                                                                                                        "fault server handshake no-shared-cipher",
		"... SMTP-IN:000004B2: Error initializing TLS":                                                                                                                "harmless server handshake handshake-failed",
		"... SMTP-OUT:000004B1: Unable to perform STARTTLS":                                                                                                           "fault client handshake handshake-failed",
		// Replies that demand TLS.
		"550 5.7.10 Encryption needed": "fault client mail tls-demanded",
		"550 5.7.10 No":                "fault client mail tls-demanded",
		"550 5.7.1 Delivery not authorized, message refused: TLS required":                                                                                                "fault client mail tls-demanded",
		"421-4.7.29 Your email has been rate limited because this message was not sent over a TLS connection":                                                             "fault client mail tls-demanded",
		"Gmail requires all bulk email senders to use TLS/SSL for SMTP connections.":                                                                                      "fault client mail tls-demanded",
		`b,2021-04-11 08:14:02+0000,a@example.org,,failed,5.7.10 (encryption needed),"smtp;550 5.7.10 STARTTLS is required for this domain",mx.example.test (192.0.2.15)`: "fault client mail tls-demanded",
		// Cisco's Email Security Appliance.
		"Mon Mar  5 14:21:04 2018 Info: DCID 7436 TLS was required but could not be successfully negotiated":                                                                         "fault client handshake handshake-failed",
		"Mon Mar  5 14:21:05 2018 Info: MID 64855 delayed: 4.1.0 - Unknown address error ('403', ['4.7.0 TLS is required by this Domain but not available.'])":                       "fault client starttls starttls-not-offered",
		"Mon Mar  5 14:21:04 2018 Info: MID 64855 Subject 'Your SSL certificate has expired'":                                                                                        "other client chatter",
		"Mon Mar  5 14:21:04 2018 Info: DCID of a thing: certificate has expired":                                                                                                    "fault client verify expired",
		"08:14:02.320 1 SMTP-000123(example.test) failed to establish TLS connection. Error Code=bad peer certificate: issuer is unknown":                                            "fault client verify issuer-unknown",
		"08:14:02.420 1 SMTPI-000331([192.0.2.4]) failed to accept a secure connection for mail.example.test from [192.0.2.4]:51111. Error Code=received SSL/TLS alert (unknown CA)": "fault own handshake own-certificate-refused",
		// Windows' accounts of alerts do not tell the side.
		"A fatal alert was generated and sent to the remote endpoint. This may result in termination of the connection. The TLS protocol defined fatal error code is 40.": "fault handshake handshake-failed",
		"A fatal alert was received from the remote endpoint. The TLS protocol defined fatal alert code is 40.":                                                           "fault handshake alert-handshake-failure",
		"A fatal alert was received from the remote endpoint. The TLS protocol defined fatal alert code is 48.":                                                           "fault own handshake own-certificate-refused",
		// IIS and HTML.
		"2023-04-12 08:10:11 192.0.2.15 OutboundConnectionResponse SMTPSVC1 SRV01 - 25 - - 454+4.7.0+TLS+not+available+due+to+local+problem 0 0 40": "fault client starttls starttls-refused",
		"2023-04-12 08:10:11 GET /?q=certificate+has+expired 200+x":                                                                                 "unknown",
		"<p>certificate&nbsp;has&nbsp;expired</p>":                                                                                                  "fault client verify expired",
		"<p>TLS <b>handshake</b> failed: certificate <i>has expired</i></p>":                                                                        "fault client verify expired",
		"The server&#39;s certificate doesn&#39;t match the host":                                                                                   "fault client verify host-mismatch",
	} {
		ev := Read(1, line)
		got := strings.Join(strings.Fields(fmt.Sprintf("%s %s %s %s", ev.Class, ev.Side, ev.Stage, ev.Reason)), " ")
		if got != want {
			t.Errorf("%s\n    is %s, want %s", line, got, want)
		}
	}
}

func TestServersThatLinesName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"SSL_connect returned=1 peeraddr=192.0.2.1:2525 state=error": "192.0.2.1",
		`failed host="mx.example.test" port=25`:                      "mx.example.test",
		"failed host=web":                                            "",
		"cannot connect to mx.example.test:25: x":                    "mx.example.test",
		"cannot connect to mx.example.test:443: x":                   "",
		"to me and to mx.example.test:587":                           "mx.example.test",
		"verification failed for mx.example.test[192.0.2.1]:25: x":   "mx.example.test",
		"verification failed for mx.example.test[192.0.2.1]":         "mx.example.test",
		"lookup failed for [a]":                                      "",
	} {
		if got := peerIn(text); got != want {
			t.Errorf("%s: names %q, want %q", text, got, want)
		}
	}
}

func TestStoriesOfServers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, lines, want string }{
		{"hMailServer's certificate and handshake", "\"DEBUG\"\t8448\t\"2023-03-02 09:20:52.790\"\t\"Certificate verification failed. Expected host: mx.example.test, Windows error code: -2146762481, Windows error message: x\"\n" +
			"\"TCPIP\"\t8448\t\"2023-03-02 09:20:52.790\"\t\"TCPConnection - TLS/SSL handshake failed. Session Id: 415, Remote IP: 192.0.2.15, Error code: 336134278, Message: certificate verify failed\"",
			"host-mismatch mx.example.test  2 false"},
		{"AsyncOS' certificate and delivery", "Wed Jul 20 19:47:40 2005 Info: New SMTP DCID 834 interface 192.0.2.12 address 192.0.2.15 port 25\n" +
			"Wed Jul 20 19:47:40 2005 Info: DCID 834 verify error:num=20:unable to get local issuer certificate\nWed Jul 20 19:47:40 2005 Info: DCID 834 TLS success protocol TLSv1.2\n" +
			"Wed Jul 20 19:47:40 2005 Info: Message done DCID 834 MID 6 to RID [0]",
			"issuer-unknown 192.0.2.15 sent 1 false"},
		{"s-nail's two lines", "s-nail: err 10: certificate has expired\ns-nail: could not initiate TLS connection: error:0A000086:SSL routines::certificate verify failed\ns-nail: ... message not sent",
			"expired  bounced 2 false"},
		{"s-nail quotes what the server said", "s-nail: >>> STARTTLS\ns-nail: >>> SERVER: 502 5.5.1 Command not implemented\ns-nail: SMTP server: 502 5.5.1 Command not implemented\ns-nail: ... message not sent",
			"starttls-refused  bounced 2 false"},
		{"mutt gives up twice", "gnutls_handshake: A TLS fatal alert has been received.(Internal error)\nCould not negotiate TLS connection\nCould not send the message.",
			"alert-internal-error  bounced 2 false"},
		{"Perl repeats the reply", "Net::SMTP=GLOB(0x55a)>>> STARTTLS\nNet::SMTP=GLOB(0x55a)<<< 502 5.5.1 STARTTLS is not offered\ncan't STARTTLS: 5.5.1 STARTTLS is not offered",
			"starttls-not-offered   2 false"},
		{"Ruby's exception behind its dialogue", "Connection opened: mx.example.test:25\n<- \"STARTTLS\\r\\n\"\n-> \"220 Ready\\r\\n\"\na.rb:1:in `f': end of file reached (EOFError)\n\tfrom a.rb:2:in `g'",
			"handshake-closed mx.example.test  1 false"},
		{"a connection that broke between commands", "Connection opened: mx.example.test:25\n<- \"STARTTLS\\r\\n\"\n-> \"220 Ready\\r\\n\"\n<- \"EHLO a.test\\r\\n\"\na.rb:1:in `f': end of file reached (EOFError)",
			"connection-closed mx.example.test  1 false"},
		{"two dialogues, one error each", "<- \"STARTTLS\\r\\n\"\n-> \"454 4.7.0 TLS not available\\r\\n\"\nb: 250 ok\nx509: certificate has expired",
			"starttls-refused   1 false; expired   1 false"},
		{"a trace whose later line names another host", "a: handshake failed: cannot connect to a.example.test:25: certificate has expired\nx: certificate verify failed\n  Caused by: certificate has expired to b.example.test:25",
			"expired a.example.test  1 false; expired b.example.test  2 false"},
	} {
		var got []string
		log := NewLog(nil, func(f Failure) {
			got = append(got, fmt.Sprintf("%s %s %s %d %t", f.Reason, f.Peer, f.Fate, f.Lines, f.FateInClear))
		})
		for i, line := range strings.Split(c.lines, "\n") {
			log.Add(i+1, line)
		}
		log.Flush()
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

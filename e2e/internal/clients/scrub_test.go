package clients

import "testing"

func TestScrub(t *testing.T) {
	for _, test := range []struct{ line, want string }{
		{
			"801BF09FDB7F0000:error:0A000086:SSL routines:tls_post_process_server_certificate:certificate verify failed:../ssl/statem/statem_clnt.c:1889:",
			"error:0A000086:SSL routines:tls_post_process_server_certificate:certificate verify failed",
		},
		{
			"error: ESOCKET: 80FC88765B7F0000:error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:../deps/openssl/ssl/record/rec_layer_s3.c:1605:SSL alert number 40",
			"error: ESOCKET: error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure: SSL alert number 40",
		},
		{"certificate verify failed (_ssl.c:1006)", "certificate verify failed (_ssl.c)"},
		{"connect to 127.0.0.1[127.0.0.1]:4009: refused", "connect to HOST:PORT: refused"},
		{"dial tcp 127.0.0.1:4009: refused", "dial tcp HOST:PORT: refused"},
		{"curl: (7) Failed to connect to localhost port 4009 after 0 ms", "curl: (7) Failed to connect to localhost port PORT after 0 ms"},
		{"expired or is not yet valid: current time 2026-11-22T04:13:58Z is after 2026-11-21T04:13:58Z", "expired or is not yet valid: current time TIME is after TIME"},
		{"*** Certificate was revoked at Sun Nov 22 04:13:58 2026", "*** Certificate was revoked at TIME"},
		{"handshake message of length 279618 bytes exceeds maximum of 262144 bytes", "handshake message of length N bytes exceeds maximum of 262144 bytes"},
		{"verify error:num=20:unable to get local issuer certificate", "verify error:num=20:unable to get local issuer certificate"},
	} {
		if got := scrub(test.line); got != test.want {
			t.Errorf("got  %q\nwant %q", got, test.want)
		}
	}
}

func TestScrubLog(t *testing.T) {
	for _, test := range []struct{ line, want string }{
		{
			"Nov 22 05:27:48 sendmail[20304]: 6AM5RmIr020304: to=rcpt@example.test, ctladdr=sender@client.test (0/0), delay=00:00:03, xdelay=00:00:03, mailer=esmtp, pri=30073, relay=mx.healthy.fakemx.test. [127.0.0.1], dsn=2.0.0, stat=Sent (OK: queued as xcni4vzd32hauxej)",
			"to=rcpt@example.test, mailer=esmtp, relay=mx.healthy.fakemx.test. [127.0.0.1], dsn=2.0.0, stat=Sent (OK: queued as ID)",
		},
		{
			"Nov  2 05:27:56 host sm-mta[22285]: STARTTLS=client: error:0A00018A:SSL routines::dh key too small:../ssl/statem/statem_clnt.c:2092:",
			"STARTTLS=client: error:0A00018A:SSL routines::dh key too small",
		},
		{
			"Nov 22 05:27:49 sendmail[20525]: STARTTLS=client, get_verify: 20 get_peer: 0x5571398f3030",
			"STARTTLS=client, get_verify: 20 get_peer: 0xADDRESS",
		},
	} {
		if got := scrubLog(test.line); got != test.want {
			t.Errorf("got  %q\nwant %q", got, test.want)
		}
	}
}

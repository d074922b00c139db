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
		{"verify error:num=20:unable to get local issuer certificate", "verify error:num=20:unable to get local issuer certificate"},
	} {
		if got := scrub(test.line); got != test.want {
			t.Errorf("got  %q\nwant %q", got, test.want)
		}
	}
}

package cli

import (
	"slices"
	"testing"
)

func TestTry(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		target target
		want   []string
	}{
		"by localhost": {
			target{addr: "127.0.0.1:2525", hostname: "localhost", caFile: "/tmp/my pki/ca.pem"},
			[]string{
				"openssl s_client -connect 127.0.0.1:2525 -starttls smtp -servername localhost -verify_hostname localhost -CAfile '/tmp/my pki/ca.pem'",
				"swaks --server localhost:2525 --tls --tls-verify --tls-ca-path '/tmp/my pki/ca.pem' --from me@example.test --to you@example.test",
				"echo 'Subject: hello' | curl --ssl-reqd --cacert '/tmp/my pki/ca.pem' --mail-from me@example.test --mail-rcpt you@example.test -T - smtp://localhost:2525",
			},
		},
		"by address, implicit TLS": {
			target{addr: "[::1]:465", hostname: "::1", caFile: "ca.pem", implicit: true},
			[]string{
				"openssl s_client -connect '[::1]:465' -verify_ip ::1 -CAfile ca.pem",
				"swaks --server '[::1]:465' --tls-on-connect --tls-verify --tls-ca-path ca.pem --from me@example.test --to you@example.test",
				"echo 'Subject: hello' | curl --cacert ca.pem --mail-from me@example.test --mail-rcpt you@example.test -T - 'smtps://[::1]:465'",
			},
		},
		"by localhost, IPv6": {
			target{addr: "[::1]:2525", hostname: "localhost", caFile: "ca.pem"},
			[]string{
				"openssl s_client -connect '[::1]:2525' -starttls smtp -servername localhost -verify_hostname localhost -CAfile ca.pem",
				"swaks --server '[::1]:2525' --tls --tls-verify --tls-ca-path ca.pem --from me@example.test --to you@example.test",
				"echo 'Subject: hello' | curl --ssl-reqd --cacert ca.pem --mail-from me@example.test --mail-rcpt you@example.test -T - smtp://localhost:2525",
			},
		},
		"by another address of loopback": {
			target{addr: "127.25.0.1:25", hostname: "localhost"},
			[]string{
				"openssl s_client -connect 127.25.0.1:25 -starttls smtp -servername localhost -verify_hostname localhost",
				"swaks --server 127.25.0.1:25 --tls --tls-verify --from me@example.test --to you@example.test",
				"echo 'Subject: hello' | curl --ssl-reqd --connect-to ::127.25.0.1:25 --mail-from me@example.test --mail-rcpt you@example.test -T - smtp://localhost:25",
			},
		},
		"by a name of one's own, no CA": {
			target{addr: "127.0.0.1:25", hostname: "mx.mine.test"},
			[]string{
				"openssl s_client -connect 127.0.0.1:25 -starttls smtp -servername mx.mine.test -verify_hostname mx.mine.test",
				"swaks --server 127.0.0.1:25 --tls --tls-verify --from me@example.test --to you@example.test",
				"echo 'Subject: hello' | curl --ssl-reqd --connect-to ::127.0.0.1:25 --mail-from me@example.test --mail-rcpt you@example.test -T - smtp://mx.mine.test:25",
			},
		},
	} {
		test.target.mail, test.target.rcpt = tryMail, tryRcpt
		if got := test.target.commands(); !slices.Equal(got, test.want) {
			t.Errorf("%s:\ngot  %q\nwant %q", name, got, test.want)
		}
	}
}

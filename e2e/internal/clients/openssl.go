package clients

import (
	"net"
	"regexp"
)

// openssl is OpenSSL's own client. It ends by QUIT; -ign_eof keeps it from
// taking that Q, or an R, for a command of its own.
var openssl = tool{
	name: "openssl", probes: true, stdin: quit, version: []string{"version"},
	args: func(t Target, verify bool, _ string) ([]string, error) {
		args := []string{
			"s_client", "-brief", "-ign_eof", "-connect", net.JoinHostPort(t.Addr, t.Port),
		}
		if !t.Implicit {
			args = append(args, "-starttls", "smtp")
		}
		if net.ParseIP(t.Host) == nil {
			args = append(args, "-servername", t.Host)
		}
		if !verify {
			return args, nil
		}
		args = append(args, "-CAfile", t.CAFile, "-no-CApath", "-no-CAstore", "-verify_return_error")
		if net.ParseIP(t.Host) != nil {
			return append(args, "-verify_ip", t.Host), nil
		}
		return append(args, "-verify_hostname", t.Host), nil
	},
	content:   regexp.MustCompile(`(?s)CONNECTION ESTABLISHED.*\n221 `),
	complaint: regexp.MustCompile(`^verify error:|error:|[Dd]idn't find|errno|ailed`),
	remark:    regexp.MustCompile(`^verify error:|^Verification error:`),
}

// gnutls is GnuTLS's own client.
var gnutls = tool{
	name: "gnutls-cli", probes: true, stdin: quit, version: []string{"--version"},
	args: func(t Target, verify bool, _ string) ([]string, error) {
		args := []string{"--port", t.Port}
		if !t.Implicit {
			args = append(args, "--starttls-proto=smtp")
		}
		if net.ParseIP(t.Host) == nil {
			args = append(args, "--sni-hostname", t.Host)
		}
		if verify {
			args = append(args, "--x509cafile", t.CAFile, "--verify-hostname", t.Host)
		} else {
			args = append(args, "--insecure")
		}
		return append(args, t.Addr), nil
	},
	content:   regexp.MustCompile(`(?s)- Simple Client Mode:.*\n221 `),
	complaint: regexp.MustCompile(`^\*\*\*|[Ee]rror`),
	telling:   regexp.MustCompile(`^- Status: The certificate is NOT|^\*\*\* Received alert`),
	remark:    regexp.MustCompile(`^- Status:|^\*\*\* PKI verification`),
}

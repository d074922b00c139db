package clients

import (
	"net"
	"regexp"
)

// openssl is OpenSSL's own client. It ends by QUIT; -ign_eof keeps it from
// taking that Q, or an R, for a command of its own.
var openssl = tool{
	name: "openssl", probes: true, stdin: quit, version: []string{"version"},
	permissive: true,
	args: func(t Target, form Form, _ string) ([]string, error) {
		args := []string{
			"s_client", "-brief", "-ign_eof", "-connect", net.JoinHostPort(t.Addr, t.Port),
		}
		if !t.Implicit {
			args = append(args, "-starttls", "smtp")
		}
		if net.ParseIP(t.Host) == nil {
			args = append(args, "-servername", t.Host)
		}
		switch form {
		case Checking:
			args = append(args, "-crl_check")
			if t.CRLFile != "" {
				args = append(args, "-CRL", t.CRLFile)
			} else {
				args = append(args, "-crl_download")
			}
		case Permissive:
			return append(args, "-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0", "-legacy_server_connect", "-min_protocol", "TLSv1"), nil
		case Unverified:
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

// everythingInGnuTLS is a priority string that leaves nothing out but TLS 1.3,
// as one sets it for a peer that knows nothing of that.
const everythingInGnuTLS = "LEGACY:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.1:+VERS-TLS1.0:+CIPHER-ALL:+NULL:+ARCFOUR-128:+3DES-CBC:" +
	"+KX-ALL:+ANON-DH:+ANON-ECDH:+MAC-ALL:+SIGN-ALL:+SIGN-RSA-SHA1:+SIGN-RSA-MD5:+GROUP-ALL:" +
	"%PROFILE_VERY_WEAK:%UNSAFE_RENEGOTIATION:%VERIFY_ALLOW_BROKEN"

// gnutls is GnuTLS's own client.
var gnutls = tool{
	name: "gnutls-cli", probes: true, stdin: quit, version: []string{"--version"},
	permissive: true,
	args: func(t Target, form Form, _ string) ([]string, error) {
		args := []string{"--port", t.Port}
		if !t.Implicit {
			args = append(args, "--starttls-proto=smtp")
		}
		if net.ParseIP(t.Host) == nil {
			args = append(args, "--sni-hostname", t.Host)
		}
		if form.Verifies() {
			args = append(args, "--x509cafile", t.CAFile, "--verify-hostname", t.Host)
		} else {
			args = append(args, "--insecure")
		}
		switch form {
		case Checking:
			args = append(args, "--ocsp")
		case Permissive:
			args = append(args, "--priority", everythingInGnuTLS)
		}
		return append(args, t.Addr), nil
	},
	content:   regexp.MustCompile(`(?s)- Simple Client Mode:.*\n221 `),
	complaint: regexp.MustCompile(`^\*\*\*|[Ee]rror`),
	telling:   regexp.MustCompile(`^- Status: The certificate is NOT|^\*\*\* Received alert`),
	remark:    regexp.MustCompile(`^- Status:|^\*\*\* PKI verification`),
}

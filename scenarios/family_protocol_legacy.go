package scenarios

import "github.com/fakemx/fakemx/certgen"

// protocolLegacy: TLS that modern libraries no longer support.
var protocolLegacy = []Scenario{
	{
		Name:       "null",
		Number:     91,
		Summary:    "accepts only cipher suites without encryption",
		Story:      "A well-meant setting selects the cipher suites ALL or COMPLEMENTOFALL. The connection is authenticated, but anyone can read it. No client offers such suites unless told to.",
		Fix:        "Remove the setting that selects the cipher suites, or exclude eNULL: Postfix smtpd_tls_mandatory_exclude_ciphers, sendmail confCIPHER_LIST, Exim tls_require_ciphers.",
		References: []string{"RFC 9325 section 4.1", "RFC 5246"},
		Facts:      Facts{Offers: Yes, Completes: Weak, Authentic: Yes},
		Edit: func(p *Peer) {
			playLegacy(p, Legacy{}, "TLS_ECDHE_RSA_WITH_NULL_SHA")
		},
	},
	{
		Name:    "anonymous",
		Number:  92,
		Aliases: []string{"anull"},
		Summary: "accepts only anonymous Diffie-Hellman, without a certificate",
		Story: "A Postfix server can be configured to run without a certificate, and a Postfix client at level may or encrypt accepts such a server: Anonymous TLS connection established. " +
			"This keeps out passive eavesdroppers and nobody else.",
		Fix:        "Give the server a certificate; in Postfix, replace smtpd_tls_cert_file = none with smtpd_tls_chain_files.",
		References: []string{"RFC 5246 section 7.4.2", "RFC 7672 section 8.2", "postconf(5) smtpd_tls_cert_file"},
		Facts:      Facts{Offers: Yes, Completes: Weak, Authentic: No},
		Grounds:    Grounds{Authentic: "RFC 5246 appendix A.5"},
		Edit: func(p *Peer) {
			playLegacy(p, Legacy{DHPrimeBits: 2048}, "TLS_ECDH_anon_WITH_AES_128_CBC_SHA", "TLS_DH_anon_WITH_AES_128_GCM_SHA256", "TLS_DH_anon_WITH_AES_128_CBC_SHA")
		},
	},
	{
		Name:       "legacy-renegotiation",
		Number:     93,
		Summary:    "does not answer the extension for secure renegotiation",
		Story:      "The server's library dates from before 2010 or belongs to an appliance. OpenSSL 3 refuses it: unsafe legacy renegotiation disabled. GnuTLS continues.",
		Fix:        "Upgrade the server's TLS library. On an OpenSSL client that must reach it, set UnsafeLegacyServerConnect in one configuration only, not in all.",
		References: []string{"RFC 5746", "CVE-2009-3555"},
		Facts:      Facts{Offers: Yes, Completes: Weak, Authentic: Yes},
		Edit: func(p *Peer) {
			playLegacy(p, Legacy{NoSecureRenegotiation: true}, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA")
		},
	},
}

// playLegacy makes the legacy engine serve these suites, with an RSA key, which
// most of them need.
func playLegacy(p *Peer, l Legacy, suites ...string) {
	takeOnly(p, suites...)
	p.TLS.Legacy = &l
	p.PKI.Certificates[leaf].Key = certgen.RSA2048
}

package scenarios

import "github.com/fakemx/fakemx/certgen"

// validity: when the certificate is valid.
var validity = []Scenario{
	{
		Name:    "expired",
		Number:  35,
		Summary: "presents a certificate that expired a week ago",
		Story: "The renewal failed and nobody noticed, or it succeeded but the mail server never read the new file. " +
			"Senders that do not verify carry on as before, so the problem stays hidden until one that verifies complains.",
		Fix: "Renew the certificate and have the mail server read it: a deploy hook that runs systemctl reload postfix, reload exim4, restart opensmtpd or restart sendmail. " +
			"What counts is what the server sends, not what is on disk: openssl s_client -starttls smtp -connect HOST:25 </dev/null | openssl x509 -noout -dates.",
		References: []string{"RFC 5280 section 4.1.2.5"},
		Facts:      unauthentic,
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 5280 section 6.1.3 (a)"},
		Edit: func(p *Peer) {
			c := p.PKI.Certificates[leaf]
			c.NotBefore, c.NotAfter = certgen.Days(-97), certgen.Days(-7)
		},
	},
	{
		Name:    "not-yet-valid",
		Number:  36,
		Summary: "presents a certificate that becomes valid in a week",
		Story: "The certificate was made for a later date or, far more often, a clock is wrong: the CA's, or that of a client just switched on without a battery for its clock. " +
			"If only one client complains, and about many servers, its clock is the cause.",
		Fix:        "Compare both clocks with a third one (chronyc tracking, timedatectl), then install the certificate that is valid now.",
		References: []string{"RFC 5280 section 4.1.2.5"},
		Facts:      unauthentic,
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 5280 section 6.1.3 (a)"},
		Edit: func(p *Peer) {
			c := p.PKI.Certificates[leaf]
			c.NotBefore, c.NotAfter = certgen.Days(7), certgen.Days(97)
		},
	},
	{
		Name:    "must-staple-missing",
		Number:  37,
		Summary: "presents a must-staple certificate but staples no OCSP response",
		Story: "The certificate was requested with the must-staple flag, but the mail server cannot staple: Postfix and sendmail cannot. " +
			"A client may then refuse it: GnuTLS does, and Bouncy Castle does even when it does not verify; OpenSSL and Go do not check.",
		Fix: "Reissue the certificate without the flag (certbot: leave out --must-staple). Let's Encrypt no longer issues such certificates, as it closed its OCSP service in 2025. " +
			"Exim can staple a response from a file: tls_ocsp_file.",
		References: []string{"RFC 7633"},
		Facts:      undecided,
		Edit:       func(p *Peer) { p.PKI.Certificates[leaf].MustStaple = true },
	},
}

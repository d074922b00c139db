package scenarios

import "github.com/fakemx/fakemx/certgen"

// validity: when the certificate is valid, and who may have revoked it.
var validity = []Scenario{
	{
		Name:    "expired",
		Number:  35,
		Summary: "presents a certificate that expired a week ago",
		Story: "The renewal failed unseen, or it succeeded and the mail server was never told to read the new file. " +
			"Senders that do not verify go on as before, so nobody notices until one does.",
		Fix: "Renew the certificate and have the mail server read it: a deploy hook that runs systemctl reload postfix, reload exim4, restart opensmtpd or restart sendmail. " +
			"What counts is what is served, not what lies on the disk: openssl s_client -starttls smtp -connect HOST:25 </dev/null | openssl x509 -noout -dates.",
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
		Story: "The certificate was made for a later date, or, far more often, a clock is wrong: that of the CA, or that of a client that has just been switched on without a battery for its clock. " +
			"If one client alone complains of many servers, its clock is the cause.",
		Fix:        "Compare both clocks with a third (chronyc tracking, timedatectl), then install the certificate that is valid now.",
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
		Summary: "presents a certificate that demands a stapled OCSP response, and staples none",
		Story: "The certificate was asked for with the must-staple flag, and the mail server cannot staple: Postfix and sendmail cannot. " +
			"A client may refuse it then: GnuTLS does, and Bouncy Castle even when it does not verify; OpenSSL and Go do not look.",
		Fix: "Issue the certificate again without the flag (certbot: leave out --must-staple). Let's Encrypt no longer issues it at all, as it closed its OCSP service in 2025. " +
			"Exim can staple a response from a file: tls_ocsp_file.",
		References: []string{"RFC 7633"},
		Facts:      undecided,
		Edit:       func(p *Peer) { p.PKI.Certificates[leaf].MustStaple = true },
	},
}

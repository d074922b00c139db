package scenarios

// startTLS: whether, when and how STARTTLS is offered and answered.
var startTLS = []Scenario{
	{
		Name:    "starttls-stripped",
		Summary: "does not offer STARTTLS",
		Story: "The server has no certificate, or something between the two takes the keyword out of the reply to EHLO: an attacker, a firewall that inspects SMTP, a mobile network. " +
			"The client cannot tell one from the other. An opportunistic client then delivers in clear, and its log shows nothing unusual.",
		Fix: "On the server: give it a certificate and switch STARTTLS on (Postfix smtpd_tls_security_level = may; Exim tls_advertise_hosts = *; OpenSMTPD listen on … tls pki NAME; sendmail confSERVER_CERT and confSERVER_KEY). " +
			"If it is on and the keyword does not arrive, switch the inspection of SMTP off in the firewall. " +
			"On the client: require TLS for that destination, so that stripping stops the mail instead of the encryption; MTA-STS and DANE exist for this.",
		References: []string{"RFC 3207 section 6", "RFC 8461 section 1", "RFC 7672 section 1.3"},
		Facts:      Facts{Offers: No, Completes: No, Authentic: No},
		Edit:       func(p *Peer) { p.SMTP.StartTLS.Offer = Nowhere },
	},
	{
		Name:    "starttls-454",
		Summary: "offers STARTTLS, then answers it with 454",
		Story: "The server announces TLS but cannot load its key or certificate: the file is missing, or the process may not read it. " +
			"It says so only when a client asks. Some clients then go on in clear, some try another host, some defer.",
		Fix: "Look into the server's own log at that second: it names the file. " +
			"Postfix logs cannot load certificate/private key; sendmail logs STARTTLS=server with the file and its unsafe permissions. " +
			"The key must belong to the account that reads it and must not be readable by the group, unless the server is told to put up with that.",
		References: []string{"RFC 3207 section 4"},
		Facts:      Facts{Offers: No, Completes: No, Authentic: No},
		Edit: func(p *Peer) {
			p.Faults = []Fault{{At: AtSTARTTLS, Do: DoReply, Text: "454 4.7.0 TLS not available due to local problem"}}
		},
	},
}

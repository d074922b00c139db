package scenarios

// startTLSPolicy: what the peer demands or permits in clear and inside TLS.
var startTLSPolicy = []Scenario{
	{
		Name:    "tls-required",
		Number:  133,
		Summary: "takes no mail before TLS: 530 to MAIL",
		Story: "The server's owner wants no mail in clear. RFC 3207 forbids that for public MX hosts, as not everybody can do TLS, but it is done, and it is right for submission. " +
			"A client that has been told not to use TLS, or cannot, gets 530.",
		Fix:        "On the client, switch TLS on: Postfix smtp_tls_security_level = may, Exim hosts_avoid_tls empty, sendmail no Try_TLS:HOST NO in the access map.",
		References: []string{"RFC 3207 section 4"},
		Facts:      sound,
		Harmless:   true,
		Edit:       func(p *Peer) { p.SMTP.RequireTLS = true },
	},
	{
		Name:    "auth-only-after-tls",
		Number:  134,
		Summary: "offers AUTH in clear, but answers it there with 530",
		Story: "The server asks for TLS before a password, as it should, but offers the mechanisms too early. " +
			"A client that takes the offer has sent its password in clear before it hears the refusal.",
		Fix: "On the server, offer AUTH inside TLS only: Postfix smtpd_tls_auth_only = yes, sendmail confAUTH_OPTIONS with p, Exim auth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}. " +
			"On the client, require TLS before AUTH.",
		References: []string{"RFC 4954 section 4", "RFC 8314 section 3"},
		Facts:      sound,
		Trap:       TrapCredentialsInClear,
		Edit: func(p *Peer) {
			p.SMTP.Auth.Offer = Everywhere
			p.Faults = []Fault{{At: AtAUTH, In: InClear, Do: DoReply, Text: "530 5.7.0 Must issue a STARTTLS command first"}}
		},
	},
	{
		Name:    "auth-in-clear",
		Number:  135,
		Aliases: []string{"auth-bait"},
		Summary: "offers AUTH in clear and takes any password",
		Story: "An attacker who answers in the server's place offers everything and accepts everything, to collect passwords; a careless server offers the same. " +
			"A client that must not send its password in clear shows here whether it does.",
		Fix: "On the server, offer AUTH inside TLS only: Postfix smtpd_tls_auth_only = yes, sendmail confAUTH_OPTIONS with p, Exim auth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}. " +
			"On the client, require TLS, and change a password that went out in clear.",
		References: []string{"RFC 4954 section 4", "RFC 8314 section 3"},
		Facts:      sound,
		Trap:       TrapCredentialsInClear,
		Edit: func(p *Peer) {
			p.SMTP.Auth.Offer = Everywhere
			p.SMTP.Auth.Bait = true
		},
	},
	{
		Name:    "greylist-after-tls",
		Number:  136,
		Summary: "defers the recipients of the first session inside TLS",
		Story: "The server greylists: it puts an unknown sender off once, to see whether he comes back. " +
			"A client that takes any failure behind STARTTLS for a failure of TLS comes back in clear.",
		Fix:        "Nothing is wrong with the server. A client must tell a 451 to RCPT from a failed handshake, and come back with TLS.",
		References: []string{"RFC 6647"},
		Facts:      sound,
		Harmless:   true,
		Edit: func(p *Peer) {
			p.Faults = []Fault{{At: AtRCPT, In: InTLS, Do: DoReply, Text: "451 4.7.1 Greylisted, please try again", First: 1}}
		},
	},
	{
		Name:    "auth-gssapi-only",
		Number:  137,
		Aliases: []string{"no-worthy-mechs"},
		Summary: "offers AUTH inside TLS by GSSAPI and NTLM only",
		Story: "Exchange does so until basic authentication is allowed for the connector. A client with a password and nothing else finds no mechanism that it knows: " +
			"Cyrus SASL says no worthy mechs found, Nodemailer tries PLAIN nevertheless and gets 504. A client that does not authenticate delivers.",
		Fix: "On Exchange, allow basic authentication after TLS for the receive connector (Set-ReceiveConnector -AuthMechanism Tls,BasicAuth,BasicAuthRequireTLS). " +
			"Elsewhere, list PLAIN among the mechanisms: Postfix takes Cyrus's mech_list or Dovecot's auth_mechanisms.",
		References: []string{"RFC 4954 section 4", "RFC 4422 section 3.2"},
		Facts:      sound,
		Harmless:   true,
		Edit:       func(p *Peer) { p.SMTP.Auth.Mechanisms = []string{"GSSAPI", "NTLM"} },
	},
	{
		Name:    "ehlo-refused-in-tls",
		Number:  138,
		Summary: "refuses EHLO inside TLS with 502",
		Story: "A TLS proxy in front of an old server: the proxy offers STARTTLS and knows EHLO, the server behind it knows HELO only. " +
			"Postfix, sendmail, curl, msmtp, Swaks and Python go on with HELO inside TLS. Go and Nodemailer give up, and Exim goes on without a greeting: its MAIL is refused, and it returns the message.",
		Fix:        "On the server, let the proxy hand EHLO on to a server that knows it, or answer it itself. openssl s_client -starttls smtp, and then EHLO by hand, shows it.",
		References: []string{"RFC 3207 section 4.2", "RFC 5321 section 2.2.1"},
		Facts:      sound,
		Edit: func(p *Peer) {
			p.Faults = []Fault{{At: AtEHLO, In: InTLS, Do: DoReply, Text: "502 5.5.1 Command not implemented"}}
		},
	},
	{
		Name:    "ehlo-stalled-in-tls",
		Number:  139,
		Summary: "completes TLS and then never answers EHLO",
		Story: "A TLS proxy completes the handshake, but what is behind it is gone or out of processes; or a firewall drops what it can no longer read. " +
			"The log shows a good handshake and then a timeout, so the certificate gets the blame, or the network. Postfix and sendmail defer, and each attempt blocks a delivery slot for minutes; Exim goes on in clear where TLS is optional.",
		Fix: "Compare openssl s_client -starttls smtp, and EHLO by hand, from inside and from outside. On the server, look at the proxy's connection to the server behind it. " +
			"On the client, the limit is Postfix smtp_helo_timeout, sendmail confTO_HELO, Exim command_timeout.",
		References: []string{"RFC 3207 section 4.2", "RFC 5321 section 4.5.3.2"},
		Facts:      sound,
		Edit:       func(p *Peer) { p.Faults = []Fault{{At: AtEHLO, In: InTLS, Do: DoStall}} },
	},
	{
		Name:    "pix-banner",
		Number:  140,
		Summary: "greets with asterisks, as a Cisco PIX makes servers do",
		Story: "The SMTP inspection of an old Cisco firewall overwrites the greeting, so that neither the name nor the word ESMTP is left. " +
			"Clients that look for ESMTP send HELO and lose STARTTLS, as RFC 5321 lets them; Postfix knows the sight, works round further faults of that firewall and sends HELO on purpose.",
		Fix:        "On the firewall: no fixup protocol smtp 25 (PIX), no inspect esmtp (ASA). On the client, send EHLO whatever the greeting says: Postfix smtp_always_send_ehlo = yes, its default.",
		References: []string{"RFC 5321 section 3.2", "postconf(5) smtp_pix_workarounds"},
		Facts:      selective,
		Edit:       func(p *Peer) { p.SMTP.Greeting = "*****************************2*****0*" },
	},
	{
		Name:    "requiretls-not-offered",
		Number:  141,
		Summary: "does not offer REQUIRETLS",
		Story: "That is so with nearly every server. A message whose sender demands REQUIRETLS must not be sent there, and is to be returned to the sender instead. " +
			"Any other message goes through.",
		Fix:        "Nothing is wrong. Use a server with REQUIRETLS all the way where that promise is needed.",
		References: []string{"RFC 8689 section 4.2.1"},
		Facts:      sound,
		Harmless:   true,
		Edit: func(p *Peer) {
			p.SMTP.Extensions = without(p.SMTP.Extensions, "REQUIRETLS")
		},
	},
}

// without returns a list less one of its elements.
func without(list []string, gone string) []string {
	var rest []string
	for _, s := range list {
		if s != gone {
			rest = append(rest, s)
		}
	}
	return rest
}

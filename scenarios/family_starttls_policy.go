package scenarios

// startTLSPolicy: what the peer requires or allows in clear text and inside TLS.
var startTLSPolicy = []Scenario{
	{
		Name:    "tls-required",
		Number:  133,
		Summary: "answers MAIL with 530 outside TLS",
		Story: "The server's owner wants no mail in clear text. RFC 3207 forbids this for public MX hosts, because not every client supports TLS, but some do it anyway. For submission it is right. " +
			"A client that does not support TLS, or has been told not to use it, gets 530.",
		Fix:        "On the client, turn TLS on: Postfix smtp_tls_security_level = may, Exim an empty hosts_avoid_tls, sendmail no line Try_TLS:HOST NO in the access map.",
		References: []string{"RFC 3207 section 4"},
		Facts:      sound,
		Harmless:   true,
		Edit:       func(p *Peer) { p.SMTP.RequireTLS = true },
	},
	{
		Name:    "auth-only-after-tls",
		Number:  134,
		Summary: "offers AUTH in clear text, but answers it with 530",
		Story:   "The server asks for TLS before a password, as it should, but offers the mechanisms too early. A client that accepts the offer has sent its password in clear text before it sees the refusal.",
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
		Summary: "offers AUTH in clear text and accepts any password",
		Story: "An attacker who answers in the server's place offers everything and accepts everything, to collect passwords; a careless server offers the same. " +
			"This scenario shows whether a client sends its password in clear text.",
		Fix: "On the server, offer AUTH inside TLS only: Postfix smtpd_tls_auth_only = yes, sendmail confAUTH_OPTIONS with p, Exim auth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}. " +
			"On the client, require TLS, and change any password that was sent in clear text.",
		References: []string{"RFC 4954 section 4", "RFC 8314 section 3"},
		Facts:      sound,
		Trap:       TrapCredentialsInClear,
		Edit: func(p *Peer) {
			p.SMTP.Auth.Offer = Everywhere
			p.SMTP.Auth.Bait = true
		},
	},
	{
		Name:       "greylist-after-tls",
		Number:     136,
		Summary:    "defers the recipients of the first session inside TLS",
		Story:      "The server greylists: it defers an unknown sender once, to see whether it comes back. A client that takes any failure after STARTTLS for a TLS failure comes back in clear text.",
		Fix:        "Nothing is wrong with the server. A client must tell a 451 to RCPT from a failed handshake, and retry with TLS.",
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
		Summary: "offers only GSSAPI and NTLM for AUTH inside TLS",
		Story: "Exchange does this until basic authentication is allowed for the connector. " +
			"A client that has only a password finds no mechanism that it supports: Cyrus SASL says no worthy mechs found, Nodemailer tries PLAIN anyway and gets 504. " +
			"A client that does not authenticate delivers.",
		Fix: "On Exchange, allow basic authentication after TLS for the receive connector (Set-ReceiveConnector -AuthMechanism Tls,BasicAuth,BasicAuthRequireTLS). " +
			"Elsewhere, list PLAIN among the mechanisms: Postfix uses Cyrus's mech_list or Dovecot's auth_mechanisms.",
		References: []string{"RFC 4954 section 4", "RFC 4422 section 3.2"},
		Facts:      sound,
		Harmless:   true,
		Edit:       func(p *Peer) { p.SMTP.Auth.Mechanisms = []string{"GSSAPI", "NTLM"} },
	},
	{
		Name:    "ehlo-refused-in-tls",
		Number:  138,
		Summary: "refuses EHLO inside TLS with 502",
		Story: "A TLS proxy in front of an old server offers STARTTLS and knows EHLO, but the server behind it knows only HELO. Postfix, sendmail, curl, msmtp, Swaks and Python continue with HELO inside TLS. " +
			"Go and Nodemailer give up. Exim continues without HELO or EHLO: its MAIL is refused, and it bounces the message.",
		Fix:        "On the server, let the proxy pass EHLO to a server that knows it, or answer EHLO itself. To see the fault, run openssl s_client -starttls smtp and type EHLO.",
		References: []string{"RFC 3207 section 4.2", "RFC 5321 section 2.2.1"},
		Facts:      sound,
		Edit: func(p *Peer) {
			p.Faults = []Fault{{At: AtEHLO, In: InTLS, Do: DoReply, Text: "502 5.5.1 Command not implemented"}}
		},
	},
	{
		Name:    "ehlo-stalled-in-tls",
		Number:  139,
		Summary: "completes the handshake, then never answers EHLO",
		Story: "A TLS proxy completes the handshake, but the server behind it is down or out of processes, or a firewall drops what it can no longer read. " +
			"The log shows a good handshake and then a timeout, so the certificate or the network gets the blame. Postfix and sendmail defer, and each attempt blocks a delivery slot for minutes. " +
			"Exim continues in clear text where TLS is optional.",
		Fix: "Run openssl s_client -starttls smtp and type EHLO, from inside and from outside, and compare. On the server, check the proxy's connection to the server behind it. " +
			"On the client, the timeout is Postfix smtp_helo_timeout, sendmail confTO_HELO, Exim command_timeout.",
		References: []string{"RFC 3207 section 4.2", "RFC 5321 section 4.5.3.2"},
		Facts:      sound,
		Edit:       func(p *Peer) { p.Faults = []Fault{{At: AtEHLO, In: InTLS, Do: DoStall}} },
	},
	{
		Name:    "pix-banner",
		Number:  140,
		Summary: "greets with asterisks, like a server behind a Cisco PIX",
		Story: "The SMTP inspection of an old Cisco firewall overwrites the greeting, so that neither the name nor the word ESMTP remains. " +
			"Clients that look for ESMTP send HELO and lose STARTTLS, as RFC 5321 allows. Postfix recognizes this greeting, works around other faults of that firewall and sends HELO on purpose.",
		Fix:        "On the firewall, configure no fixup protocol smtp 25 (PIX) or no inspect esmtp (ASA). On the client, send EHLO whatever the greeting says: Postfix smtp_always_send_ehlo = yes, its default.",
		References: []string{"RFC 5321 section 3.2", "postconf(5) smtp_pix_workarounds"},
		Facts:      selective,
		Edit:       func(p *Peer) { p.SMTP.Greeting = "*****************************2*****0*" },
	},
	{
		Name:       "requiretls-not-offered",
		Number:     141,
		Summary:    "does not offer REQUIRETLS",
		Story:      "Nearly every server is like this. A message whose sender demands REQUIRETLS must not be sent to it and is returned to the sender instead. Any other message goes through.",
		Fix:        "Nothing is wrong. If you need what REQUIRETLS promises, use servers that support it along the whole path.",
		References: []string{"RFC 8689 section 4.2.1"},
		Facts:      sound,
		Harmless:   true,
		Edit: func(p *Peer) {
			p.SMTP.Extensions = without(p.SMTP.Extensions, "REQUIRETLS")
		},
	},
}

// without returns the list without one of its elements.
func without(list []string, gone string) []string {
	var rest []string
	for _, s := range list {
		if s != gone {
			rest = append(rest, s)
		}
	}
	return rest
}

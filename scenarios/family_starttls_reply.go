package scenarios

// startTLSReply: how the peer answers the STARTTLS command.
var startTLSReply = []Scenario{
	{
		Name:    "starttls-454",
		Number:  126,
		Summary: "offers STARTTLS, then answers it with 454",
		Story: "The server announces TLS but cannot load its key or certificate: the file is missing, or the process may not read it. It says so only when a client asks. " +
			"Some clients then continue in clear text, some try another host, some defer.",
		Fix: "Check the server's own log at that second: it names the file. Postfix logs cannot load certificate or key; sendmail logs STARTTLS=server with the file and what is unsafe about it. " +
			"A key must belong to the account that reads it, and sendmail refuses one that the group may read.",
		References: []string{"RFC 3207 section 4"},
		Facts:      unoffered,
		Grounds:    Grounds{Offers: "RFC 3207 section 6"},
		Edit:       func(p *Peer) { answerStartTLS(p, "454 4.7.0 TLS not available due to local problem") },
	},
	{
		Name:    "starttls-502",
		Number:  127,
		Summary: "offers STARTTLS, then answers it with 502",
		Story:   "The keyword comes from a template or from a proxy in front, but the program behind it was built without TLS.",
		Fix: "Install a build with TLS, or remove the keyword; postconf -T compile-version, exim -bV and sendmail -d0.1 show how the server was built. " +
			"If a proxy announces STARTTLS, terminate TLS on the proxy.",
		References: []string{"RFC 3207 section 4", "RFC 5321 section 4.2.4"},
		Facts:      unoffered,
		Grounds:    Grounds{Offers: "RFC 3207 section 6"},
		Edit:       func(p *Peer) { answerStartTLS(p, "502 5.5.1 Command not implemented") },
	},
	{
		Name:    "starttls-554",
		Number:  128,
		Summary: "offers STARTTLS, then answers it with 554",
		Story: "Exchange answers this way when the certificate bound to SMTP is missing or its private key is not accessible. " +
			"A permanent refusal of the command does not refuse the mail, but some clients bounce the message because of it.",
		Fix: "On Exchange, Get-ExchangeCertificate shows what is bound to SMTP; bind a certificate whose key is present with Enable-ExchangeCertificate -Services SMTP. " +
			"A client should continue without TLS or defer, depending on its policy, and never bounce.",
		References: []string{"RFC 3207 section 4.1"},
		Facts:      unoffered,
		Grounds:    Grounds{Offers: "RFC 3207 section 6"},
		Edit:       func(p *Peer) { answerStartTLS(p, "554 5.7.3 Unable to initialize security subsystem") },
	},
	{
		Name:    "starttls-354",
		Number:  129,
		Summary: "offers STARTTLS, then answers it with 354",
		Story: "The server, or a proxy in front of it, is out of step and sends the reply to another command. No client expects to be told to send a message here. " +
			"Postfix and Exim treat it as a refusal and continue in clear text where TLS is optional. Sendmail reports a protocol error and defers, although it does continue in clear text after 454.",
		Fix:        "Type STARTTLS by hand, with and without the proxy, and compare. A proxy must count replies, above all where the client pipelines.",
		References: []string{"RFC 3207 section 4", "RFC 5321 section 4.2.1"},
		Facts:      unoffered,
		Grounds:    Grounds{Offers: "RFC 3207 section 6"},
		Edit:       func(p *Peer) { answerStartTLS(p, "354 Start mail input; end with <CRLF>.<CRLF>") },
	},
	{
		Name:    "plaintext-after-220",
		Number:  130,
		Summary: "answers STARTTLS with 220, then continues in clear text",
		Story: "The server notices only after its 220 that TLS does not work, and says so in SMTP, where the client expects TLS records. " +
			"OpenSSL calls this wrong version number, which makes people look at TLS versions.",
		Fix: "Read wrong version number as: this is not TLS. Check the server's log for what stopped TLS. Server software should check its key and certificate before it sends 220.",
		References: []string{
			"RFC 3207 section 4",
			"RFC 8446 section 5.1",
		},
		Facts:   unfinished,
		Grounds: Grounds{Completes: "RFC 8446 section 5"},
		Edit: func(p *Peer) {
			p.Faults = []Fault{{At: AtHandshake, Do: DoReply, Text: "454 4.7.0 TLS not available due to local problem"}}
		},
	},
	{
		Name:    "response-injection",
		Number:  131,
		Summary: "sends further replies in clear text right after the 220 to STARTTLS",
		Story: "An attacker on the path cannot read TLS, but can append text to the last reply before it. A client that keeps what it has already read takes that text for the first reply inside TLS. " +
			"It then believes in extensions that the server never offered, or in the acceptance of a message that was never sent.",
		Fix:        "The fault is in the client: it must discard or refuse whatever follows the 220. Update it: Exim did so in 4.95, and many others in 2020 and 2021. A server cannot prevent it.",
		References: []string{"CVE-2021-38371", "RFC 3207 section 4.2", "NO STARTTLS (USENIX Security 2021)"},
		Facts:      sound,
		Grounds:    Grounds{Offers: "RFC 3207 section 4.2"},
		Trap:       TrapInjectedReply,
		Edit: func(p *Peer) {
			p.Faults = []Fault{{At: AtSTARTTLS, Do: DoInject, Text: "250-{hostname}\r\n250 X-INJECTED\r\n"}}
		},
	},
	{
		Name:    "command-injection",
		Number:  132,
		Summary: "executes inside TLS what was sent in clear text after STARTTLS",
		Story: "An attacker can append commands to the client's STARTTLS. " +
			"A server that keeps its input buffer across STARTTLS executes them as if the client had sent them inside TLS: a recipient, or the beginning of a message in which the client's password ends up. " +
			"Postfix and a dozen others did so until 2011, and every few years a new server does it again.",
		Fix: "The fault is in the server: it must discard its buffer when TLS begins. Update it: Postfix 2.4.16, 2.5.12, 2.6.9, 2.7.3 or later. " +
			"A client that waits for the 220, as every client must, triggers nothing by itself.",
		References: []string{"CVE-2011-0411", "RFC 3207 section 4.2"},
		Facts:      sound,
		Grounds:    Grounds{Offers: "RFC 3207 section 4"},
		Harmless:   true,
		Edit:       func(p *Peer) { p.SMTP.StartTLS.KeepBuffered = true },
	},
}

// answerStartTLS makes the peer answer STARTTLS with this reply and continue in
// clear text, with AUTH for clients that need it to continue.
func answerStartTLS(p *Peer, reply string) {
	askForPasswords(p)
	p.Faults = []Fault{{At: AtSTARTTLS, Do: DoReply, Text: reply}}
}

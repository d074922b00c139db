package scenarios

import "slices"

// startTLS: whether, when and how STARTTLS is offered and answered, and what
// else goes wrong in the dialogue round it.
var startTLS = slices.Concat(startTLSOffer, startTLSReply, startTLSPolicy)

// startTLSOffer: how STARTTLS stands in the reply to EHLO.
var startTLSOffer = []Scenario{
	{
		Name:    "starttls-stripped",
		Number:  117,
		Summary: "does not offer STARTTLS",
		Story: "The server has no certificate, or something between the two takes the keyword out of the reply to EHLO: an attacker, a firewall that inspects SMTP, a mobile network. " +
			"The client cannot tell one from the other. An opportunistic client then delivers in clear, and its log shows nothing unusual. " +
			"AUTH is offered in clear by PLAIN and LOGIN, as an attacker would, so that a client with a password shows whether it sends that, too.",
		Fix: "On the server, give it a certificate and switch STARTTLS on: Postfix smtpd_tls_security_level = may, Exim tls_advertise_hosts = *, OpenSMTPD listen on … tls pki NAME, sendmail confSERVER_CERT and confSERVER_KEY. " +
			"If it is on and the keyword does not arrive, switch the inspection of SMTP off in the firewall. " +
			"On the client, require TLS for that destination, so that stripping stops the mail and not just the encryption; MTA-STS and DANE do that at scale.",
		References: []string{"RFC 3207 section 6", "RFC 8461 section 2", "RFC 7672 section 1.3"},
		Facts:      unoffered,
		Grounds:    Grounds{Offers: "RFC 3207 section 6"},
		Edit: func(p *Peer) {
			p.SMTP.StartTLS.Offer = Nowhere
			askForPasswords(p)
		},
	},
	{
		Name:    "starttls-masked",
		Number:  118,
		Summary: "offers XXXXXXXA where STARTTLS should stand",
		Story: "The SMTP inspection of a Cisco ASA or PIX overwrites keywords that it does not know with X, and answers the command itself with 500. " +
			"The server behind it is set up properly and its administrator sees nothing.",
		Fix: "Test from outside: a line 250-XXXXXXXA in the reply to EHLO is the sign. On the firewall: no inspect esmtp, or a policy map of type inspect esmtp with allow-tls. " +
			"On the client, require TLS for that destination, so that mail does not leave in clear.",
		References: []string{"RFC 3207 section 6", "postconf(5) smtp_pix_workarounds"},
		Facts:      unoffered,
		Grounds:    Grounds{Offers: "RFC 3207 section 6"},
		Trap:       TrapMaskedOffer,
		Edit: func(p *Peer) {
			p.SMTP.StartTLS.Keyword = "XXXXXXXA"
			askForPasswords(p)
		},
	},
	{
		Name:    "starttls-flapping",
		Number:  119,
		Summary: "leaves STARTTLS out in every second session, the first included",
		Story: "Several servers share one name, and one of them has lost its certificate. " +
			"An opportunistic client delivers now in TLS, now in clear; one that requires TLS defers now and then and succeeds later, so nobody looks.",
		Fix: "Test each address by itself: openssl s_client -starttls smtp -connect ADDRESS:25. " +
			"Monitor every server of the group, not the name.",
		References: []string{"RFC 3207 section 6"},
		Facts:      sound,
		Grounds:    Grounds{Offers: "RFC 5321 section 4.5.4.1"},
		Edit: func(p *Peer) {
			askForPasswords(p)
			p.Faults = []Fault{{At: AtEHLO, In: InClear, Do: DoHide, Text: "STARTTLS", Every: 2}}
		},
	},
	{
		Name:    "starttls-lowercase",
		Number:  120,
		Summary: "offers starttls in lower case",
		Story: "A home-made server or a proxy writes its keywords as its authors like them. Keywords have no case, but Exim, curl, Swaks and Go's net/smtp look for the capitals only: " +
			"they find no STARTTLS, and where TLS is optional they go on in clear. Postfix, sendmail, msmtp, Python and Nodemailer do not mind.",
		Fix:        "On the server, write keywords in capitals, as all others do. A client must compare them without regard to case.",
		References: []string{"RFC 5321 section 4.1.1.1", "RFC 5321 section 2.4"},
		Facts:      sound,
		Grounds:    Grounds{Offers: "RFC 5321 section 4.1.1.1"},
		Edit:       func(p *Peer) { p.SMTP.StartTLS.Keyword = "starttls" },
	},
	{
		Name:       "starttls-twice",
		Number:     121,
		Summary:    "offers STARTTLS again inside TLS",
		Story:      "RFC 3207 forbids it, but home-made servers build one reply to EHLO for both parts of the session. A client that goes by the reply alone would start TLS inside TLS; the command is refused there.",
		Fix:        "On the server, leave the keyword out once TLS is active. A client must not send the command twice.",
		References: []string{"RFC 3207 section 4.2"},
		Facts:      sound,
		Grounds:    Grounds{Offers: "RFC 3207 section 4.2"},
		Harmless:   true,
		Edit:       func(p *Peer) { p.SMTP.StartTLS.Offer = Everywhere },
	},
	{
		Name:    "helo-only",
		Number:  122,
		Summary: "does not know EHLO, and so no STARTTLS either",
		Story: "An old appliance, or a firewall that answers for the server, refuses EHLO with 502. " +
			"Clients fall back to HELO as RFC 5321 asks, and nobody notices that STARTTLS and everything else went with it.",
		Fix:        "Switch the SMTP proxy of the firewall off, or put a current mail server before the appliance. On the client, require TLS where it matters.",
		References: []string{"RFC 5321 section 3.2"},
		Facts:      unoffered,
		Grounds:    Grounds{Offers: "RFC 3207 section 6"},
		Edit:       func(p *Peer) { p.SMTP.ESMTP = false },
	},
	{
		Name:    "starttls-before-greeting",
		Number:  123,
		Summary: "takes STARTTLS only before EHLO, and does not offer it in the reply",
		Story: "A home-made server takes STARTTLS as a first word, as protocols with TLS from the start do, and knows nothing of it once EHLO is said. " +
			"Clients learn what a server can do from its reply to EHLO, so to them it has no TLS.",
		Fix:        "Offer STARTTLS in the reply to EHLO and take it there; nothing else is STARTTLS by RFC 3207.",
		References: []string{"RFC 3207 section 4", "RFC 5321 section 4.1.1.1", "RFC 5321 section 4.1.4"},
		Facts:      unoffered,
		Grounds:    Grounds{Offers: "RFC 5321 section 4.1.4"},
		Edit: func(p *Peer) {
			p.SMTP.StartTLS.Offer = InGreeting
			askForPasswords(p)
		},
	},
	{
		Name:    "plaintext-on-tls-port",
		Number:  124,
		Summary: "greets in clear on the port where TLS begins with the first byte",
		Story: "The service for port 465 was set up without its TLS wrapper, or a forwarding rule leads port 465 to port 25. " +
			"The client sends its ClientHello into clear text: OpenSSL says wrong version number, GnuTLS an unexpected TLS packet was received.",
		Fix:        "Postfix: smtpd_tls_wrappermode = yes for smtps in master.cf. Exim: tls_on_connect_ports = 465. OpenSMTPD: listen on … smtps. Sendmail: M=s in DAEMON_OPTIONS.",
		References: []string{"RFC 8314 section 3.3"},
		Facts:      unoffered,
		Grounds:    Grounds{Offers: "RFC 8446 section 5"},
		ReachAt:    ReachAtSMTPS,
		Edit:       func(p *Peer) { p.SMTP.PlaintextSMTPS = true },
	},
	{
		Name:    "implicit-on-starttls-port",
		Number:  125,
		Summary: "begins TLS with the first octet, where clients expect a greeting",
		Story: "A port was forwarded to the wrong one: 25 or 587 outside, 465 inside. The server waits for a ClientHello, the client for 220; both are silent until one gives up. " +
			"Some clients call it a timeout of the greeting.",
		Fix: "Forward the port to one where the server greets in clear; TLS from the first octet belongs on 465. " +
			"In Postfix, smtpd_tls_wrappermode = yes must stand in master.cf under smtps or submissions only. openssl s_client -connect HOST:PORT without -starttls shows it at once.",
		References: []string{"RFC 8314 section 3.3"},
		Facts:      unoffered,
		Grounds:    Grounds{Offers: AllStacks},
		Edit:       func(p *Peer) { p.SMTP.ImplicitTLS = true },
	},
}

// askForPasswords offers AUTH in clear, as whoever collects passwords would: by
// the mechanisms alone that show them.
func askForPasswords(p *Peer) {
	p.SMTP.Auth.Offer = Everywhere
	p.SMTP.Auth.Mechanisms = []string{"PLAIN", "LOGIN"}
}

package scenarios

import "slices"

// startTLS: whether, when and how STARTTLS is offered and answered, and what
// else goes wrong around it.
var startTLS = slices.Concat(startTLSOffer, startTLSReply, startTLSPolicy)

// startTLSOffer: how the reply to EHLO offers STARTTLS.
var startTLSOffer = []Scenario{
	{
		Name:    "starttls-stripped",
		Number:  117,
		Summary: "does not offer STARTTLS",
		Story: "The server has no certificate, or something on the path removes the keyword from the reply to EHLO: an attacker, a firewall that inspects SMTP, a mobile network. The client cannot tell which. " +
			"An opportunistic client then delivers in clear text, and its log shows nothing unusual. " +
			"Like an attacker, the peer offers AUTH PLAIN and LOGIN in clear text, to show whether a client that has a password sends it, too.",
		Fix: "On the server, install a certificate and turn STARTTLS on: Postfix smtpd_tls_security_level = may, Exim tls_advertise_hosts = *, OpenSMTPD listen on … tls pki NAME, sendmail confSERVER_CERT and confSERVER_KEY. " +
			"If it is on but the keyword does not arrive, turn SMTP inspection off in the firewall. " +
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
		Summary: "offers XXXXXXXA instead of STARTTLS",
		Story: "The SMTP inspection of a Cisco ASA or PIX overwrites keywords that it does not know with X, and answers the command itself with 500. " +
			"The server behind it is set up correctly, and its administrator sees nothing.",
		Fix: "Test from outside: look for a line 250-XXXXXXXA in the reply to EHLO. On the firewall, configure no inspect esmtp, or a policy map of type inspect esmtp with allow-tls. " +
			"On the client, require TLS for that destination, so that mail does not leave in clear text.",
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
		Summary: "omits STARTTLS in every second session, starting with the first",
		Story: "Several servers share one name, and one of them has lost its certificate. An opportunistic client delivers sometimes in TLS, sometimes in clear text. " +
			"A client that requires TLS defers now and then and succeeds later, so nobody investigates.",
		Fix:        "Test each address separately: openssl s_client -starttls smtp -connect ADDRESS:25. Monitor every server of the group, not the name.",
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
		Story: "A home-made server or a proxy writes its keywords as its authors like them. Keywords are case-insensitive, but Exim, curl, Swaks and Go's net/smtp look only for capitals. " +
			"They find no STARTTLS and, where TLS is optional, continue in clear text. Postfix, sendmail, msmtp, Python and Nodemailer accept lower case.",
		Fix:        "On the server, write keywords in capitals, as all others do. A client must ignore case when it compares them.",
		References: []string{"RFC 5321 section 4.1.1.1", "RFC 5321 section 2.4"},
		Facts:      sound,
		Grounds:    Grounds{Offers: "RFC 5321 section 4.1.1.1"},
		Edit:       func(p *Peer) { p.SMTP.StartTLS.Keyword = "starttls" },
	},
	{
		Name:    "starttls-twice",
		Number:  121,
		Summary: "offers STARTTLS again inside TLS",
		Story: "RFC 3207 forbids this, but home-made servers build one reply to EHLO for both parts of the session. " +
			"A client that goes by the reply alone would start TLS inside TLS; the peer refuses the command there.",
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
		Summary: "refuses EHLO with 502, and so offers no STARTTLS",
		Story: "An old appliance, or a firewall that answers for the server, does not know EHLO. " +
			"Clients fall back to HELO, as RFC 5321 asks, and nobody notices that STARTTLS and all other extensions are missing.",
		Fix:        "Turn off the SMTP proxy of the firewall, or put a current mail server in front of the appliance. On the client, require TLS where it matters.",
		References: []string{"RFC 5321 section 3.2"},
		Facts:      unoffered,
		Grounds:    Grounds{Offers: "RFC 3207 section 6"},
		Edit:       func(p *Peer) { p.SMTP.ESMTP = false },
	},
	{
		Name:    "starttls-before-greeting",
		Number:  123,
		Summary: "accepts STARTTLS only before EHLO, and does not offer it",
		Story: "A home-made server accepts STARTTLS as the first command, like protocols with TLS from the start, but does not know it after EHLO. " +
			"Clients learn from the reply to EHLO what a server supports, so to them it has no TLS.",
		Fix:        "Offer STARTTLS in the reply to EHLO and accept it there; RFC 3207 defines no other way.",
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
		Summary: "greets in clear text on the port for implicit TLS",
		Story: "The service on port 465 was set up without its TLS wrapper, or a forwarding rule sends port 465 to port 25. " +
			"The client sends a ClientHello and gets clear text in return: OpenSSL says wrong version number, GnuTLS an unexpected TLS packet was received.",
		Fix:        "Make the port start with TLS. Postfix: smtpd_tls_wrappermode = yes for smtps in master.cf. Exim: tls_on_connect_ports = 465. OpenSMTPD: listen on … smtps. Sendmail: M=s in DAEMON_OPTIONS.",
		References: []string{"RFC 8314 section 3.3"},
		Facts:      unoffered,
		Grounds:    Grounds{Offers: "RFC 8446 section 5"},
		ReachAt:    ReachAtSMTPS,
		Edit:       func(p *Peer) { p.SMTP.PlaintextSMTPS = true },
	},
	{
		Name:    "implicit-on-starttls-port",
		Number:  125,
		Summary: "starts TLS at once, where clients expect a greeting",
		Story: "A port was forwarded to the wrong one: 25 or 587 outside, 465 inside. The server waits for a ClientHello and the client for 220, so both stay silent until one gives up. " +
			"Some clients report that the greeting timed out.",
		Fix: "Forward the port to one where the server greets in clear text; TLS from the first byte belongs on 465. " +
			"In Postfix, smtpd_tls_wrappermode = yes may be set in master.cf only under smtps or submissions. openssl s_client -connect HOST:PORT without -starttls shows the fault at once.",
		References: []string{"RFC 8314 section 3.3"},
		Facts:      unoffered,
		Grounds:    Grounds{Offers: AllStacks},
		Edit:       func(p *Peer) { p.SMTP.ImplicitTLS = true },
	},
}

// askForPasswords offers AUTH in clear text, as an attacker who collects passwords
// would: only by mechanisms that show the password.
func askForPasswords(p *Peer) {
	p.SMTP.Auth.Offer = Everywhere
	p.SMTP.Auth.Mechanisms = []string{"PLAIN", "LOGIN"}
}

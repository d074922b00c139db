package scenarios

// transport: how the connection ends or stalls.
var transport = []Scenario{
	{
		Name:    "silent-greeting",
		Number:  142,
		Summary: "accepts the connection and sends nothing",
		Story: "The server is out of processes or is a tarpit, or a firewall answers for a host that is switched off. " +
			"Clients wait for the greeting, for five minutes according to RFC 5321, and block a delivery slot meanwhile.",
		Fix: "On the server, check the process limits and name lookups before the greeting (Postfix: postscreen, smtpd_peername_lookup; sendmail: confTO_IDENT). " +
			"On the client, the timeout is Postfix smtp_helo_timeout and smtp_connect_timeout, sendmail confTO_INITIAL, Exim command_timeout.",
		References: []string{"RFC 5321 section 4.5.3.2.1"},
		Facts:      unoffered,
		Grounds:    Grounds{Offers: AllStacks},
		Edit:       func(p *Peer) { p.Faults = []Fault{{At: AtConnect, Do: DoStall}} },
	},
	{
		Name:       "refused-greeting",
		Number:     143,
		Summary:    "greets with 554 instead of 220",
		Story:      "The client's address is on a block list, or the host is no longer a mail server. Some clients return the mail at once, some try the next host, some defer; RFC 5321 leaves the choice to them.",
		Fix:        "Read the text of the 554: it usually names the list, and that list says how to be removed from it. A host that accepts no mail should have no MX record, or a null MX.",
		References: []string{"RFC 5321 section 3.1", "RFC 5321 section 4.2", "RFC 7505"},
		Facts:      unoffered,
		Grounds:    Grounds{Offers: "RFC 5321 section 4.2"},
		Edit: func(p *Peer) {
			p.Faults = []Fault{{At: AtGreeting, Do: DoReply, Text: "554 5.3.2 {hostname} No SMTP service here"}}
		},
	},
	{
		Name:    "busy-greeting",
		Number:  144,
		Summary: "greets the first session with 421",
		Story:   "The server has reached its connection limit or is shutting down. The next attempt gets through.",
		Fix: "Let the client try again. " +
			"If it happens often, check the limits: Postfix smtpd_client_connection_count_limit and the process limit in master.cf, sendmail confMAX_DAEMON_CHILDREN and confCONNECTION_RATE_THROTTLE, Exim smtp_accept_max.",
		References: []string{"RFC 5321 section 3.8"},
		Facts:      sound,
		Grounds:    Grounds{Offers: "RFC 5321 section 4.5.4.1"},
		Harmless:   true,
		Edit: func(p *Peer) {
			p.Faults = []Fault{{At: AtGreeting, Do: DoReply, Text: "421 4.3.2 {hostname} Too many connections, try again later", First: 1}}
		},
	},
	{
		Name:    "slow-drip",
		Number:  145,
		Summary: "sends its greeting one byte at a time",
		Story: "The line is bad, or the server is a tarpit that costs senders time on purpose. A client whose timeout starts again with every byte can be held for a long time. " +
			"A client that reads one packet and expects a whole line in it fails.",
		Fix:        "Nothing is wrong with the mail. On the client, limit the time for a whole reply; Postfix does with smtp_per_request_deadline.",
		References: []string{"RFC 5321 section 4.5.3.2"},
		Facts:      sound,
		Grounds:    Grounds{Offers: "RFC 5321 section 2.3.8"},
		Harmless:   true,
		Edit:       func(p *Peer) { p.Faults = []Fault{{At: AtGreeting, Do: DoDrip}} },
	},
	{
		Name:    "reset-after-starttls",
		Number:  146,
		Summary: "answers STARTTLS with 220, then resets the connection",
		Story: "The process that should handle TLS dies on the first byte, or a middlebox that cannot look into TLS cuts the connection. " +
			"Sendmail keeps such mail in its queue and tries TLS again each time, until the mail bounces. Its log says stat=Deferred and, depending on the timing, Connection reset by the host.",
		Fix: "On the server, look for a crash at that second, and for a firewall or load balancer that resets anything but plain SMTP. " +
			"Run openssl s_client -starttls smtp from inside and from outside, and compare. " +
			"On a sending sendmail, Try_TLS:HOST NO in the access map turns TLS off for this host, and confTLS_FALLBACK_TO_CLEAR (8.16) tries again in clear text. " +
			"Postfix and Exim fall back by themselves where TLS is optional.",
		References: []string{
			"RFC 3207 section 4.1",
			"field report: stat=Deferred: Connection reset by mx.remotefoo.com",
		},
		Facts:   unfinished,
		Grounds: Grounds{Completes: AllStacks},
		Edit:    func(p *Peer) { p.Faults = []Fault{{At: AtHandshake, Do: DoReset}} },
	},
	{
		Name:    "close-after-starttls",
		Number:  147,
		Aliases: []string{"close-after-220"},
		Summary: "answers STARTTLS with 220, then closes the connection",
		Story: "The server's process ends when it cannot set up TLS, in an orderly way but without a message. " +
			"OpenSSL calls this unexpected eof while reading, GnuTLS says that the TLS connection was non-properly terminated.",
		Fix:        "Check the server's log at that second: usually the key cannot be read, or a library is missing in the chroot. openssl s_client -starttls smtp shows whether it happens to every client.",
		References: []string{"RFC 3207 section 4.1"},
		Facts:      unfinished,
		Grounds:    Grounds{Completes: AllStacks},
		Edit:       func(p *Peer) { p.Faults = []Fault{{At: AtHandshake, Do: DoClose}} },
	},
	{
		Name:    "handshake-stall",
		Number:  148,
		Summary: "answers STARTTLS with 220, then sends nothing more",
		Story: "The server waits for random numbers or for a name server, or the client's large packets get lost on the path: the small ones of SMTP pass, the first full one does not. " +
			"The delivery hangs until the client times out, and again at the next attempt.",
		Fix: "Test the path with full packets: ping -M do -s 1472 HOST. If they vanish, let ICMP pass or lower the MTU. " +
			"The client's timeout is Postfix smtp_starttls_timeout, sendmail confTO_STARTTLS, Exim command_timeout.",
		References: []string{"RFC 3207 section 4.1", "RFC 2923"},
		Facts:      unfinished,
		Grounds:    Grounds{Completes: AllStacks},
		Edit:       func(p *Peer) { p.Faults = []Fault{{At: AtHandshake, Do: DoStall}} },
	},
	{
		Name:    "reset-mid-handshake",
		Number:  149,
		Summary: "resets the connection after the ClientHello",
		Story: "A firewall inspects the ClientHello and rejects what it sees: a server name, a version, a size. Either the packet never reaches the server, or the server's answer never gets out. " +
			"The client's log says Connection reset by peer, in the middle of the handshake.",
		Fix:        "Try other kinds of ClientHello: openssl s_client -starttls smtp with -noservername, with -tls1_2, with -groups X25519. If one of them gets through, fix the device on the path.",
		References: []string{"RFC 8446 section 4.1.2", "openssl/openssl#27557"},
		Facts:      unfinished,
		Grounds:    Grounds{Completes: AllStacks},
		Edit:       func(p *Peer) { p.Faults = []Fault{{At: AtClientHello, Do: DoReset}} },
	},
	{
		Name:    "reset-inside-tls",
		Number:  150,
		Summary: "completes TLS in the first session, then resets the connection at EHLO",
		Story: "The server accepts TLS and then loses the session: the process that should continue it dies, or a firewall cuts what it can no longer read. " +
			"Sendmail logs the handshake like any other, verify=OK or verify=FAIL, and right after it stat=Deferred: Connection reset by the host, so the certificate gets the blame.",
		Fix: "Ignore verify=: it is not what failed. On the server, look for a crash at that second, and for a firewall that inspects SMTP. " +
			"Run openssl s_client -starttls smtp and type EHLO, from inside and from outside, and compare. " +
			"On a sending sendmail, Try_TLS:HOST NO in the access map turns TLS off for this host until it is fixed.",
		References: []string{"RFC 3207 section 4.2", "field report: stat=Deferred: Connection reset by mx.remotefoo.com, after verify=FAIL"},
		Facts:      sound,
		Edit:       func(p *Peer) { p.Faults = []Fault{{At: AtEHLO, In: InTLS, Do: DoReset, First: 1}} },
	},
	{
		Name:    "no-close-notify",
		Number:  151,
		Summary: "closes the connection without a close_notify alert",
		Story: "Many servers close the connection after QUIT and leave the close_notify out. The mail was accepted long before. " +
			"The client's library cannot rule out that an attacker ended the connection, and says so: SSL_shutdown failed: -1, or unexpected eof while reading.",
		Fix:        "There is nothing to do about the mail. A client should not report an error for what follows the reply to QUIT.",
		References: []string{"RFC 8446 section 6.1", "field report: SSL_shutdown failed: -1"},
		Facts:      sound,
		Grounds:    Grounds{Completes: AllStacks},
		Harmless:   true,
		Edit:       func(p *Peer) { p.TLS.CloseNotify = false },
	},
	{
		Name:    "reset-during-data",
		Number:  152,
		Summary: "resets the first session during the message",
		Story: "A content filter crashes on a message, or a middlebox drops a connection that carries too much or too little data. The message is not accepted. " +
			"The client must keep it and try again, with TLS, because TLS is not what failed.",
		Fix: "If it always hits the same message, check filters and size limits; if it hits large messages, check the path (ping -M do -s 1472 HOST). " +
			"The server's log shows whether it ended the connection itself.",
		References: []string{"RFC 5321 section 4.5.4.1"},
		Facts:      sound,
		Edit:       func(p *Peer) { p.Faults = []Fault{{At: AtMessage, Do: DoReset, First: 1}} },
	},
	{
		Name:    "reset-after-dot",
		Number:  153,
		Summary: "stores the first session's message, then resets instead of sending 250",
		Story: "The server accepts the message, but its reply is lost. The client cannot know this and must send the message again, so the recipient gets it twice. " +
			"A server that takes too long over the final dot, busy with filters, has the same effect on clients with a shorter timeout.",
		Fix: "On the server, reply to the dot quickly and filter later, or reject duplicates by Message-ID. " +
			"On the client, wait the ten minutes that RFC 5321 asks for: Postfix smtp_data_done_timeout, sendmail confTO_DATAFINAL, Exim final_timeout.",
		References: []string{"RFC 1047", "RFC 5321 section 4.5.3.2.6"},
		Facts:      sound,
		Edit:       func(p *Peer) { p.Faults = []Fault{{At: AtDot, Do: DoReset, First: 1}} },
	},
}

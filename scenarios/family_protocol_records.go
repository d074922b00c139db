package scenarios

import "strings"

// protocolHandshake: peers that cannot bear a hello, or answer it with an alert.
var protocolHandshake = []Scenario{
	{
		Name:    "clienthello-intolerant",
		Number:  94,
		Summary: "drops connections whose ClientHello is longer than 1400 octets",
		Story: "A firewall or an old server reads one packet and expects the whole ClientHello in it. That held until the post-quantum key share made the hello longer than a packet: " +
			"clients of OpenSSL 3.5, Go 1.24 and current browsers fail, and older ones pass.",
		Fix:        "Update the firewall or the server; the limit is a bug. Until then the client can leave the post-quantum group out for this host: OpenSSL's Groups setting, Postfix tls_eecdh_auto_curves, GODEBUG=tlsmlkem=0 for Go.",
		References: []string{"openssl/openssl#27557", "RFC 8446 section 4.1.2"},
		Facts:      selective,
		Edit:       func(p *Peer) { p.TLS.MaxClientHello = 1400 },
	},
	{
		Name:    "version-intolerant",
		Number:  95,
		Summary: "aborts when a client offers TLS 1.3, instead of agreeing on TLS 1.2",
		Story: "Servers and middleboxes of 2015 compared versions where they should have negotiated. A client that offers no more than TLS 1.2, such as one of Mbed TLS 2 or Botan 2, gets through, a current one gets handshake_failure. " +
			"Browsers once tried again with less, which invited attackers; mailers never did.",
		Fix:        "Update the server. On the client, limit the version for this one host: Postfix smtp_tls_policy_maps with protocols=<=TLSv1.2, Exim openssl_options.",
		References: []string{"RFC 8446 section 4.2.1", "RFC 7507"},
		Facts:      selective,
		Edit: func(p *Peer) {
			p.TLS.MaxVersion = "1.2"
			p.TLS.VersionIntolerant = true
		},
	},
	{
		Name:    "reset-of-tls-v1-3",
		Number:  96,
		Summary: "resets the connections of clients that offer TLS 1.3, and no others",
		Story: "A device on the way inspects TLS, knows nothing above TLS 1.2, and cuts what it does not know. Clients of TLS 1.2 get through. " +
			"So mail from old servers arrives and mail from new ones is deferred, with Connection reset by peer in their logs and nothing in that of the server.",
		Fix: "Take the device off the path of port 25, or update it. Compare openssl s_client -starttls smtp with -tls1_2 and without. " +
			"On a client that must get through until then, limit the version for this one host: Postfix smtp_tls_policy_maps with protocols=<=TLSv1.2, Exim openssl_options.",
		References: []string{"RFC 8446 section 4.1.2", "RFC 3207 section 4.1"},
		Facts:      selective,
		Edit: func(p *Peer) {
			p.Faults = []Fault{{At: AtClientHello, Do: DoReset, TLSVersion: "1.3"}}
		},
	},
	alertOnHello(97, "handshake_failure", "the server and the client have no cipher suite, group or signature in common, or the server has no certificate that it can use"),
	alertOnHello(98, "internal_error", "something in the server broke that has nothing to do with the client: it cannot read its key, or is out of memory"),
	alertOnHello(99, "protocol_version", "the server speaks versions only that the client does not, or the other way round"),
}

// alertOnHello is a peer that answers every ClientHello with a fatal alert.
func alertOnHello(number int, alert, why string) Scenario {
	return Scenario{
		Name:       "alert-" + strings.ReplaceAll(alert, "_", "-"),
		Number:     number,
		Summary:    "answers every ClientHello with the fatal alert " + alert,
		Story:      "By that alert " + why + ". The client learns no more than the name of the alert, and its log shows just that.",
		Fix:        "The cause stands in the server's own log, at that second; raise its level (Postfix smtpd_tls_loglevel = 2, sendmail confLOG_LEVEL 14, Exim debug +tls). Compare openssl s_client -starttls smtp -tls1_2 with -tls1_3.",
		References: []string{"RFC 8446 section 6.2"},
		Facts:      unfinished,
		Grounds:    Grounds{Completes: "RFC 8446 section 6.2"},
		Edit:       func(p *Peer) { p.Faults = []Fault{{At: AtClientHello, Do: DoAlert, Text: alert}} },
	}
}

// protocolRecords: peers whose own records are not as they should be.
var protocolRecords = []Scenario{
	{
		Name:    "one-byte-records",
		Number:  100,
		Summary: "puts every octet of the handshake into a record of its own",
		Story: "TLS allows it, and a server with tiny buffers comes near it. " +
			"Clients and middleboxes that expect a message in one record trip over it: Mbed TLS 2, wolfSSL 5.5 and Erlang 25 end the handshake.",
		Fix:        "Nothing is wrong with the server, but larger records are kinder to its clients. A client that fails here needs a newer library.",
		References: []string{"RFC 8446 section 5.1"},
		Facts:      selective,
		Edit:       func(p *Peer) { p.TLS.Records = &Records{OneByte: true} },
	},
	{
		Name:    "corrupt-finished",
		Number:  101,
		Summary: "sends a Finished message that does not match the handshake",
		Story: "Something between client and server altered the handshake, or the memory of the server is faulty. " +
			"The Finished message is what protects the handshake, so every client must end the connection.",
		Fix:        "Test from another network. If it fails there too, the server's hardware or library is broken.",
		References: []string{"RFC 8446 section 4.4.4", "RFC 5246 section 7.4.9"},
		Facts:      unfinished,
		Grounds:    Grounds{Completes: "RFC 8446 section 4.4.4"},
		Edit:       func(p *Peer) { p.TLS.Records = &Records{CorruptFinished: true} },
	},
	{
		Name:    "keyupdate-storm",
		Number:  102,
		Summary: "changes its keys a hundred times behind the handshake, in TLS 1.3",
		Story: "A server that is broken, or means harm, keeps the client busy with KeyUpdate messages. " +
			"GnuTLS ends the connection after 8 within a second, Go after 16 without data between, and BoringSSL and rustls have limits, too; OpenSSL, NSS, wolfSSL and Java follow.",
		Fix:        "A client does well to bound how many it follows. A server needs one in a lifetime, if at all.",
		References: []string{"RFC 8446 section 4.6.3"},
		Facts:      selective,
		Edit: func(p *Peer) {
			p.TLS.MinVersion = "1.3"
			p.TLS.Records = &Records{KeyUpdates: 100}
		},
	},
	{
		Name:    "downgrade-canary",
		Number:  103,
		Summary: "agrees on TLS 1.2 with the mark of a peer that could do TLS 1.3",
		Story: "A server that can do TLS 1.3 but was made to agree on less says so in its random number. A client that offered TLS 1.3 knows by it that someone removed the offer on the way, and must end the connection; one that did not, such as Mbed TLS 2, goes on. " +
			"Middleboxes that copied the random number of the real server have been the cause more often than attackers.",
		Fix:        "Take the middlebox that inspects TLS off the path, or update it.",
		References: []string{"RFC 8446 section 4.1.3"},
		Facts:      selective,
		Edit: func(p *Peer) {
			p.TLS.MaxVersion = "1.2"
			p.TLS.Records = &Records{DowngradeCanary: true}
		},
	},
	{
		Name:    "warning-alert",
		Number:  104,
		Summary: "sends the warning unrecognized_name before it goes on as usual, in TLS 1.2",
		Story: "The server does not know the name that the client sent and means to say so politely. Java and Botan take the warning for an error and end the connection, others go on. " +
			"RFC 6066 advises against the warning, as what clients do about it cannot be predicted.",
		Fix:        "Give the server the name that clients use, or update its library. A client does well to go on.",
		References: []string{"RFC 6066 section 3", "RFC 5246 section 7.2.2"},
		Facts:      selective,
		Edit: func(p *Peer) {
			p.TLS.MaxVersion = "1.2"
			p.TLS.Records = &Records{WarningAlerts: 1}
		},
	},
	{
		Name:    "alert-after-handshake",
		Number:  105,
		Summary: "completes the handshake, then sends the fatal alert internal_error inside TLS",
		Story: "The server accepts the client's keys and then finds that it cannot go on: no process is left to take the session, or its session cache is broken. " +
			"To an opportunistic client it looks as if TLS had worked.",
		Fix:        "Look into the server's log at that second.",
		References: []string{"RFC 8446 section 6.2"},
		Facts:      unfinished,
		Grounds:    Grounds{Completes: "RFC 8446 section 6.2"},
		Edit:       func(p *Peer) { p.TLS.Records = &Records{AlertAfterHandshake: "internal_error"} },
	},
}

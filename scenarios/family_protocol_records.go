package scenarios

import "strings"

// protocolHandshake: peers that cannot cope with a hello, or answer it with an
// alert.
var protocolHandshake = []Scenario{
	{
		Name:    "clienthello-intolerant",
		Number:  94,
		Summary: "drops the connection if the ClientHello exceeds 1400 bytes",
		Story: "A firewall or an old server reads one packet and expects the whole ClientHello in it. " +
			"That worked until the post-quantum key share made the ClientHello longer than a packet: clients with OpenSSL 3.5, Go 1.24 and current browsers fail, older ones get through.",
		Fix: "Update the firewall or the server; the limit is a bug. " +
			"Until then, the client can omit the post-quantum group for this host: OpenSSL's Groups setting, Postfix tls_eecdh_auto_curves, GODEBUG=tlsmlkem=0 for Go.",
		References: []string{"openssl/openssl#27557", "RFC 8446 section 4.1.2"},
		Facts:      selective,
		Edit:       func(p *Peer) { p.TLS.MaxClientHello = 1400 },
	},
	{
		Name:    "version-intolerant",
		Number:  95,
		Summary: "aborts if the client offers TLS 1.3, instead of agreeing on TLS 1.2",
		Story: "Servers and middleboxes from 2015 compared versions where they should have negotiated. " +
			"A client that offers at most TLS 1.2, such as one with Mbed TLS 2 or Botan 2, gets through; a current one gets handshake_failure. " +
			"Browsers used to retry with a lower version, which helped attackers; mailers never did.",
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
		Summary: "resets the connection if the client offers TLS 1.3",
		Story: "A device on the path inspects TLS, knows nothing above TLS 1.2, and cuts what it does not know. TLS 1.2 clients get through. " +
			"So mail from old servers arrives, while mail from new ones is deferred: their logs say Connection reset by peer, and the server's log says nothing.",
		Fix: "Take the device off the path for port 25, or update it. Compare openssl s_client -starttls smtp with and without -tls1_2. " +
			"Until then, on a client that must get through, limit the version for this one host: Postfix smtp_tls_policy_maps with protocols=<=TLSv1.2, Exim openssl_options.",
		References: []string{"RFC 8446 section 4.1.2", "RFC 3207 section 4.1"},
		Facts:      selective,
		Edit: func(p *Peer) {
			p.Faults = []Fault{{At: AtClientHello, Do: DoReset, TLSVersion: "1.3"}}
		},
	},
	alertOnHello(97, "handshake_failure", "the server and the client have no cipher suite, group or signature algorithm in common, or the server has no certificate that it can use"),
	alertOnHello(98, "internal_error", "something broke in the server that has nothing to do with the client: it cannot read its key, or it is out of memory"),
	alertOnHello(99, "protocol_version", "the server and the client have no version of TLS in common"),
}

// alertOnHello is a peer that answers every ClientHello with a fatal alert.
func alertOnHello(number int, alert, why string) Scenario {
	return Scenario{
		Name:       "alert-" + strings.ReplaceAll(alert, "_", "-"),
		Number:     number,
		Summary:    "answers every ClientHello with the fatal alert " + alert,
		Story:      "The alert means " + why + ". The client learns only the name of the alert, so its log shows nothing else.",
		Fix:        "Look for the cause in the server's own log at that second; raise its level if needed (Postfix smtpd_tls_loglevel = 2, sendmail confLOG_LEVEL 14, Exim debug +tls). Compare openssl s_client -starttls smtp -tls1_2 with -tls1_3.",
		References: []string{"RFC 8446 section 6.2"},
		Facts:      unfinished,
		Grounds:    Grounds{Completes: "RFC 8446 section 6.2"},
		Edit:       func(p *Peer) { p.Faults = []Fault{{At: AtClientHello, Do: DoAlert, Text: alert}} },
	}
}

// protocolRecords: peers that send unusual or broken records.
var protocolRecords = []Scenario{
	{
		Name:    "one-byte-records",
		Number:  100,
		Summary: "sends every byte of the handshake in a separate record",
		Story: "TLS allows this, and a server with tiny buffers comes close to it. " +
			"Clients and middleboxes that expect a whole message in one record fail: Mbed TLS 2, wolfSSL 5.5 and Erlang 25 end the handshake.",
		Fix:        "Nothing is wrong with the server, but larger records are easier on its clients. A client that fails here needs a newer library.",
		References: []string{"RFC 8446 section 5.1"},
		Facts:      selective,
		Edit:       func(p *Peer) { p.TLS.Records = &Records{OneByte: true} },
	},
	{
		Name:       "corrupt-finished",
		Number:     101,
		Summary:    "sends a Finished message that does not match the handshake",
		Story:      "Something between client and server altered the handshake, or the server's memory is faulty. The Finished message protects the handshake, so every client must end the connection.",
		Fix:        "Test from another network. If it fails there too, the server's hardware or library is broken.",
		References: []string{"RFC 8446 section 4.4.4", "RFC 5246 section 7.4.9"},
		Facts:      unfinished,
		Grounds:    Grounds{Completes: "RFC 8446 section 4.4.4"},
		Edit:       func(p *Peer) { p.TLS.Records = &Records{CorruptFinished: true} },
	},
	{
		Name:    "keyupdate-storm",
		Number:  102,
		Summary: "updates its keys a hundred times after the handshake, in TLS 1.3",
		Story: "A broken or malicious server keeps the client busy with KeyUpdate messages. " +
			"GnuTLS ends the connection after 8 within a second, Go after 16 without data in between, and BoringSSL and rustls have limits, too. OpenSSL, NSS, wolfSSL and Java follow every one.",
		Fix:        "Limit how many key updates a client follows. A server needs one in the lifetime of a connection, if any.",
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
		Summary: "agrees on TLS 1.2 but signals that it supports TLS 1.3",
		Story: "A server that supports TLS 1.3 but had to agree on a lower version says so in its random value. " +
			"A client that offered TLS 1.3 learns from this that someone removed the offer on the path, and must end the connection. A client that did not offer it, such as Mbed TLS 2, continues. " +
			"Middleboxes that copied the real server's random value have been the cause more often than attackers.",
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
		Summary: "sends the warning alert unrecognized_name, then continues, in TLS 1.2",
		Story: "The server does not know the name that the client sent and tries to say so politely. Java and Botan treat the warning as an error and end the connection; others continue. " +
			"RFC 6066 advises against the warning, because clients react unpredictably.",
		Fix:        "Configure the name that clients use on the server, or update its library. In a client, continue after the warning.",
		References: []string{"RFC 6066 section 3", "RFC 5246 section 7.2.2"},
		Facts:      selective,
		Edit: func(p *Peer) {
			p.TLS.MaxVersion = "1.2"
			p.TLS.Records = &Records{WarningAlerts: 1}
		},
	},
	{
		Name:       "alert-after-handshake",
		Number:     105,
		Summary:    "completes the handshake, then sends the fatal alert internal_error",
		Story:      "The server accepts the client's keys and then cannot continue: no process is left to take the session, or its session cache is broken. To an opportunistic client, TLS seems to have worked.",
		Fix:        "Check the server's log at that second.",
		References: []string{"RFC 8446 section 6.2"},
		Facts:      unfinished,
		Grounds:    Grounds{Completes: "RFC 8446 section 6.2"},
		Edit:       func(p *Peer) { p.TLS.Records = &Records{AlertAfterHandshake: "internal_error"} },
	},
}

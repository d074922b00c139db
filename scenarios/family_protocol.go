package scenarios

import "github.com/fakemx/fakemx/certgen"

// protocol: versions, cipher suites and extensions of TLS.
var protocol = []Scenario{
	{
		Name:    "tls-v1-0",
		Number:  80,
		Summary: "speaks TLS 1.0 only",
		Story: "The operating system dates from before 2012, or a setting that once kept SSL 3.0 out allows nothing newer. " +
			"Such a server does not know the extension by which clients offer TLS 1.3. It answers every ClientHello with a ServerHello of its own version, and the client ends the handshake: " +
			"Go says server selected unsupported protocol version 301, Java the server selected protocol version TLS10, OpenSSL unsupported protocol or legacy sigalg disallowed. " +
			"The peer has an RSA key and suites with CBC, as servers of that time do; Python and rustls offer none of those suites. GnuTLS and an opportunistic Postfix complete.",
		Fix: "Upgrade the TLS library of the server; until then a client that must reach it needs an exception for this one host. " +
			"On the server see that nothing limits it: Postfix smtpd_tls_protocols = >=TLSv1.2, sendmail confSERVER_SSL_OPTIONS, Exim openssl_options or tls_require_ciphers.",
		References: []string{"RFC 8996", "RFC 9325 section 3.1.1"},
		Facts:      Facts{Offers: Yes, Completes: Weak, Authentic: Yes},
		Edit:       func(p *Peer) { speakAsThen(p, "1.0") },
	},
	{
		Name:       "tls-v1-1",
		Number:     81,
		Summary:    "speaks TLS 1.1 only",
		Story:      "Hardly anything speaks TLS 1.1 as its best; it shows up where 1.2 was switched off by mistake. Server and clients behave as in TLS 1.0.",
		Fix:        "Allow TLS 1.2 and 1.3: Postfix smtpd_tls_protocols = >=TLSv1.2, sendmail confSERVER_SSL_OPTIONS, Exim openssl_options or tls_require_ciphers.",
		References: []string{"RFC 8996", "RFC 9325 section 3.1.1"},
		Facts:      Facts{Offers: Yes, Completes: Weak, Authentic: Yes},
		Edit:       func(p *Peer) { speakAsThen(p, "1.1") },
	},
	{
		Name:       "tls-v1-2",
		Number:     82,
		Summary:    "speaks TLS 1.2 only",
		Story:      "The server's TLS library dates from before 2018. Every client can still do that.",
		Fix:        "Nothing is wrong yet. OpenSSL 1.1.1 and GnuTLS 3.6.5 bring TLS 1.3.",
		References: []string{"RFC 9325 section 3.1.1"},
		Facts:      sound,
		Grounds:    Grounds{Completes: "RFC 9325 section 3.1.1"},
		Harmless:   true,
		Edit:       func(p *Peer) { speakOnly(p, "1.2") },
	},
	{
		Name:       "tls-v1-3",
		Number:     83,
		Summary:    "speaks TLS 1.3 only",
		Story:      "A hardening guide for web servers was applied to a mail server. Browsers keep up; the mailers of old appliances, old Java, Windows Server 2019, Mbed TLS 2 and Botan 2 do not, and deliver in clear or not at all. RFC 9325 recommends TLS 1.3 and demands TLS 1.2 only.",
		Fix:        "Allow TLS 1.2 on port 25; RFC 9325 demands that. An opportunistic client that finds no version in common falls back to clear text, which is worse than TLS 1.2.",
		References: []string{"RFC 9325 section 3.1.1", "RFC 7435"},
		Facts:      selective,
		Edit:       func(p *Peer) { speakOnly(p, "1.3") },
	},
	{
		Name:       "rc4",
		Number:     84,
		Summary:    "takes RC4 cipher suites only",
		Story:      "In 2011 RC4 was the advice against an attack on CBC, and the setting stayed. OpenSSL and GnuTLS no longer offer it.",
		Fix:        "Remove the setting that chooses the suites; the defaults of any maintained library are right. Postfix: smtpd_tls_ciphers = medium and no tls_medium_cipherlist of your own.",
		References: []string{"RFC 7465"},
		Facts:      Facts{Offers: Yes, Completes: Weak, Authentic: Yes},
		Edit:       func(p *Peer) { takeOnly(p, "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA") },
	},
	{
		Name:    "3des",
		Number:  85,
		Summary: "takes triple DES cipher suites only",
		Story: "Exchange on Windows Server 2003 had nothing better that worked, and its successors were set to keep in touch with it. " +
			"The peer has an RSA key here, as the suites of that time need one. It exchanges keys by ECDHE, so that triple DES is all that is wrong with it.",
		Fix:        "Remove the setting that chooses the suites. On Windows the list is in the policy SSL Cipher Suite Order, and IIS Crypto shows it.",
		References: []string{"RFC 9325 section 4.1", "CVE-2016-2183"},
		Facts:      Facts{Offers: Yes, Completes: Weak, Authentic: Yes},
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].Key = certgen.RSA2048
			takeOnly(p, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA")
		},
	},
	{
		Name:       "cbc",
		Number:     86,
		Summary:    "takes AES in CBC mode only",
		Story:      "The server's library dates from before 2013, or hardware does AES for it and knows no other mode. It is not broken, but a client that is limited to AEAD suites, such as rustls or Botan, finds nothing in common.",
		Fix:        "Allow AES-GCM and ChaCha20-Poly1305: remove the setting that chooses the suites.",
		References: []string{"RFC 9325 section 4.2", "CVE-2013-0169"},
		Facts:      selective,
		Edit: func(p *Peer) {
			// Python offers CBC with SHA-256 only, others only with SHA-1.
			takeOnly(p, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
				"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA")
		},
	},
	{
		Name:    "static-rsa",
		Number:  87,
		Summary: "takes cipher suites without forward secrecy only",
		Story: "A device on the way is to read the mail with a copy of the server's key, so the suites that prevent this were switched off. " +
			"Whoever gets hold of the key later can read everything that was recorded before. The peer has an RSA key here, as these suites need one.",
		Fix:        "Allow ECDHE suites: remove the setting that chooses the suites. A device that must read mail should do so on the mail server.",
		References: []string{"RFC 9325 section 4.1"},
		Facts:      Facts{Offers: Yes, Completes: Weak, Authentic: Yes},
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].Key = certgen.RSA2048
			takeOnly(p, "TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_256_GCM_SHA384", "TLS_RSA_WITH_AES_128_CBC_SHA")
		},
	},
	{
		Name:    "no-shared-cipher",
		Number:  88,
		Summary: "takes only cipher suites that its own certificate cannot serve",
		Story: "The certificate was renewed with an ECDSA key, which certbot does by default since version 2, and a list of suites from the days of RSA was left in the configuration. " +
			"The server then logs no shared cipher and the client handshake failure, though both can do everything needed.",
		Fix: "Remove the list of suites, or add those with ECDSA in their names; or renew with an RSA key: certbot --key-type rsa. " +
			"Postfix: tls_medium_cipherlist and smtpd_tls_exclude_ciphers; sendmail: confCIPHER_LIST; Exim: tls_require_ciphers.",
		References: []string{"RFC 5246 section 7.2.2", "RFC 8422 section 2"},
		Facts:      unfinished,
		Grounds:    Grounds{Completes: "RFC 8446 section 6.2"},
		Edit: func(p *Peer) {
			takeOnly(p, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")
		},
	},
	{
		Name:    "session-tickets",
		Number:  89,
		Summary: "sends session tickets and resumes sessions",
		Story: "Most servers do. Outlook's servers were seen to break the connection off when a server in Go sent its TLS 1.3 tickets, so Go's mail servers have switched them off, as the healthy peer does. " +
			"LibESMTP 1.1.0, and esmtp with it, reads the tickets of TLS 1.3, then waits for more, and never sends EHLO. " +
			"In a resumed session the server asks for no client certificate again.",
		Fix:        "Nothing is wrong. Where a client fails here and not with the healthy peer, switch tickets off on the server: Postfix tls_ssl_options = NO_TICKET, Exim tls_resumption_hosts.",
		References: []string{"RFC 5077", "RFC 8446 section 4.6.1", "golang/go#70232", "mjl-/mox#237"},
		Facts:      sound,
		Grounds:    Grounds{Completes: AllStacks},
		Harmless:   true,
		Edit:       func(p *Peer) { p.TLS.SessionTickets = true },
	},
	{
		Name:    "alpn-mismatch",
		Number:  90,
		Summary: "insists on the protocol h2 from clients that send ALPN",
		Story: "A web front end was put before the mail port and does not know SMTP. " +
			"Hardly any mailer sends ALPN, so nobody notices; one that offers smtp or anything else gets the alert no_application_protocol.",
		Fix:        "Have the front end pass TCP through on the mail ports, or let it ignore ALPN there.",
		References: []string{"RFC 7301 section 3.2"},
		Facts:      selective,
		Edit:       func(p *Peer) { p.TLS.ALPN = []string{"h2"} },
	},
}

// speakOnly limits the peer to one version of TLS.
func speakOnly(p *Peer, version string) { p.TLS.MinVersion, p.TLS.MaxVersion = version, version }

// speakAsThen limits the peer to a version before TLS 1.2 and plays a server of
// that age: it answers any later hello with a ServerHello of its own version, and
// has suites and a key of its time.
func speakAsThen(p *Peer, version string) {
	playLegacy(p, Legacy{},
		"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
		"TLS_DHE_RSA_WITH_AES_128_CBC_SHA", "TLS_DHE_RSA_WITH_AES_256_CBC_SHA",
		"TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_256_CBC_SHA")
	speakOnly(p, version)
}

// takeOnly limits the peer to these suites, and so to TLS 1.2.
func takeOnly(p *Peer, suites ...string) {
	p.TLS.MaxVersion = "1.2"
	p.TLS.CipherSuites = suites
}

package scenarios

import "github.com/fakemx/fakemx/certgen"

// protocol: versions, cipher suites and extensions of TLS.
var protocol = []Scenario{
	{
		Name:    "tls-v1-0",
		Number:  80,
		Summary: "supports only TLS 1.0",
		Story: "The operating system dates from before 2012, or a setting once meant to keep SSL 3.0 out allows nothing newer. Such a server does not know the extension by which clients offer TLS 1.3. " +
			"It answers every ClientHello with a ServerHello for its own version, and the client ends the handshake: Go says server selected unsupported protocol version 301, Java the server selected protocol version TLS10, OpenSSL unsupported protocol or legacy sigalg disallowed. " +
			"The peer has an RSA key and CBC suites, as servers of that time do; Python and rustls offer none of those suites. GnuTLS and an opportunistic Postfix complete the handshake.",
		Fix: "Upgrade the server's TLS library; until then, a client that must reach it needs an exception for this one host. " +
			"On the server, check that no setting limits the version: Postfix smtpd_tls_protocols = >=TLSv1.2, sendmail confSERVER_SSL_OPTIONS, Exim openssl_options or tls_require_ciphers.",
		References: []string{"RFC 8996", "RFC 9325 section 3.1.1"},
		Facts:      Facts{Offers: Yes, Completes: Weak, Authentic: Yes},
		Edit:       func(p *Peer) { speakAsThen(p, "1.0") },
	},
	{
		Name:       "tls-v1-1",
		Number:     81,
		Summary:    "supports only TLS 1.1",
		Story:      "Hardly any software has TLS 1.1 as its highest version; it shows up where TLS 1.2 was turned off by mistake. Server and clients behave as with TLS 1.0.",
		Fix:        "Allow TLS 1.2 and 1.3: Postfix smtpd_tls_protocols = >=TLSv1.2, sendmail confSERVER_SSL_OPTIONS, Exim openssl_options or tls_require_ciphers.",
		References: []string{"RFC 8996", "RFC 9325 section 3.1.1"},
		Facts:      Facts{Offers: Yes, Completes: Weak, Authentic: Yes},
		Edit:       func(p *Peer) { speakAsThen(p, "1.1") },
	},
	{
		Name:       "tls-v1-2",
		Number:     82,
		Summary:    "supports only TLS 1.2",
		Story:      "The server's TLS library dates from before 2018. Every client still supports TLS 1.2.",
		Fix:        "Nothing is wrong yet. OpenSSL 1.1.1 and GnuTLS 3.6.5 add TLS 1.3.",
		References: []string{"RFC 9325 section 3.1.1"},
		Facts:      sound,
		Grounds:    Grounds{Completes: "RFC 9325 section 3.1.1"},
		Harmless:   true,
		Edit:       func(p *Peer) { speakOnly(p, "1.2") },
	},
	{
		Name:    "tls-v1-3",
		Number:  83,
		Summary: "supports only TLS 1.3",
		Story: "Someone applied a hardening guide for web servers to a mail server. " +
			"Browsers keep up; the mailers of old appliances, old Java, Windows Server 2019, Mbed TLS 2 and Botan 2 do not, and deliver in clear text or not at all. " +
			"RFC 9325 recommends TLS 1.3 but requires only TLS 1.2.",
		Fix:        "Allow TLS 1.2 on port 25, as RFC 9325 requires. An opportunistic client that finds no version in common falls back to clear text, which is worse than TLS 1.2.",
		References: []string{"RFC 9325 section 3.1.1", "RFC 7435"},
		Facts:      selective,
		Edit:       func(p *Peer) { speakOnly(p, "1.3") },
	},
	{
		Name:       "rc4",
		Number:     84,
		Summary:    "accepts only RC4 cipher suites",
		Story:      "In 2011 RC4 was recommended as protection from an attack on CBC, and the setting stayed. OpenSSL and GnuTLS no longer offer it.",
		Fix:        "Remove the setting that selects the cipher suites; the defaults of any maintained library are right. Postfix: smtpd_tls_ciphers = medium, and no tls_medium_cipherlist of your own.",
		References: []string{"RFC 7465"},
		Facts:      Facts{Offers: Yes, Completes: Weak, Authentic: Yes},
		Edit:       func(p *Peer) { takeOnly(p, "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA") },
	},
	{
		Name:    "3des",
		Number:  85,
		Summary: "accepts only Triple DES cipher suites",
		Story: "Exchange on Windows Server 2003 had nothing better that worked, and its successors were configured to stay compatible with it. " +
			"The peer has an RSA key, because the suites of that time need one. It exchanges keys by ECDHE, so that Triple DES is its only fault.",
		Fix:        "Remove the setting that selects the cipher suites. On Windows the list is in the policy SSL Cipher Suite Order, and IIS Crypto shows it.",
		References: []string{"RFC 9325 section 4.1", "CVE-2016-2183"},
		Facts:      Facts{Offers: Yes, Completes: Weak, Authentic: Yes},
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].Key = certgen.RSA2048
			takeOnly(p, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA")
		},
	},
	{
		Name:    "cbc",
		Number:  86,
		Summary: "accepts only AES cipher suites in CBC mode",
		Story: "The server's library dates from before 2013, or its AES hardware supports no other mode. " +
			"The mode is not broken, but a client limited to AEAD suites, such as rustls or Botan, finds no suite in common.",
		Fix:        "Allow AES-GCM and ChaCha20-Poly1305: remove the setting that selects the cipher suites.",
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
		Summary: "accepts only cipher suites without forward secrecy",
		Story: "A device on the path is meant to read the mail with a copy of the server's key, so the suites that prevent this were turned off. " +
			"Anyone who gets the key later can read everything recorded before. The peer has an RSA key, because these suites need one.",
		Fix:        "Allow ECDHE suites: remove the setting that selects the cipher suites. If a device must read mail, let it do so on the mail server.",
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
		Summary: "accepts only cipher suites that do not fit its own certificate",
		Story: "The certificate was renewed with an ECDSA key, certbot's default since version 2, but the configuration still lists cipher suites from the days of RSA. " +
			"The server logs no shared cipher and the client handshake failure, although both support everything they need.",
		Fix: "Remove the list of suites, add suites with ECDSA in their names, or renew with an RSA key: certbot --key-type rsa. " +
			"The settings are tls_medium_cipherlist and smtpd_tls_exclude_ciphers in Postfix, confCIPHER_LIST in sendmail, tls_require_ciphers in Exim.",
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
		Story: "Most servers do this. " +
			"Outlook's servers were seen to drop the connection when a server written in Go sent its TLS 1.3 tickets, so mail servers written in Go have turned them off, as the healthy peer does. " +
			"LibESMTP 1.1.0, and esmtp with it, reads the TLS 1.3 tickets, then waits for more and never sends EHLO. In a resumed session the server does not request a client certificate again.",
		Fix:        "Nothing is wrong. If a client fails here but not with the healthy peer, turn tickets off on the server: Postfix tls_ssl_options = NO_TICKET, Exim tls_resumption_hosts.",
		References: []string{"RFC 5077", "RFC 8446 section 4.6.1", "golang/go#70232", "mjl-/mox#237"},
		Facts:      sound,
		Grounds:    Grounds{Completes: AllStacks},
		Harmless:   true,
		Edit:       func(p *Peer) { p.TLS.SessionTickets = true },
	},
	{
		Name:    "alpn-mismatch",
		Number:  90,
		Summary: "requires the protocol h2 from clients that send ALPN",
		Story: "A web front end that does not know SMTP was put before the mail port. Hardly any mailer sends ALPN, so nobody notices. " +
			"One that offers smtp or anything else gets the alert no_application_protocol.",
		Fix:        "Have the front end pass TCP through on the mail ports, or ignore ALPN there.",
		References: []string{"RFC 7301 section 3.2"},
		Facts:      selective,
		Edit:       func(p *Peer) { p.TLS.ALPN = []string{"h2"} },
	},
}

// speakOnly limits the peer to one version of TLS.
func speakOnly(p *Peer, version string) { p.TLS.MinVersion, p.TLS.MaxVersion = version, version }

// speakAsThen limits the peer to a version before TLS 1.2 and plays a server of
// that age: it answers any later hello with a ServerHello for its own version, and
// has the suites and the key of that time.
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

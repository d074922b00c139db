package scenarios

// strengthLegacy: key exchange that modern libraries no longer support.
var strengthLegacy = []Scenario{
	{
		Name:    "dh-1024",
		Number:  77,
		Aliases: []string{"dh-key-too-small"},
		Summary: "uses a Diffie-Hellman prime of 1024 bits",
		Story: "The server's DH parameters were made around 2005, or came with an old library. " +
			"OpenSSL says dh key too small, the most common TLS error in mail logs; GnuTLS and an opportunistic Postfix complete the handshake. " +
			"The peer has an RSA key, because the cipher suites of that time need one.",
		Fix: "Make new parameters with openssl dhparam -out dh.pem 2048 and name the file: Postfix smtpd_tls_dh1024_param_file (the name is historical), sendmail confDH_PARAMETERS, Exim tls_dhparam. " +
			"Or leave the setting out: current versions come with good parameters, and elliptic curves need none.",
		References: []string{"RFC 9325 section 4.4", "CVE-2015-4000", "postalserver/postal#943"},
		Facts:      Facts{Offers: Yes, Completes: Weak, Authentic: Yes},
		Edit:       func(p *Peer) { exchangeByDH(p, 1024) },
	},
	{
		Name:    "dh-512",
		Number:  78,
		Summary: "uses a Diffie-Hellman prime of 512 bits",
		Story: "Such a prime was made for export in the 1990s and can be broken on a single computer. The Logjam attack downgrades a connection to such a prime. " +
			"Hardly any client accepts it any more; Erlang still does.",
		Fix:        "Make new parameters as for dh-1024, and remove every EXPORT suite from the server's settings.",
		References: []string{"RFC 9325 section 4.4", "CVE-2015-4000"},
		Facts:      Facts{Offers: Yes, Completes: Weak, Authentic: Yes},
		Edit:       func(p *Peer) { exchangeByDH(p, 512) },
	},
	{
		Name:       "weak-signature-algorithm",
		Number:     79,
		Summary:    "signs its key exchange with SHA-1, in TLS 1.2",
		Story:      "The server's library dates from before 2010, or its key is in a module that can do nothing else. Current libraries neither offer nor accept SHA-1.",
		Fix:        "Upgrade the TLS library. If a hardware module is the cause, use a key in a file for the mail server.",
		References: []string{"RFC 9155", "RFC 9325 section 4.1"},
		Facts:      Facts{Offers: Yes, Completes: Weak, Authentic: Yes},
		Edit: func(p *Peer) {
			playLegacy(p, Legacy{SignatureScheme: RSAPKCS1SHA1}, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")
		},
	},
}

func exchangeByDH(p *Peer, bits int) {
	playLegacy(p, Legacy{DHPrimeBits: bits}, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_DHE_RSA_WITH_AES_128_CBC_SHA")
}

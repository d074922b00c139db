package scenarios

// strengthLegacy: key exchange that modern libraries no longer conduct.
var strengthLegacy = []Scenario{
	{
		Name:    "dh-1024",
		Number:  77,
		Aliases: []string{"dh-key-too-small"},
		Summary: "exchanges keys by Diffie-Hellman with a prime of 1024 bits",
		Story: "The server's DH parameters were made around 2005, or are the ones that an old library came with. OpenSSL says dh key too small, the commonest TLS error in maillogs; " +
			"GnuTLS and an opportunistic Postfix complete. The peer has an RSA key, as the suites of that time need one.",
		Fix: "Make new parameters, openssl dhparam -out dh.pem 2048, and name them: Postfix smtpd_tls_dh1024_param_file (the name is historical), sendmail confDH_PARAMETERS, Exim tls_dhparam. " +
			"Or leave the setting out: current versions bring good parameters of their own, and elliptic curves need none.",
		References: []string{"RFC 9325 section 4.4", "CVE-2015-4000", "postalserver/postal#943"},
		Facts:      Facts{Offers: Yes, Completes: Weak, Authentic: Yes},
		Edit:       func(p *Peer) { exchangeByDH(p, 1024) },
	},
	{
		Name:       "dh-512",
		Number:     78,
		Summary:    "exchanges keys by Diffie-Hellman with a prime of 512 bits",
		Story:      "Such a prime was made for export in the 1990s and can be broken on one computer. It is what the Logjam attack brings a connection down to. Hardly any client takes it any more; Erlang still does.",
		Fix:        "Make new parameters as for dh-1024, and remove every EXPORT suite from the settings of the server.",
		References: []string{"RFC 9325 section 4.4", "CVE-2015-4000"},
		Facts:      Facts{Offers: Yes, Completes: Weak, Authentic: Yes},
		Edit:       func(p *Peer) { exchangeByDH(p, 512) },
	},
	{
		Name:    "weak-signature-algorithm",
		Number:  79,
		Summary: "signs its key exchange with SHA-1, in TLS 1.2",
		Story: "The server's library dates from before 2010 or its key sits in a module that can do nothing else. " +
			"Current libraries offer no SHA-1 and take none.",
		Fix:        "Upgrade the TLS library. Where a hardware module is the cause, use a key in a file for the mail server.",
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

package scenarios

// protocolGroups: the key exchange of TLS 1.3 (RFC 8446 section 4.2.7).
var protocolGroups = []Scenario{
	{
		Name:    "hello-retry-request",
		Number:  106,
		Summary: "accepts only a group for which clients send no key share",
		Story: "A setting limits the server to secp384r1, because a public-sector rule names that curve. Clients guess the group and send a key share for x25519, secp256r1 or the post-quantum hybrid. " +
			"The server answers with HelloRetryRequest, and the client sends a second ClientHello. " +
			"This costs a round trip and exposes software that was never tested for it: some middleboxes take the second ClientHello for an attack.",
		Fix: "Nothing is wrong with the server, but allowing x25519 and secp256r1 as well saves the round trip: Postfix tls_eecdh_auto_curves, Exim tls_eccurve, OpenSSL's Groups setting. " +
			"A client or middlebox that fails here has a bug.",
		References: []string{"RFC 8446 section 4.1.4", "RFC 8446 section 2.1"},
		Facts:      sound,
		Grounds:    Grounds{Completes: AllStacks},
		Harmless:   true,
		Edit:       func(p *Peer) { p.TLS.Groups = []string{"secp384r1"} },
	},
	{
		Name:    "secp521r1-only",
		Number:  107,
		Summary: "accepts only the group secp521r1",
		Story: "The largest number looked like the safest choice. OpenSSL, GnuTLS, Java and Go support the curve. " +
			"BoringSSL does not offer it and rustls does not know it, so such clients have no group in common with the server and get handshake_failure.",
		Fix:        "Allow x25519 and secp256r1: remove the setting that selects the curves. Postfix: tls_eecdh_auto_curves; Exim: tls_eccurve; OpenSSL: the Groups setting.",
		References: []string{"RFC 8446 section 9.1", "RFC 8422 section 5.1.1"},
		Facts:      selective,
		Edit:       func(p *Peer) { p.TLS.Groups = []string{"secp521r1"} },
	},
	{
		Name:    "post-quantum-only",
		Number:  108,
		Summary: "accepts only the post-quantum hybrid group X25519MLKEM768",
		Story: "Someone read that classical key exchange is being phased out and removed the other groups. OpenSSL 3.5, Go 1.24, BoringSSL and rustls support the hybrid. " +
			"OpenSSL 3.0, GnuTLS 3.7, Java 17 and all TLS 1.2 clients have no group in common with the server and get handshake_failure.",
		Fix: "Put the hybrid first and keep x25519 and secp256r1 after it. With OpenSSL 3.5 that is the default; in Postfix, set tls_eecdh_auto_curves = X25519MLKEM768, X25519, prime256v1. " +
			"Otherwise clients without the hybrid deliver in clear text, which protects against nobody.",
		References: []string{"RFC 8446 section 4.2.7", "RFC 7435"},
		Facts:      selective,
		Edit:       func(p *Peer) { p.TLS.Groups = []string{"X25519MLKEM768"} },
	},
}

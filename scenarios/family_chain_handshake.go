package scenarios

// chainHandshake: what is wrong between the certificates and the handshake, so
// that it fails for clients that do not verify as well.
var chainHandshake = []Scenario{
	{
		Name:    "key-mismatch",
		Number:  32,
		Summary: "signs the handshake with a key that is not that of its certificate",
		Story: "The certificate was renewed with a new key, and only one of the two files was replaced. " +
			"Most servers notice at start; one behind a load balancer, or with the key in a hardware module, does not.",
		Fix: "Replace both files together and restart. They fit if openssl x509 -noout -pubkey -in cert.pem and openssl pkey -pubout -in key.pem print the same. " +
			"Postfix with smtpd_tls_chain_files, one file for key and chain, cannot get out of step.",
		References: []string{"RFC 8446 section 4.4.3"},
		Facts:      unfinished,
		Grounds:    Grounds{Completes: "RFC 8446 section 4.4.3"},
		Edit: func(p *Peer) {
			const other = "other-key"
			c := *p.PKI.Certificates[leaf]
			p.PKI.Certificates[other] = &c
			p.PKI.Key = other
		},
	},
	{
		Name:    "empty-certificate",
		Number:  33,
		Summary: "sends a Certificate message without any certificate",
		Story: "A server must not do this. Software that was never given a certificate, or a proxy that lost it, has done so all the same, where an anonymous cipher suite was not to be had. " +
			"A client may answer with a zero-length list, a server may not.",
		Fix:        "Give the server a certificate and a key, and see in its own log whether it could read them when it started.",
		References: []string{"RFC 8446 section 4.4.2.4"},
		Facts:      unfinished,
		Grounds:    Grounds{Completes: "RFC 8446 section 4.4.2.4"},
		Edit: func(p *Peer) {
			p.PKI.Send = []string{}
			p.PKI.Key = leaf
		},
	},
}

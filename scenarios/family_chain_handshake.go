package scenarios

// chainHandshake: certificates that do not fit the handshake, which then fails
// even for clients that do not verify.
var chainHandshake = []Scenario{
	{
		Name:    "key-mismatch",
		Number:  32,
		Summary: "signs the handshake with a key that does not match its certificate",
		Story: "The certificate was renewed with a new key, and only one of the two files was replaced. Most servers notice at startup. " +
			"A server behind a load balancer, or with its key in a hardware module, does not.",
		Fix: "Replace both files together and restart. They match if openssl x509 -noout -pubkey -in cert.pem and openssl pkey -pubout -in key.pem print the same. " +
			"In Postfix, smtpd_tls_chain_files keeps key and chain in one file, so they cannot get out of step.",
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
		Summary: "sends an empty Certificate message",
		Story: "A client may answer with a zero-length list of certificates; a server may not. " +
			"Software that was never given a certificate, or a proxy that lost it, has sent one anyway when it had no anonymous cipher suite to use instead.",
		Fix:        "Give the server a certificate and a key, and check its log to see whether it could read them at startup.",
		References: []string{"RFC 8446 section 4.4.2.4"},
		Facts:      unfinished,
		Grounds:    Grounds{Completes: "RFC 8446 section 4.4.2.4"},
		Edit: func(p *Peer) {
			p.PKI.Send = []string{}
			p.PKI.Key = leaf
		},
	},
}

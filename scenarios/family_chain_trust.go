package scenarios

import "github.com/fakemx/fakemx/certgen"

// chainTrust: where the chain ends, and whether the client trusts it.
var chainTrust = []Scenario{
	{
		Name:    "self-signed",
		Number:  11,
		Summary: "presents a self-signed certificate",
		Story:   "Many mail servers generate such a certificate during installation, and nobody replaced it. It keeps passive eavesdroppers out, but it does not prove who answers.",
		Fix: "Get a certificate from a CA that the other side trusts. Let's Encrypt issues them for mail servers too, with DNS validation if port 80 must stay closed. " +
			"Between your own servers, give the client this certificate as a trust anchor, or publish a TLSA record (DANE).",
		References: []string{"RFC 5280 section 6.1", "nodemailer/nodemailer#406"},
		Facts:      unauthentic,
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 5280 section 6.1"},
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].Issuer = ""
			p.PKI.Send = []string{leaf}
		},
	},
	{
		Name:    "self-signed-trusted",
		Number:  12,
		Summary: "presents a self-signed certificate that the client trusts",
		Story: "Two servers with the same owner need no CA: openssl req -x509 made a certificate for the server, and the client was configured to trust it. " +
			"By default, openssl marks such a certificate as a CA, and this one is marked. OpenSSL, BoringSSL, GnuTLS, Java, wolfSSL, Mbed TLS and Go accept it because it is in their trust store. " +
			"rustls, NSS and Botan treat a trust anchor as a CA and refuse it as a server certificate.",
		Fix: "Create your own CA, issue the server's certificate from it, and give the client the CA certificate. You can then replace the server's certificate without changing the client. " +
			"A TLSA record (DANE-EE) works without a CA.",
		References: []string{"RFC 5280 section 6.1"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		Edit: func(p *Peer) {
			markAsCA(p)
			c := p.PKI.Certificates[leaf]
			// Botan reads no bundle with an anchor that may not sign certificates.
			c.Issuer, c.KeyUsages = "", append(c.KeyUsages, "keyCertSign")
			p.PKI.Send = []string{leaf}
			p.PKI.Trust = append(p.PKI.Trust, leaf)
		},
	},
	{
		Name:    "untrusted-root",
		Number:  13,
		Summary: "presents a complete chain to a root that the client does not trust",
		Story: "The certificate comes from a company's CA, or from a public CA that an old trust store lacks. " +
			"Just as often the client trusts no root at all, because the setting that names its trust store is commented out or the directory lacks its hashed names.",
		Fix: "If the root should be trusted, give it to the client. " +
			"Sendmail: confCACERT (a file) or confCACERT_PATH (a directory with hashed names, made by openssl rehash); make sure that no dnl precedes the define. " +
			"Postfix: smtp_tls_CAfile, or smtp_tls_CApath inside the chroot. Exim: tls_verify_certificates on the smtp transport. OpenSMTPD reads only the system's file. " +
			"If the root should not be trusted, the server needs a certificate from a CA that is.",
		References: []string{
			"RFC 5280 section 6.1.1",
			"field report: verify=FAIL because the defines of confCACERT and confCACERT_PATH were commented out",
			"field report: a confCACERT_PATH without hashed names",
		},
		Facts:   unauthentic,
		Grounds: Grounds{Completes: AllStacks, Authentic: "RFC 5280 section 6.1"},
		Edit:    func(p *Peer) { p.PKI.Certificates[intermediate].Issuer = otherRoot(p) },
	},
	{
		Name:    "self-signed-in-chain",
		Number:  14,
		Aliases: []string{"intercepted-chain"},
		Summary: "sends a chain that includes its own untrusted root",
		Story: "An antivirus program or a firewall sits between client and server and intercepts TLS. It creates a certificate for the server under its own root and sends that root along. " +
			"A private CA whose root was added to the bundle looks the same.",
		Fix: "Find out whose root it is: openssl s_client -starttls smtp -connect HOST:25 -showcerts. " +
			"If it belongs to a product on the path, turn off its scanning of outgoing SMTP, or trust its root deliberately. If it belongs to your own CA, give that root to the client.",
		References: []string{"nodemailer/nodemailer#330"},
		Facts:      unauthentic,
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 5280 section 6.1"},
		Edit: func(p *Peer) {
			const interceptor = "interceptor"
			p.PKI.Certificates[interceptor] = authority("mail scanner")
			p.PKI.Certificates[leaf].Issuer = interceptor
			p.PKI.Send = []string{leaf, interceptor}
		},
	},
	{
		Name:    "expired-intermediate",
		Number:  15,
		Summary: "sends an expired intermediate below a valid root",
		Story:   "Certificates are renewed by a script, intermediates by hand or never. In 2020 and 2021 two well-known ones expired and broke thousands of servers whose own certificates were valid.",
		Fix: "Install the chain that comes with the renewed certificate, not an intermediate saved from before. " +
			"Check every certificate in the file that is sent, which is certbot's fullchain.pem: openssl crl2pkcs7 -nocrl -certfile fullchain.pem | openssl pkcs7 -print_certs -text | grep -e Subject: -e After.",
		References: []string{"RFC 5280 section 6.1.3"},
		Facts:      unauthentic,
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 5280 section 6.1.3 (a)"},
		Edit:       func(p *Peer) { expireCA(p, intermediate) },
	},
	{
		Name:    "expired-root",
		Number:  16,
		Summary: "sends a chain to a root that is trusted but expired",
		Story: "The trust store was not updated for years, or a private CA was created ten years ago with a lifetime of ten years. Nothing changed on the mail server on the day clients stopped trusting it. " +
			"Path validation in RFC 5280 does not check the dates of a trust anchor. OpenSSL, GnuTLS and Go check them anyway; Java and rustls do not.",
		Fix: "Update the trust store (update-ca-certificates, update-ca-trust), or create a new root and give it to all clients before the old one expires. " +
			"The only help on the server is a chain to another root.",
		References: []string{"RFC 5280 section 6.1.1"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		Edit: func(p *Peer) {
			ownRoot(p, "expired root")
			expireCA(p, root)
		},
	},
	{
		Name:    "expired-cross-sign",
		Number:  17,
		Summary: "adds a certificate cross-signed by an expired root to a valid chain",
		Story: "Let's Encrypt servers looked like this after DST Root CA X3 expired on 30 September 2021: clients trusted the new root directly, but the chain also led on to the old one. " +
			"A correct client stops at the first root it trusts. OpenSSL 1.0.2 and old GnuTLS followed the chain to its expired end and refused it.",
		Fix: "Leave the cross-signed certificate out of the chain; with certbot, select another chain with --preferred-chain. " +
			"On an old client, remove the expired root from the trust store: OpenSSL 1.0.2 then finds the other path. fakemx also exports each root separately, as the trust sets old and new.",
		References: []string{
			"YetOpen/certbot-zimbra#143",
			"field report: a sendmail whose chain led to DST Root CA X3",
		},
		Facts:   sound,
		Grounds: Grounds{Completes: AllStacks, Authentic: AllStacks},
		Edit: func(p *Peer) {
			const old, cross = "old-root", "cross"
			ownRoot(p, "new root")
			p.PKI.Certificates[old] = authority("old root")
			expireCA(p, old)
			p.PKI.Certificates[cross] = &certgen.Certificate{Issuer: old, SubjectOf: root, KeyOf: root, CA: true}
			p.PKI.Send = append(p.PKI.Send, cross)
			p.PKI.Trust = []string{old, root}
			p.PKI.TrustSets = map[string][]string{"old": {old}, "new": {root}}
		},
	},
	{
		Name:    "cross-sign",
		Number:  18,
		Summary: "sends a chain to a new root, cross-signed by one that the client trusts",
		Story: "A CA introduces a new root. Trust stores take years to include it, so the old root, which they have, also signs the new one. " +
			"The server sends this cross-signed certificate at the end of its chain. Let's Encrypt's Generation Y looks like this to a client that knows only ISRG Root X1 or X2.",
		Fix:        "Nothing is wrong. Keep the cross-signed certificate in the chain until all clients have the new root.",
		References: []string{"RFC 5280 section 6.1", "Let's Encrypt: New \"Generation Y\" Hierarchy of Root and Intermediate Certificates (24 November 2025)"},
		Facts:      sound,
		Grounds:    Grounds{Completes: AllStacks, Authentic: AllStacks},
		Harmless:   true,
		Edit:       func(p *Peer) { p.PKI.Send = append(p.PKI.Send, newGeneration(p)) },
	},
	{
		Name:    "missing-cross-sign",
		Number:  19,
		Summary: "sends a chain to a new root without the cross-signed certificate",
		Story: "The server's certificate comes from the new generation of a CA, and the chain stops below the new root. Clients with an up-to-date trust store notice nothing. " +
			"Mail servers with an old one know only the old root. They would need the cross-signed certificate, which someone left out because it looks like a root.",
		Fix: "Install the chain as the CA delivers it; certbot calls it fullchain.pem. A certificate whose subject and issuer differ is not a root, whatever its name, and belongs in the chain. " +
			"On the client, update the trust store (update-ca-certificates, update-ca-trust).",
		References: []string{"RFC 5280 section 6.1", "Let's Encrypt: New \"Generation Y\" Hierarchy of Root and Intermediate Certificates (24 November 2025)"},
		Facts:      unauthentic,
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 5280 section 6.1"},
		Edit:       func(p *Peer) { newGeneration(p) },
	},
}

// newGeneration puts the intermediate under a new root, which nobody trusts yet,
// and returns the name of the old root's cross-signature on it.
func newGeneration(p *Peer) string {
	const successor, cross = "new-root", "cross"
	p.PKI.Certificates[successor] = authority("new root")
	p.PKI.Certificates[cross] = &certgen.Certificate{Issuer: root, SubjectOf: successor, KeyOf: successor, CA: true}
	p.PKI.Certificates[intermediate].Issuer = successor
	return cross
}

// ownRoot gives the scenario its own root.
func ownRoot(p *Peer, name string) { p.PKI.Certificates[root] = authority(name) }

// expireCA makes an authority expire a day ago.
func expireCA(p *Peer, name string) {
	c := p.PKI.Certificates[name]
	c.NotBefore, c.NotAfter = certgen.Days(-365), certgen.Days(-1)
}

package scenarios

import "github.com/fakemx/fakemx/certgen"

// chainTrust: where the chain ends, and whether the client trusts that.
var chainTrust = []Scenario{
	{
		Name:    "self-signed",
		Number:  11,
		Summary: "presents a certificate that it signed itself",
		Story: "Many mail servers make themselves such a certificate when they are installed, and it was never replaced. " +
			"It keeps a passive listener out, but it says nothing about who answers.",
		Fix: "Get a certificate from a CA that the other side trusts; Let's Encrypt issues them for mail servers too, by DNS if port 80 is not to be opened. " +
			"Between servers of your own, give the client this very certificate as a trust anchor, or publish a TLSA record (DANE).",
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
		Summary: "presents a certificate that it signed itself and that the client trusts",
		Story: "Two servers of one owner need no CA: openssl req -x509 made a certificate for the server, and the client was given that certificate to trust. By default it is marked as a CA, and so it is here. " +
			"OpenSSL, BoringSSL, GnuTLS, Java, wolfSSL, Mbed TLS and Go accept it, because it is in their trust store. rustls, NSS and Botan take a trust anchor for an authority, and refuse it as the certificate of a server.",
		Fix: "Make a CA of your own, issue the server's certificate with it, and give the client the certificate of the CA. Then the server's certificate can change without a change on the client. " +
			"A TLSA record (DANE-EE) does without a CA.",
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
		Story: "The certificate is from the CA of a company, or from a public one that is missing in an old trust store. " +
			"Just as often the client trusts nobody at all, because the setting that names its trust store is commented out or the folder lacks its hashed names.",
		Fix: "If the root is to be trusted, give it to the client. " +
			"Sendmail: confCACERT, a file, or confCACERT_PATH, a folder with hashed names (openssl rehash); make sure that no dnl stands in front of the define. " +
			"Postfix: smtp_tls_CAfile, or smtp_tls_CApath inside the chroot. Exim: tls_verify_certificates on the smtp transport. OpenSMTPD reads the system's file alone. " +
			"If it is not to be trusted, the server needs a certificate from a CA that is.",
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
		Summary: "sends a chain that ends in its own untrusted root",
		Story: "An antivirus program or a firewall sits between client and server, opens TLS, and makes up a certificate for the server under a root of its own, which it sends along. " +
			"A private CA whose root was put into the bundle looks the same.",
		Fix: "See whose name the root bears: openssl s_client -starttls smtp -connect HOST:25 -showcerts. " +
			"If it is that of a product on the way, switch its mail scanning off for outgoing SMTP, or trust its root with open eyes. If it is that of your own CA, give its root to the client.",
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
		Summary: "sends an intermediate that expired, below a root that did not",
		Story: "Certificates are renewed by a script, intermediates by hand or never. " +
			"In 2020 and 2021 two well-known ones ran out and took thousands of servers with them whose own certificates were good.",
		Fix: "Install the chain that comes with the renewed certificate, not an intermediate kept from before. " +
			"Look at every certificate of the file that is sent, with certbot fullchain.pem: openssl crl2pkcs7 -nocrl -certfile fullchain.pem | openssl pkcs7 -print_certs -text | grep -e Subject: -e After.",
		References: []string{"RFC 5280 section 6.1.3"},
		Facts:      unauthentic,
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 5280 section 6.1.3 (a)"},
		Edit:       func(p *Peer) { expireCA(p, intermediate) },
	},
	{
		Name:    "expired-root",
		Number:  16,
		Summary: "leads to a root that is trusted but expired",
		Story: "The trust store was not updated for years, or a private CA was made for ten years ten years ago. " +
			"Nothing on the mail server changed on the day on which it stopped to be trusted. " +
			"RFC 5280 does not hold a trust anchor to its dates: OpenSSL, GnuTLS and Go do all the same, Java and rustls do not.",
		Fix: "Update the trust store (update-ca-certificates, update-ca-trust), or make a new root and give it to all clients before the old one runs out. " +
			"The server can help only by a chain to another root.",
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
		Summary: "sends a cross-signature by an expired root beside a path to a valid one",
		Story: "This is what Let's Encrypt servers looked like after DST Root CA X3 ran out on 30 September 2021: the new root was trusted in its own right, but the chain also led on to the old one. " +
			"A correct client stops at the first root it trusts. OpenSSL 1.0.2 and old GnuTLS followed the chain to its expired end and refused.",
		Fix: "Leave the cross-signed certificate out of the chain; with certbot, --preferred-chain chooses. " +
			"On an old client, take the expired root out of the trust store: OpenSSL 1.0.2 then finds the other path. fakemx also exports each root by itself, as trust sets old and new.",
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
		Summary: "leads to a new root that the client does not know, and sends its cross-signature by a known one",
		Story: "A CA starts a new root. Trust stores take years to learn of it, so the old root, which they have, signs the new one too. The server sends this cross-signature at the end of its chain. " +
			"This is what Let's Encrypt's Generation Y looks like to a client that knows only ISRG Root X1 or X2.",
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
		Summary: "leads to a new root that the client does not know, and leaves the cross-signature out",
		Story: "The server's certificate comes from the new generation of a CA, and the chain stops below the new root. Clients with an up-to-date trust store notice nothing. " +
			"Mail servers with an old one know only the old root. They would need the cross-signed certificate, which somebody left out because it looks like a root.",
		Fix: "Install the chain as the CA delivers it; with certbot that is fullchain.pem. A certificate whose subject and issuer differ is no root, whatever its name, and belongs into the chain. " +
			"On the client, update the trust store (update-ca-certificates, update-ca-trust).",
		References: []string{"RFC 5280 section 6.1", "Let's Encrypt: New \"Generation Y\" Hierarchy of Root and Intermediate Certificates (24 November 2025)"},
		Facts:      unauthentic,
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 5280 section 6.1"},
		Edit:       func(p *Peer) { newGeneration(p) },
	},
}

// newGeneration puts the intermediate under a new root, which nobody trusts yet,
// and returns the name of that root's cross-signature by the root of before.
func newGeneration(p *Peer) string {
	const successor, cross = "new-root", "cross"
	p.PKI.Certificates[successor] = authority("new root")
	p.PKI.Certificates[cross] = &certgen.Certificate{Issuer: root, SubjectOf: successor, KeyOf: successor, CA: true}
	p.PKI.Certificates[intermediate].Issuer = successor
	return cross
}

// ownRoot makes the root one of the scenario's own.
func ownRoot(p *Peer, name string) { p.PKI.Certificates[root] = authority(name) }

// expireCA lets an authority run out a day ago.
func expireCA(p *Peer, name string) {
	c := p.PKI.Certificates[name]
	c.NotBefore, c.NotAfter = certgen.Days(-365), certgen.Days(-1)
}

package scenarios

import "github.com/fakemx/fakemx/certgen"

// chain: which certificates are sent, who signed them, and whom the client
// trusts.
var chain = []Scenario{
	{
		Name:     "healthy",
		Aliases:  []string{"control"},
		Summary:  "nothing is wrong: a full chain, the right name, TLS 1.2 and 1.3",
		Story:    "This is the control. A client that cannot deliver here in verified TLS has a problem of its own, most often a trust store that it does not read.",
		Fix:      "Nothing is to be mended on the server. If a client fails here, point it at the CA file that fakemx exports.",
		Facts:    Facts{Offers: Yes, Completes: Yes, Authentic: Yes},
		Harmless: true,
		References: []string{
			"RFC 3207",
			"RFC 9325",
			"field report: sendmail logs verify=OK and verifymsg=ok once its trust store is in place",
		},
	},
	{
		Name:    "missing-intermediate",
		Aliases: []string{"incomplete-chain"},
		Summary: "sends its own certificate without the intermediate that leads to the root",
		Story: "The administrator installed the certificate alone, not the bundle that came with it. " +
			"Browsers hide the mistake because they remember or fetch intermediates; mail servers do neither, so they cannot get from the certificate to a root they trust.",
		Fix: "Send the certificate followed by every intermediate, without the root. " +
			"Postfix: put both into one file, in that order, and name it in smtpd_tls_chain_files (behind the key) or smtpd_tls_cert_file. " +
			"Exim and OpenSMTPD: let tls_certificate, or pki NAME cert, name the full chain file. " +
			"Sendmail sends only the first certificate of confSERVER_CERT: put the intermediate into the file that confCACERT names. " +
			"With certbot that is fullchain.pem, and for sendmail cert.pem and chain.pem.",
		References: []string{
			"RFC 5246 section 7.4.2",
			"RFC 8446 section 4.4.2",
			"field report: sendmail logs verify=FAIL with verifymsg=unable to get local issuer certificate",
		},
		Facts: Facts{Offers: Yes, Completes: Yes, Authentic: No},
		Edit:  func(p *Peer) { p.PKI.Send = []string{leaf} },
	},
	{
		Name:    "self-signed",
		Summary: "presents a certificate that it signed itself",
		Story: "Many mail servers make themselves such a certificate when they are installed, and it was never replaced. " +
			"It keeps a passive listener out, but it says nothing about who answers.",
		Fix: "Get a certificate from a CA that the other side trusts; Let's Encrypt issues them for mail servers too, by DNS if port 80 is not to be opened. " +
			"Between servers of your own, give the client this very certificate as a trust anchor, or publish a TLSA record (DANE).",
		References: []string{"RFC 5280 section 6.1", "nodemailer/nodemailer#406"},
		Facts:      Facts{Offers: Yes, Completes: Yes, Authentic: No},
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].Issuer = ""
			p.PKI.Send = []string{leaf}
		},
	},
}

// otherRoot adds a second, unrelated root and returns its name.
func otherRoot(p *Peer) string {
	const name = "other-root"
	p.PKI.Certificates[name] = authority("other root")
	return name
}

// intermediateOf is a sound intermediate CA.
func intermediateOf(issuer, name string) *certgen.Certificate {
	return &certgen.Certificate{Issuer: issuer, Subject: caSubject(name), CA: true}
}

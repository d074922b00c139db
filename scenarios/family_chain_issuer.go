package scenarios

import "github.com/fakemx/fakemx/certgen"

// chainIssuer: what the authorities did wrong, or were not allowed to do.
var chainIssuer = []Scenario{
	{
		Name:    "non-ca-issuer",
		Number:  20,
		Summary: "has an intermediate without the basic constraints that make it a CA",
		Story: "The openssl.cnf of a private CA gave the intermediate a key usage and forgot basicConstraints. " +
			"The key usage says that it may sign certificates, but a version 3 certificate without basic constraints is not a CA.",
		Fix: "Make the intermediate again with basicConstraints = critical, CA:TRUE. " +
			"Its name and its key can stay, and then the certificates below it stay good.",
		References: []string{"RFC 5280 section 6.1.4 (k)"},
		Facts:      unauthentic,
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 5280 section 6.1.4 (k)"},
		Edit:       func(p *Peer) { p.PKI.Certificates[intermediate].Omit = []string{"basic_constraints"} },
	},
	{
		Name:    "leaf-as-issuer",
		Number:  21,
		Summary: "has a certificate that the certificate of another server issued",
		Story: "Somebody used the certificate and key of a server to sign a certificate for another name. The server's certificate came from a real CA, so the chain leads to a trusted root. " +
			"Clients that did not look at the basic constraints let every owner of a certificate issue others, for any name. Internet Explorer and others did so until 2002.",
		Fix:        "Get the certificate from a CA. A client that accepts this one must be updated at once: anybody with a certificate of their own can pose as any server.",
		References: []string{"RFC 5280 section 6.1.4 (k)", "CVE-2002-0862"},
		Facts:      unauthentic,
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 5280 section 6.1.4 (k)"},
		Edit: func(p *Peer) {
			const other = "other-leaf"
			p.PKI.Certificates[other] = &certgen.Certificate{
				Issuer:   intermediate,
				Subject:  certgen.Subject{CommonName: "other.fakemx.test"},
				DNSNames: []string{"other.fakemx.test"},
			}
			p.PKI.Certificates[leaf].Issuer = other
			p.PKI.Send = []string{leaf, other, intermediate}
		},
	},
	{
		Name:    "missing-key-cert-sign",
		Number:  22,
		Summary: "has an intermediate whose key usage does not include signing certificates",
		Story: "The CA:TRUE is there, but the key usage of the intermediate names only CRL signing, or only what a server needs. " +
			"RFC 5280 tells clients to refuse. OpenSSL, BoringSSL, GnuTLS, Java, NSS, wolfSSL, Mbed TLS, Botan and Go do; rustls does not look at the key usage of a CA.",
		Fix:        "Make the intermediate again with keyUsage = critical, keyCertSign, cRLSign. Its name and its key can stay, and then the certificates below it stay good.",
		References: []string{"RFC 5280 section 6.1.4 (n)", "RFC 5280 section 4.2.1.3"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		Edit:       func(p *Peer) { p.PKI.Certificates[intermediate].KeyUsages = []string{"cRLSign"} },
	},
	{
		Name:    "wrong-eku-intermediate",
		Number:  23,
		Summary: "has an intermediate that is limited to client certificates",
		Story: "A CA with separate intermediates for servers and for clients issued the certificate from the wrong one. Public CAs keep the two apart since 2026. " +
			"RFC 5280 defines the extended key usage for end entities. Most clients apply it to every intermediate as well: OpenSSL, BoringSSL, GnuTLS, rustls and Go refuse. Java, wolfSSL, Mbed TLS, Botan and NSS look at the server's own certificate alone.",
		Fix:        "Get the certificate from an intermediate that is for serverAuth, or that names no purpose, and install the chain that comes with it.",
		References: []string{"RFC 5280 section 4.2.1.12"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		Edit: func(p *Peer) {
			p.PKI.Certificates[intermediate].ExtendedKeyUsages = []string{"clientAuth"}
		},
	},
	{
		Name:    "rekeyed-intermediate",
		Number:  24,
		Summary: "sends an intermediate that has its issuer's name but another key",
		Story: "The CA made its intermediate again under the old name, with a new key. The server got the new intermediate and kept its old certificate. " +
			"Every name in the chain fits, so it looks complete; only the key identifiers and the signature show that the intermediate is not the one that issued the certificate.",
		Fix: "Have the certificate issued again by the new intermediate, or send the old intermediate as long as the old certificate is in use. " +
			"Compare the authority key identifier of the certificate with the subject key identifier of the intermediate: openssl x509 -noout -ext authorityKeyIdentifier,subjectKeyIdentifier.",
		References: []string{"RFC 5280 section 6.1.3 (a)", "RFC 5280 section 4.2.1.1"},
		Facts:      unauthentic,
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 5280 section 6.1.3 (a)"},
		Edit: func(p *Peer) {
			const rekeyed = "rekeyed"
			p.PKI.Certificates[rekeyed] = &certgen.Certificate{Issuer: root, SubjectOf: intermediate, CA: true}
			p.PKI.Send = []string{leaf, rekeyed}
		},
	},
	{
		Name:    "negative-serial",
		Number:  25,
		Summary: "presents a certificate with a serial number below zero",
		Story: "The software of a private CA took a random number for the serial and forgot that the first bit of a DER integer is its sign. " +
			"RFC 5280 forbids such serials to CAs and asks clients to put up with them. Go refuses to read the certificate since version 1.23; all others accept it.",
		Fix:        "Update the software of the CA and have the certificate issued again. A Go program can be told to accept it for a while: GODEBUG=x509negativeserial=1.",
		References: []string{"RFC 5280 section 4.1.2.2"},
		Facts:      Facts{Offers: Yes, Completes: Lenient, Authentic: Lenient},
		Edit:       func(p *Peer) { p.PKI.Certificates[leaf].NegativeSerial = true },
	},
	{
		Name:       "path-length-exceeded",
		Number:     26,
		Summary:    "has an intermediate below one that may issue to end entities only",
		Story:      "The path length of an intermediate says how many more may follow below it. A department issued itself a further one all the same.",
		Fix:        "Issue the server's certificate by the upper intermediate, or make that one again with a larger path length.",
		References: []string{"RFC 5280 section 4.2.1.9"},
		Facts:      unauthentic,
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 5280 section 6.1.4 (l)"},
		Edit: func(p *Peer) {
			none := 0
			p.PKI.Certificates[intermediate].PathLength = &none
			issuing := addIntermediate(p, "issuing", intermediate)
			p.PKI.Certificates[leaf].Issuer = issuing
			p.PKI.Send = []string{leaf, issuing, intermediate}
		},
	},
	{
		Name:    "name-constraint-violation",
		Number:  27,
		Summary: "has a certificate for names that its issuer may not vouch for",
		Story: "The CA of a company is constrained to the company's domains, and then a certificate was issued for a mail server in another one. " +
			"The CA software did not mind; the clients do. Mbed TLS 2 does not know name constraints and ends TLS even when it does not verify.",
		Fix:        "Get the certificate from a CA that is allowed to vouch for the name, or have the constrained intermediate made again with the domain among its permitted ones.",
		References: []string{"RFC 5280 section 4.2.1.10"},
		Facts:      Facts{Offers: Yes, Completes: Lenient, Authentic: No},
		Grounds:    Grounds{Authentic: "RFC 5280 section 4.2.1.10"},
		Edit: func(p *Peer) {
			p.PKI.Certificates[intermediate].NameConstraints = &certgen.NameConstraints{PermittedDNS: []string{"elsewhere.test"}}
		},
	},
	{
		Name:       "unknown-critical-extension",
		Number:     28,
		Summary:    "presents a certificate with a critical extension that nobody knows",
		Story:      "A private CA adds an extension of its own and marks it critical. That means: whoever does not understand this must refuse. So they do; wolfSSL and Mbed TLS even when they do not verify.",
		Fix:        "Have the certificate issued without the critical flag on extensions that mail software does not know; openssl x509 -noout -text lists them.",
		References: []string{"RFC 5280 section 4.2"},
		Facts:      Facts{Offers: Yes, Completes: Lenient, Authentic: No},
		Grounds:    Grounds{Authentic: "RFC 5280 section 4.2"},
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].Extensions = []certgen.Extension{{OID: exampleOID, Critical: true, Size: 4}}
		},
	},
	{
		Name:    "ca-not-critical",
		Number:  29,
		Summary: "has an intermediate whose basic constraints are not marked critical",
		Story: "Home-made authorities often lack one word in their openssl.cnf. RFC 5280 obliges the issuer to mark the extension, but path validation does not ask for it, so everybody accepted such chains. " +
			"Python turned OpenSSL's strict checks on in version 3.13, and scripts that had sent mail for years stopped.",
		Fix: "Make the CA certificate again with basicConstraints = critical, CA:TRUE. Name and key can stay, then nothing else has to be issued anew. " +
			"Until then a Python program can take VERIFY_X509_STRICT out of the verify_flags of its SSLContext.",
		References: []string{"RFC 5280 section 4.2.1.9", "openssl/openssl#28391"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		Edit: func(p *Peer) {
			p.PKI.Certificates[intermediate].NotCritical = []string{"basic_constraints"}
		},
	},
	{
		Name:    "missing-authority-key-identifier",
		Number:  30,
		Summary: "presents a certificate that does not say which key issued it",
		Story: "Home-made authorities often leave the authority key identifier out. RFC 5280 obliges the issuer to put it in, but path validation works without it, by name. " +
			"Python turned OpenSSL's strict checks on in version 3.13 and refuses it since.",
		Fix: "Issue the certificate again with authorityKeyIdentifier = keyid in the section of extensions. " +
			"Until then a Python program can take VERIFY_X509_STRICT out of the verify_flags of its SSLContext.",
		References: []string{"RFC 5280 section 4.2.1.1", "openssl/openssl#28391"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].Omit = []string{"authority_key_identifier"}
		},
	},
	{
		Name:    "bad-signature",
		Number:  31,
		Summary: "presents a certificate whose signature is not its issuer's",
		Story: "This is what a forged or damaged certificate looks like. " +
			"The names in the chain fit, and so do the key identifiers; the signature alone does not.",
		Fix:        "Get the certificate from the CA again and compare: openssl verify -untrusted chain.pem cert.pem, where chain.pem holds the intermediates, as certbot writes it.",
		References: []string{"RFC 5280 section 6.1.3 (a)"},
		Facts:      unauthentic,
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 5280 section 6.1.3 (a)"},
		Edit:       func(p *Peer) { p.PKI.Certificates[leaf].CorruptSignature = true },
	},
}

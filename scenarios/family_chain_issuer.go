package scenarios

import "github.com/fakemx/fakemx/certgen"

// chainIssuer: what the authorities did wrong, or were not allowed to do.
var chainIssuer = []Scenario{
	{
		Name:    "non-ca-issuer",
		Number:  20,
		Summary: "sends an intermediate without the basic constraints of a CA",
		Story: "The openssl.cnf of a private CA gave the intermediate a key usage but no basicConstraints. " +
			"The key usage allows it to sign certificates, but a version 3 certificate without basic constraints is not a CA.",
		Fix:        "Reissue the intermediate with basicConstraints = critical, CA:TRUE. Keep its name and key, so that the certificates below it stay valid.",
		References: []string{"RFC 5280 section 6.1.4 (k)"},
		Facts:      unauthentic,
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 5280 section 6.1.4 (k)"},
		Edit:       func(p *Peer) { p.PKI.Certificates[intermediate].Omit = []string{"basic_constraints"} },
	},
	{
		Name:    "leaf-as-issuer",
		Number:  21,
		Summary: "presents a certificate issued by another server's certificate",
		Story: "Someone used a server's certificate and key to sign a certificate for another name. The server's certificate came from a real CA, so the chain leads to a trusted root. " +
			"Clients that ignored basic constraints let the owner of any certificate issue more, for any name. Internet Explorer and others did so until 2002.",
		Fix:        "Get the certificate from a CA. Update a client that accepts this one at once: anyone who has a certificate can impersonate any server.",
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
		Summary: "sends an intermediate whose key usage lacks keyCertSign",
		Story: "The intermediate has CA:TRUE, but its key usage lists only CRL signing, or only what a server needs. RFC 5280 tells clients to refuse it. " +
			"OpenSSL, BoringSSL, GnuTLS, Java, NSS, wolfSSL, Mbed TLS, Botan and Go do; rustls does not check the key usage of a CA.",
		Fix:        "Reissue the intermediate with keyUsage = critical, keyCertSign, cRLSign. Keep its name and key, so that the certificates below it stay valid.",
		References: []string{"RFC 5280 section 6.1.4 (n)", "RFC 5280 section 4.2.1.3"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		Edit:       func(p *Peer) { p.PKI.Certificates[intermediate].KeyUsages = []string{"cRLSign"} },
	},
	{
		Name:    "wrong-eku-intermediate",
		Number:  23,
		Summary: "sends an intermediate that is limited to client certificates",
		Story: "A CA with separate intermediates for servers and clients issued the certificate from the wrong one. Public CAs have kept the two apart since 2026. " +
			"RFC 5280 defines the extended key usage for end entities, but most clients also apply it to every intermediate: OpenSSL, BoringSSL, GnuTLS, rustls and Go refuse the chain. " +
			"Java, wolfSSL, Mbed TLS, Botan and NSS check only the server's own certificate.",
		Fix:        "Get the certificate from an intermediate that allows serverAuth or names no purpose, and install the chain that comes with it.",
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
		Summary: "sends an intermediate with the issuer's name but another key",
		Story: "The CA reissued its intermediate under the old name with a new key. The server got the new intermediate but kept its old certificate. All names in the chain match, so it looks complete. " +
			"Only the key identifiers and the signature show that this intermediate did not issue the certificate.",
		Fix: "Have the certificate reissued from the new intermediate, or send the old intermediate for as long as the old certificate is in use. " +
			"Compare the certificate's authority key identifier with the intermediate's subject key identifier: openssl x509 -noout -ext authorityKeyIdentifier,subjectKeyIdentifier.",
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
		Summary: "presents a certificate with a negative serial number",
		Story: "The software of a private CA chose a random serial number and forgot that the first bit of a DER integer is its sign. " +
			"RFC 5280 forbids CAs to issue such serial numbers and asks clients to tolerate them. Go has refused to parse the certificate since version 1.23; all others accept it.",
		Fix:        "Update the CA software and have the certificate reissued. As a stopgap, a Go program accepts it with GODEBUG=x509negativeserial=1.",
		References: []string{"RFC 5280 section 4.1.2.2"},
		Facts:      Facts{Offers: Yes, Completes: Lenient, Authentic: Lenient},
		Edit:       func(p *Peer) { p.PKI.Certificates[leaf].NegativeSerial = true },
	},
	{
		Name:       "path-length-exceeded",
		Number:     26,
		Summary:    "sends a chain longer than a path length constraint in it allows",
		Story:      "The path length of an intermediate limits how many intermediates may follow below it. A department issued itself another one anyway.",
		Fix:        "Issue the server's certificate from the upper intermediate, or reissue that one with a larger path length.",
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
		Summary: "presents a certificate for names outside its issuer's name constraints",
		Story: "A company's CA is constrained to the company's domains, but a certificate was issued for a mail server in another domain. The CA software did not object; clients do. " +
			"Mbed TLS 2 does not know name constraints and ends TLS even when it does not verify.",
		Fix:        "Get the certificate from a CA that may certify the name, or have the constrained intermediate reissued with the domain among its permitted names.",
		References: []string{"RFC 5280 section 4.2.1.10"},
		Facts:      Facts{Offers: Yes, Completes: Lenient, Authentic: No},
		Grounds:    Grounds{Authentic: "RFC 5280 section 4.2.1.10"},
		Edit: func(p *Peer) {
			p.PKI.Certificates[intermediate].NameConstraints = &certgen.NameConstraints{PermittedDNS: []string{"elsewhere.test"}}
		},
	},
	{
		Name:    "unknown-critical-extension",
		Number:  28,
		Summary: "presents a certificate with an unknown critical extension",
		Story: "A private CA adds its own extension and marks it critical. A client that does not understand a critical extension must refuse the certificate, and clients do. " +
			"wolfSSL and Mbed TLS refuse it even when they do not verify.",
		Fix:        "Have the certificate reissued without the critical flag on extensions that mail software does not know; openssl x509 -noout -text lists them.",
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
		Summary: "sends an intermediate whose basic constraints are not critical",
		Story: "Home-made CAs often lack the word critical in their openssl.cnf. " +
			"RFC 5280 requires the issuer to mark the extension as critical, but path validation does not check it, so every client accepted such chains. " +
			"Python 3.13 turned on OpenSSL's strict checks, and scripts that had sent mail for years stopped working.",
		Fix: "Reissue the CA certificate with basicConstraints = critical, CA:TRUE. Keep its name and key; then nothing else needs reissuing. " +
			"Until then, a Python program can remove VERIFY_X509_STRICT from the verify_flags of its SSLContext.",
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
		Summary: "presents a certificate without an authority key identifier",
		Story: "Home-made CAs often omit the authority key identifier. RFC 5280 requires the issuer to include it, but path validation works without it, by name. " +
			"Python 3.13 turned on OpenSSL's strict checks and has refused such certificates since.",
		Fix:        "Reissue the certificate with authorityKeyIdentifier = keyid in the extensions section. Until then, a Python program can remove VERIFY_X509_STRICT from the verify_flags of its SSLContext.",
		References: []string{"RFC 5280 section 4.2.1.1", "openssl/openssl#28391"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].Omit = []string{"authority_key_identifier"}
		},
	},
	{
		Name:       "bad-signature",
		Number:     31,
		Summary:    "presents a certificate with an invalid signature",
		Story:      "A forged or damaged certificate looks like this. The names and the key identifiers in the chain match; only the signature does not.",
		Fix:        "Get the certificate from the CA again and check it: openssl verify -untrusted chain.pem cert.pem, where chain.pem holds the intermediates, as certbot writes it.",
		References: []string{"RFC 5280 section 6.1.3 (a)"},
		Facts:      unauthentic,
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 5280 section 6.1.3 (a)"},
		Edit:       func(p *Peer) { p.PKI.Certificates[leaf].CorruptSignature = true },
	},
}

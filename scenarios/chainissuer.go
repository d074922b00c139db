package scenarios

import "github.com/fakemx/fakemx/certgen"

// chainIssuer: what the authorities did wrong, or were not allowed to do.
var chainIssuer = []Scenario{
	{
		Name:    "non-ca-issuer",
		Summary: "has a certificate issued by a certificate that is not a CA",
		Story: "Somebody signed a certificate with the one of a server, or made the intermediate of a private CA without the basic constraints that make it one. " +
			"Clients that let this pass once let any owner of a certificate issue others, which is why they all check it.",
		Fix:        "Make the intermediate again with basicConstraints = critical, CA:TRUE and keyUsage = critical, keyCertSign, cRLSign, then issue the server's certificate anew.",
		References: []string{"RFC 5280 section 6.1.4 (k)", "CVE-2002-0862"},
		Facts:      unauthentic,
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 5280 section 6.1.4 (k)"},
		Edit:       func(p *Peer) { p.PKI.Certificates[intermediate].CA = false },
	},
	{
		Name:       "path-length-exceeded",
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
		Summary: "has a certificate for names that its issuer may not vouch for",
		Story: "The CA of a company is constrained to the company's domains, and then a certificate was issued for a mail server in another one. " +
			"The CA software did not mind; the clients do. Mbed TLS 2 does not know name constraints and ends TLS even when it does not verify.",
		Fix:        "Get the certificate from a CA that is allowed to vouch for the name, or have the constrained intermediate made again with the domain among its permitted ones.",
		References: []string{"RFC 5280 section 4.2.1.10"},
		Facts:      Facts{Offers: Yes, Completes: Lenient, Authentic: No},
		Grounds:    Grounds{Authentic: "RFC 5280 section 6.1.3 (b)"},
		Edit: func(p *Peer) {
			p.PKI.Certificates[intermediate].NameConstraints = &certgen.NameConstraints{PermittedDNS: []string{"elsewhere.test"}}
		},
	},
	{
		Name:       "unknown-critical-extension",
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
		Summary: "presents a certificate whose signature is not its issuer's",
		Story: "This is what a forged or damaged certificate looks like, and also one from a CA that made itself a new key under its old name. " +
			"It is the one case in which the name of the issuer fits and the chain still does not hold.",
		Fix:        "Get the certificate from the CA again and compare: openssl verify -untrusted chain.pem cert.pem. If the CA was made anew, every certificate below it must be issued anew.",
		References: []string{"RFC 5280 section 6.1.3 (a)"},
		Facts:      unauthentic,
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 5280 section 6.1.3 (a)"},
		Edit:       func(p *Peer) { p.PKI.Certificates[leaf].CorruptSignature = true },
	},
}

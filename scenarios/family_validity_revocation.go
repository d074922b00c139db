package scenarios

import "github.com/fakemx/fakemx/certgen"

// Where the peer's HTTP responder answers for the intermediate, which issued
// the leaf, and where it serves the intermediate's certificate.
const (
	intermediateCRL    = "{responder}/crl/" + intermediate + ".crl"
	intermediateOCSP   = "{responder}/ocsp/" + intermediate
	intermediateIssuer = "{responder}/issuer/" + intermediate + ".cer"
)

// revocation: what the issuer later says about the certificate. No RFC requires a
// mail client to ask, and hardly any does.
var revocation = []Scenario{
	{
		Name:    "revoked",
		Number:  38,
		Summary: "presents a certificate that its issuer has revoked, by CRL and OCSP",
		Story: "The key was lost or the name was given up, the certificate was revoked, and the server still uses it. A client that does not check notices nothing. " +
			"Sendmail checks only with confCRL, and then requires a CRL from every CA: unable to get certificate CRL.",
		Fix:        "Issue a new certificate with a new key and reload the server. If a client must know, give it the CRLs of the CAs that it trusts, or use one that asks OCSP.",
		References: []string{"RFC 5280 section 6.3", "RFC 6960", "field report: reason=unable to get certificate CRL"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		Edit: func(p *Peer) {
			pointTo(p, intermediateCRL, intermediateOCSP)
			p.PKI.Revoked = []string{leaf}
		},
	},
	{
		Name:    "revoked-crl-only",
		Number:  39,
		Summary: "presents a certificate that its issuer has revoked, by CRL only",
		Story: "The certificate names a CRL and no OCSP responder. Let's Encrypt has issued only such certificates since it closed its OCSP service in 2025. " +
			"A client that uses only OCSP never learns that the certificate was revoked. The record shows whether a client fetched the CRL.",
		Fix:        "Issue a new certificate with a new key and reload the server. On a client that must know, enable CRL checking: OpenSSL's -crl_check, Java's PKIXRevocationChecker.",
		References: []string{"RFC 5280 section 6.3"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].CRLURLs = []string{intermediateCRL}
			p.PKI.Revoked = []string{leaf}
		},
	},
	{
		Name:    "crl-expired",
		Number:  40,
		Summary: "presents a certificate whose CRL expired a week ago",
		Story: "The job that publishes a private CA's CRL has stopped, and the old file is still served. The certificate is not revoked. Most clients never check. " +
			"One that checks CRLs cannot tell: OpenSSL says CRL has expired, Java that it could not determine the revocation status, and both refuse.",
		Fix:        "Publish a new CRL before the next-update date of the old one, and monitor the job that does so: openssl crl -noout -nextupdate shows the date.",
		References: []string{"RFC 5280 section 6.3.3", "RFC 5280 section 5.1.2.5"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].CRLURLs = []string{intermediateCRL}
			p.PKI.CRLs = map[string]*certgen.CRL{intermediate: {ThisUpdate: certgen.Days(-37), NextUpdate: certgen.Days(-7)}}
		},
	},
	{
		Name:    "crl-bad-signature",
		Number:  41,
		Summary: "presents a certificate whose CRL was not signed by its issuer",
		Story: "The CRL was not signed with the key of the certificate's issuer: the CA was recreated under its old name, or the file belongs to another CA. The certificate is not revoked. " +
			"Most clients never check. One that checks CRLs must not use this one: OpenSSL says CRL signature failure, Java that it could not determine the revocation status, and both refuse.",
		Fix:        "Sign the CRL with the key of the CA that issued the certificates: openssl crl -CAfile ca.pem -noout shows whether it matches.",
		References: []string{"RFC 5280 section 6.3.3 (g)"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].CRLURLs = []string{intermediateCRL}
			p.PKI.CRLs = map[string]*certgen.CRL{intermediate: {SignedBy: leaf}}
		},
	},
	{
		Name:       "revocation-unreachable",
		Number:     42,
		Summary:    "presents a certificate whose CRL and OCSP responder cannot be reached",
		Story:      "The CA has moved its responder, or a firewall allows port 25 but not port 80 to the outside. A client that treats no answer as a no cannot deliver; most clients that ask treat it as a yes.",
		Fix:        "Let the mail server reach port 80 of the CA. If you do not want that, do not make the client insist on an answer.",
		References: []string{"RFC 5280 section 6.3", "RFC 6960 section 4.4"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		Edit:       func(p *Peer) { pointTo(p, noResponder+"/crl", noResponder+"/ocsp") },
	},
	{
		Name:    "staple-revoked",
		Number:  43,
		Summary: "staples an OCSP response that says its certificate is revoked",
		Story: "The server fetches its staples automatically, the CA has since revoked the certificate, and nobody reads the log. " +
			"GnuTLS and Botan refuse such a peer when they verify, LibreSSL (OpenSMTPD) even when it does not; OpenSSL and Go do not check unless told to.",
		Fix:        "Issue a new certificate with a new key. Monitor what openssl s_client -status says about your own server.",
		References: []string{"RFC 6066 section 8", "RFC 6960"},
		Facts:      undecided,
		Edit:       func(p *Peer) { p.TLS.Staple = StapleRevoked },
	},
	{
		Name:    "staple-expired",
		Number:  44,
		Summary: "staples an OCSP response that expired last week",
		Story: "The job that renews the staple has stopped, and the server still sends the old file. " +
			"A client that reads it can only ignore it or refuse the peer: GnuTLS and Botan refuse when they verify, LibreSSL (OpenSMTPD) even when it does not.",
		Fix:        "Renew the file that Exim's tls_ocsp_file names, and monitor the job that does so, or send no staple.",
		References: []string{"RFC 6066 section 8", "RFC 6960 section 3.2"},
		Facts:      undecided,
		Edit:       func(p *Peer) { p.TLS.Staple = StapleExpired },
	},
}

// pointTo gives the leaf a CRL distribution point and an OCSP responder.
func pointTo(p *Peer, crl, ocsp string) {
	c := p.PKI.Certificates[leaf]
	c.CRLURLs, c.OCSPURLs = []string{crl}, []string{ocsp}
}

package scenarios

import "github.com/fakemx/fakemx/certgen"

// Where the peer's HTTP responder answers for the intermediate, which issued
// the leaf, and where its certificate is to be had.
const (
	intermediateCRL    = "{responder}/crl/" + intermediate + ".crl"
	intermediateOCSP   = "{responder}/ocsp/" + intermediate
	intermediateIssuer = "{responder}/issuer/" + intermediate + ".cer"
)

// revocation: what the certificate's issuer says of it later. No RFC obliges a
// mail client to ask, and hardly any does.
var revocation = []Scenario{
	{
		Name:    "revoked",
		Number:  38,
		Summary: "presents a certificate that its issuer has revoked, by CRL and by OCSP",
		Story: "The key was lost or the name was given up, the certificate was revoked, and the server goes on using it. " +
			"A client that does not look notices nothing; sendmail looks only with confCRL, and then demands a CRL of everybody: unable to get certificate CRL.",
		Fix:        "Issue a new certificate with a new key and reload the server. On a client that must know, give it the CRLs of the CAs that it trusts, or one that asks OCSP.",
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
		Summary: "presents a certificate that its issuer has revoked, by CRL alone",
		Story: "The certificate names a CRL and no OCSP responder. Let's Encrypt issues no others since it closed its OCSP service in 2025. " +
			"A client that asks OCSP alone never learns that the certificate was revoked. The record shows a client that fetches the CRL.",
		Fix:        "Issue a new certificate with a new key and reload the server. On a client that must know, switch the check of CRLs on: OpenSSL's -crl_check, Java's PKIXRevocationChecker.",
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
		Summary: "presents a certificate whose CRL should have been replaced a week ago",
		Story: "The job that publishes the CRL of a private CA has stopped, and the old file is still served. The certificate is not revoked. " +
			"Most clients never look. One that checks CRLs cannot tell: OpenSSL says CRL has expired, Java that it could not determine the revocation status, and both refuse.",
		Fix:        "Publish a new CRL before the date of the next update in the old one, by a job that is watched: openssl crl -noout -nextupdate shows the date.",
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
		Summary: "presents a certificate whose CRL is not signed by its issuer",
		Story: "The CRL was signed with another key than that of the certificate's issuer: the CA was made again under its old name, or the file belongs to another CA. The certificate is not revoked. " +
			"Most clients never look. One that checks CRLs must not use this one: OpenSSL says CRL signature failure, Java that it could not determine the revocation status, and both refuse.",
		Fix:        "Sign the CRL with the key of the CA that issued the certificates: openssl crl -CAfile ca.pem -noout says whether it fits.",
		References: []string{"RFC 5280 section 6.3.3 (g)"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].CRLURLs = []string{intermediateCRL}
			p.PKI.CRLs = map[string]*certgen.CRL{intermediate: {SignedBy: leaf}}
		},
	},
	{
		Name:    "revocation-unreachable",
		Number:  42,
		Summary: "presents a certificate whose CRL and OCSP responder cannot be reached",
		Story: "The CA has moved its responder, or a firewall lets port 25 out and port 80 not. " +
			"A client that takes no answer for a no cannot deliver; most that ask take it for a yes.",
		Fix:        "Let the mail server reach port 80 of the CA. Where that is not wanted, do not make the client insist on an answer.",
		References: []string{"RFC 5280 section 6.3", "RFC 6960 section 4.4"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		Edit:       func(p *Peer) { pointTo(p, noResponder+"/crl", noResponder+"/ocsp") },
	},
	{
		Name:    "staple-revoked",
		Number:  43,
		Summary: "staples an OCSP response that says its certificate is revoked",
		Story: "The server fetches its staples by itself, the CA has revoked the certificate meanwhile, and nobody reads the log. " +
			"GnuTLS and Botan refuse such a peer when they verify, LibreSSL (OpenSMTPD) even when it does not; OpenSSL and Go do not look unless told to.",
		Fix:        "Issue a new certificate with a new key. Watch what openssl s_client -status says of your own server.",
		References: []string{"RFC 6066 section 8", "RFC 6960"},
		Facts:      undecided,
		Edit:       func(p *Peer) { p.TLS.Staple = StapleRevoked },
	},
	{
		Name:    "staple-expired",
		Number:  44,
		Summary: "staples an OCSP response that was good until last week",
		Story: "The job that renews the staple has stopped, and the server goes on sending the old file. " +
			"A client that reads it can only treat it as none, or refuse: GnuTLS and Botan do when they verify, LibreSSL (OpenSMTPD) even when it does not.",
		Fix:        "Renew the file that Exim's tls_ocsp_file names, by a job that is watched; or send none.",
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

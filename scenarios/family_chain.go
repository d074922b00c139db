package scenarios

import (
	"slices"

	"github.com/fakemx/fakemx/certgen"
)

// chain: which certificates are sent, who issued them, and whom the client
// trusts.
var chain = slices.Concat(control, chainSent, chainTrust, chainIssuer, chainHandshake)

var control = []Scenario{
	{
		Name:    "healthy",
		Number:  1,
		Aliases: []string{"control", "ecdsa-only", "no-session-tickets", "ehlo-required-after-tls"},
		Summary: "nothing is wrong: a full chain, the right name, TLS 1.2 and 1.3",
		Story: "This is the control. Its certificate is for localhost, for the loopback addresses and for its own name, has an ECDSA key, and comes with its intermediate; it sends no session tickets, wants EHLO again inside TLS and ends TLS properly. " +
			"A client that cannot deliver here in verified TLS has a problem of its own, most often a trust store that it does not read.",
		Fix:      "Nothing is to be mended on the server. If a client fails here, first give it the CA file that fakemx exports, then see whether it can do ECDSA and TLS 1.2.",
		Facts:    sound,
		Grounds:  Grounds{Offers: "RFC 3207 section 4", Completes: "RFC 9325 section 3.1.1", Authentic: "RFC 5280 section 6.1"},
		Harmless: true,
		References: []string{
			"RFC 3207",
			"RFC 9325",
			"field report: sendmail logs verify=OK and verifymsg=ok once its trust store is in place",
		},
	},
}

// otherRoot adds a second root, which no client trusts, and returns its name.
func otherRoot(p *Peer) string {
	const name = "other-root"
	p.PKI.Certificates[name] = authority("other root")
	return name
}

// addIntermediate adds a sound intermediate CA and returns its name.
func addIntermediate(p *Peer, name, issuer string) string {
	p.PKI.Certificates[name] = &certgen.Certificate{Issuer: issuer, Subject: caSubject(name), CA: true}
	return name
}

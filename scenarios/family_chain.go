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
		Summary: "does nothing wrong: full chain, right name, TLS 1.2 and 1.3",
		Story: "This is the control. Its certificate is valid for localhost, the loopback addresses and its own name, has an ECDSA key, and comes with its intermediate. " +
			"The peer sends no session tickets, requires a new EHLO inside TLS, and closes TLS properly. " +
			"If a client cannot deliver here in verified TLS, the problem is on the client's side, most often a trust store that it does not read.",
		Fix:      "There is nothing to fix on the server. If a client fails here, first give it the CA file that fakemx exports, then check that it supports ECDSA and TLS 1.2.",
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

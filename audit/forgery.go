package audit

import (
	"slices"
	"strings"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/scenarios"
)

// A forgery is what makes a peer unauthentic, as far as it shows what a client
// verifies at all. One that only careful clients notice, such as a wrong purpose
// or an odd form of a name, is none of these.
type forgery string

const (
	// untrusted: no trust anchor vouches for the leaf. Whoever verifies anything
	// refuses that.
	untrusted forgery = "untrusted"
	// misnamed: the certificate is sound, and plainly for somebody else. Whoever
	// looks at names refuses that.
	misnamed forgery = "misnamed"
)

// forgeryOf derives it from the declaration.
func forgeryOf(s scenarios.Scenario) forgery {
	switch {
	case s.Facts.Authentic != scenarios.No || len(s.Peer.PKI.Send) == 0:
		return ""
	case !anchored(s.Peer.PKI):
		return untrusted
	case s.ReachBy != scenarios.ReachByAddress && namesSomebodyElse(s.Peer):
		return misnamed
	}
	return ""
}

// anchored: a path of certificates leads from the leaf to a trust anchor,
// whatever else is wrong with it. An issuer that was not sent is on the path if
// the client may fetch it.
func anchored(r certgen.Recipe) bool {
	seen := map[string]bool{}
	var leads func(name string) bool
	leads = func(name string) bool {
		c := r.Certificates[name]
		switch {
		case slices.Contains(r.Trust, name):
			return true
		case c == nil || seen[name] || c.CorruptSignature || c.SignedBy != "" && c.SignedBy != c.Issuer:
			return false
		}
		seen[name] = true
		if len(c.IssuerURLs) > 0 || slices.Contains(r.Trust, c.Issuer) {
			return leads(c.Issuer)
		}
		return slices.ContainsFunc(r.Send, func(sent string) bool {
			return standsFor(r, sent, c.Issuer) && leads(sent)
		})
	}
	return leads(r.Send[0])
}

// standsFor: a certificate is that of an issuer, or has its subject and its key,
// as a cross-signed one does.
func standsFor(r certgen.Recipe, name, issuer string) bool {
	c := r.Certificates[name]
	return name == issuer || c != nil && issuer != "" && c.SubjectOf == issuer && c.KeyOf == issuer
}

// namesSomebodyElse: the peer differs from the healthy one in nothing but its
// leaf's names, and no name comes near to the peer's own.
func namesSomebodyElse(p scenarios.Peer) bool {
	healthy := scenarios.Healthy()
	name := p.PKI.Send[0]
	own, sound := p.PKI.Certificates[name], healthy.PKI.Certificates[name]
	if own == nil || sound == nil || len(own.DNSNames) == 0 {
		return false
	}
	healthy.DNS, healthy.STS = p.DNS, p.STS
	sound.Subject, sound.DNSNames, sound.IPAddresses = own.Subject, own.DNSNames, own.IPAddresses
	return scenarios.Same(healthy, p) && !slices.ContainsFunc(own.DNSNames, func(name string) bool { return comesNear(name, p.Hostname) })
}

// comesNear: a name is of an odd form, or the peer's own, or a domain that it is
// in, so that a client that compares names carelessly may take it for the
// peer's.
func comesNear(name, own string) bool {
	domain := strings.TrimPrefix(name, "*.")
	odd := strings.ContainsAny(domain, "*\x00 ")
	return odd || domain == "localhost" || strings.HasPrefix(domain, "{") || strings.HasSuffix("."+own, "."+domain)
}

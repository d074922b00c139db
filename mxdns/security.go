package mxdns

import (
	"cmp"
	"slices"

	"github.com/miekg/dns"
)

// A security is what a validator makes of an answer (RFC 4035 section 4.3).
type security struct {
	state securityState
	// code says why an answer is bogus (RFC 8914 section 4).
	code uint16
}

type securityState int

const (
	insecure securityState = iota
	secure
	bogus
)

// worse is the security of an answer that rests on two others.
func worse(a, b security) security {
	switch {
	case a.state == bogus:
		return a
	case b.state == bogus:
		return b
	case a.state == insecure:
		return a
	}
	return b
}

// A trust tells what a validator makes of answers. It follows the chain of trust
// by the same searches that answer a validator, and looks at what is said to be
// wrong with signatures, so that it needs none.
type trust struct {
	zones zones
	known map[*zone]security
}

func newTrust(z zones) *trust { return &trust{z, map[*zone]security{}} }

// ofAnswer is the security of an answer, which rests on all of its records.
func (t *trust) ofAnswer(found *search) security {
	all := security{state: secure}
	if found.foreign != "" || found.optOut || found.qtype == dns.TypeRRSIG {
		all = security{} // signatures are not signed themselves
	}
	for _, set := range found.answer {
		all = worse(all, t.ofSet(set))
	}
	for _, set := range found.authority {
		all = worse(all, t.ofSet(set))
	}
	for _, z := range found.unproved {
		if s := t.ofZone(z); s.state == secure {
			all = worse(all, security{bogus, dns.ExtendedErrorCodeNSECMissing})
		}
	}
	return all
}

// ofSet is the security of a set of records.
func (t *trust) ofSet(set rrset) security {
	s := t.ofZone(set.zone)
	if s.state != secure || set.unsigned {
		return s
	}
	return ofSignature(set)
}

// ofSignature is the security of a set, if the zone's key is secure.
func ofSignature(set rrset) security {
	state := set.state()
	if state == "" {
		return security{state: secure}
	}
	code := signatureCodes[state]
	switch set.rrtype() {
	case dns.TypeDNSKEY:
		code = cmp.Or(keyCodes[state], code)
	case dns.TypeDS:
		code = cmp.Or(delegationCodes[state], code)
	case dns.TypeNSEC, dns.TypeNSEC3:
		code = cmp.Or(denialCodes[state], code)
	}
	return security{bogus, code}
}

// These say what is wrong with a signature, as unbound 1.17 does. Those of keys,
// delegations and denials differ: there a validator looks for another key or proof.
var (
	signatureCodes = map[SignatureState]uint16{
		SignatureCorrupted:        dns.ExtendedErrorCodeDNSBogus,
		SignatureExpired:          dns.ExtendedErrorCodeSignatureExpired,
		SignatureNotYetValid:      dns.ExtendedErrorCodeSignatureNotYetValid,
		SignatureMissing:          dns.ExtendedErrorCodeRRSIGsMissing,
		SignatureWrongSigner:      dns.ExtendedErrorCodeRRSIGsMissing,
		SignatureUnknownAlgorithm: dns.ExtendedErrorCodeUnsupportedDNSKEYAlgorithm,
	}
	keyCodes = map[SignatureState]uint16{
		SignatureCorrupted:        dns.ExtendedErrorCodeDNSKEYMissing,
		SignatureWrongSigner:      dns.ExtendedErrorCodeDNSKEYMissing,
		SignatureUnknownAlgorithm: dns.ExtendedErrorCodeRRSIGsMissing,
	}
	delegationCodes = map[SignatureState]uint16{
		SignatureCorrupted:        dns.ExtendedErrorCodeDNSKEYMissing,
		SignatureWrongSigner:      dns.ExtendedErrorCodeDNSKEYMissing,
		SignatureUnknownAlgorithm: dns.ExtendedErrorCodeDNSKEYMissing,
	}
	denialCodes = map[SignatureState]uint16{
		SignatureMissing:     dns.ExtendedErrorCodeNSECMissing,
		SignatureWrongSigner: dns.ExtendedErrorCodeDNSKEYMissing,
	}
)

// ofZone is the security of a zone's key.
func (t *trust) ofZone(z *zone) security {
	if s, ok := t.known[z]; ok {
		return s
	}
	s := t.ofDelegation(z)
	if s.state == secure {
		s = t.ofKey(z)
	}
	t.known[z] = s
	return s
}

// ofDelegation is the security of what says which key a zone has: a trust anchor
// or the DS record in the zone above.
func (t *trust) ofDelegation(z *zone) security {
	if z.above == nil {
		return z.validated(security{state: secure})
	}
	if above := t.ofZone(z.above); above.state != secure {
		return above
	}
	found := (&search{zones: t.zones, qtype: dns.TypeDS, patience: forever}).run(z.above, z.apex)
	if found.trouble != "" || found.rcode == dns.RcodeServerFailure {
		return security{bogus, dns.ExtendedErrorCodeNetworkError}
	}
	// Validators take the proof, and do not mind the SOA record.
	found.authority = slices.DeleteFunc(found.authority, func(set rrset) bool { return set.rrtype() == dns.TypeSOA })
	if s := t.ofAnswer(found); s.state != secure || len(found.answer) == 0 {
		return worse(s, security{})
	}
	return z.validated(security{state: secure})
}

// validated is a security, unless validators cannot tell one of the zone.
func (z *zone) validated(s security) security {
	if z.signing == nil || z.signing.Algorithm == PRIVATEDNS {
		return security{}
	}
	if z.above != nil && (z.signing.DS == DSUnknownDigest || z.signing.DS == DSUnknownAlgorithm) {
		return security{}
	}
	return s
}

// ofKey is the security of the zone's DNSKEY records.
func (t *trust) ofKey(z *zone) security {
	found := (&search{zones: t.zones, qtype: dns.TypeDNSKEY, patience: forever}).run(z, z.apex)
	if found.trouble != "" || len(found.answer) == 0 || z.above != nil && z.signing.DS == DSOtherKey {
		return security{bogus, dns.ExtendedErrorCodeDNSKEYMissing}
	}
	return ofSignature(found.answer[0])
}

package mxdns

import "github.com/miekg/dns"

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

// security is that of a zone's key.
func (z *zone) security() security {
	above := security{state: secure} // a trust anchor
	if z.above != nil {
		above = z.above.security()
	}
	switch {
	case above.state != secure:
		return above
	case z.signing == nil || z.signing.DS == DSNone || z.signing.Algorithm == PRIVATEDNS:
		return security{}
	case z.signing.DS == DSOtherKey:
		return security{bogus, dns.ExtendedErrorCodeDNSKEYMissing}
	}
	return z.signed(z.apex, dns.TypeDNSKEY)
}

// signed is the security of a set of records, if the zone's key is secure.
func (z *zone) signed(name string, rrtype uint16) security {
	f := z.signing.faultOf(name, rrtype)
	if f == nil {
		return security{state: secure}
	}
	return security{bogus, signatureCodes[f.Is]}
}

// signatureCodes say what is wrong with a signature.
var signatureCodes = map[SignatureState]uint16{
	SignatureCorrupted:   dns.ExtendedErrorCodeDNSBogus,
	SignatureExpired:     dns.ExtendedErrorCodeSignatureExpired,
	SignatureNotYetValid: dns.ExtendedErrorCodeSignatureNotYetValid,
	SignatureMissing:     dns.ExtendedErrorCodeRRSIGsMissing,
	SignatureWrongSigner: dns.ExtendedErrorCodeDNSBogus,
}

// securityOf is the security of a set of records, or of its denial.
func (z *zone) securityOf(name string, rrtype uint16, exists bool) security {
	s := z.security()
	switch {
	case s.state != secure:
		return s
	case !exists && z.signing.Denial == DenialNone:
		return security{bogus, dns.ExtendedErrorCodeNSECMissing}
	}
	return z.signed(name, rrtype)
}

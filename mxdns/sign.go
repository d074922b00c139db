package mxdns

import (
	"encoding/base64"
	"time"

	"github.com/miekg/dns"
)

// Signatures are valid from a day ago to a month from now. What is out of that
// is a week out: unbound forgives a tenth of the validity, a day at most.
const (
	signatureAge  = 24 * time.Hour
	signatureLife = 30 * 24 * time.Hour
	outBy         = 7 * 24 * time.Hour
)

// A rrset is the records of one type at a name (RFC 2181 section 5).
type rrset struct {
	zone    *zone
	records []dns.RR
	// owner is the name in the response, as the client spelled it.
	owner string
	// at is the name in the zone, canonical: of a wildcard, the one with the
	// asterisk, and of an NSEC3 record the one of which it is the hash.
	at string
	// unsigned: it is derived from other records (RFC 6672 section 5.3.1).
	unsigned bool
}

func (r rrset) rrtype() uint16 { return r.records[0].Header().Rrtype }

// state is what is wrong with the signature of a set of a signed zone.
func (r rrset) state() SignatureState {
	return r.zone.signing.stateOf(r.rrtype(), r.at, dns.CanonicalName(r.owner))
}

// served are the records, as they are in a response.
func (r rrset) served() []dns.RR { return named(r.records, r.owner) }

// signature makes the RRSIG record of a set; nil if there is none.
func (r rrset) signature(now time.Time) (*dns.RRSIG, error) {
	if r.zone.signing == nil || r.unsigned || r.state() == SignatureMissing {
		return nil, nil
	}
	key, err := r.zone.keys.own()
	if err != nil {
		return nil, err
	}
	owner := dns.CanonicalName(r.owner)
	if isWildcard(r.at) && r.rrtype() != dns.TypeNSEC3 {
		owner = r.at // what is signed is the wildcard (RFC 4035 section 2.2)
	}
	record, err := key.sign(named(r.records, owner), r.zone.apex, r.state(), now)
	if err != nil {
		return nil, err
	}
	record.Hdr.Name = r.owner
	return record, nil
}

// sign signs records (RFC 4034 section 3), as wrongly as may be.
func (k *zoneKey) sign(records []dns.RR, signer string, state SignatureState, now time.Time) (*dns.RRSIG, error) {
	shift := map[SignatureState]time.Duration{SignatureExpired: -signatureLife - outBy, SignatureNotYetValid: signatureAge + outBy}[state]
	record := &dns.RRSIG{
		Hdr: header(dns.TypeRRSIG), Algorithm: k.record.Algorithm, KeyTag: k.tag, SignerName: signer,
		Inception: stamp(now.Add(shift - signatureAge)), Expiration: stamp(now.Add(shift + signatureLife)),
	}
	record.Hdr.Ttl = records[0].Header().Ttl
	switch state {
	case SignatureWrongSigner:
		record.SignerName = "wrong-signer." + signer
	case SignatureUnknownAlgorithm:
		record.Algorithm = dns.PRIVATEDNS
	}
	if record.Algorithm == dns.PRIVATEDNS {
		pretend(record, records)
		return record, nil
	}
	err := record.Sign(k.signer, records)
	if err == nil && state == SignatureCorrupted {
		err = corrupt(record)
	}
	return record, err
}

// stamp is a time as a signature holds it (RFC 4034 section 3.1.5).
func stamp(at time.Time) uint32 {
	return uint32(at.Unix()) //nolint:gosec // it wraps (RFC 1982)
}

// corrupt turns over the first octet of a signature.
func corrupt(record *dns.RRSIG) error {
	octets, err := base64.StdEncoding.DecodeString(record.Signature)
	if err != nil {
		return err
	}
	octets[0] ^= 0xFF
	record.Signature = base64.StdEncoding.EncodeToString(octets)
	return nil
}

// pretend fills in a signature of our private algorithm.
func pretend(record *dns.RRSIG, records []dns.RR) {
	first := records[0].Header()
	record.TypeCovered, record.OrigTtl, record.Hdr.Name = first.Rrtype, first.Ttl, first.Name
	record.Labels = uint8(dns.CountLabel(first.Name)) //nolint:gosec // a name has 127 at most
	if isWildcard(first.Name) {
		record.Labels--
	}
	record.Signature = base64.StdEncoding.EncodeToString(private([]byte(records[0].String())))
}

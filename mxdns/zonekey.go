package mxdns

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"math/big"
	"sync"

	"github.com/miekg/dns"
)

// A zoneKey is the key of a zone. It signs both itself and all other records.
type zoneKey struct {
	signer crypto.Signer // nil for PRIVATEDNS
	record *dns.DNSKEY
	tag    uint16 // of the record (RFC 4034 appendix B)
}

func keyOf(record *dns.DNSKEY, signer crypto.Signer) *zoneKey {
	if record.KeyTag() == 0 {
		record.Flags = dns.ZONE // has another tag: the library refuses to sign with 0
	}
	return &zoneKey{signer: signer, record: record, tag: record.KeyTag()}
}

// algorithmNumbers are the numbers of algorithms (RFC 8624 section 3.1).
var algorithmNumbers = map[Algorithm]uint8{
	ECDSAP256SHA256: dns.ECDSAP256SHA256, ED25519: dns.ED25519, RSASHA256: dns.RSASHA256, PRIVATEDNS: dns.PRIVATEDNS,
}

// secureEntryPoint are the flags of a key that signs a zone, itself included:
// Zone Key and Secure Entry Point (RFC 4034 section 2.1.1).
const secureEntryPoint = dns.ZONE | dns.SEP

// newZoneKey makes the key of a zone out of one from the source, which knows it
// by the zone's name behind a label.
func newZoneKey(source KeySource, label, apex string, algorithm Algorithm) (*zoneKey, error) {
	record := &dns.DNSKEY{
		Hdr: header(dns.TypeDNSKEY), Flags: secureEntryPoint, Protocol: 3, Algorithm: algorithmNumbers[algorithm],
	}
	record.Hdr.Name = apex
	if algorithm == PRIVATEDNS {
		record.PublicKey = base64.StdEncoding.EncodeToString(private([]byte(label + apex)))
		return keyOf(record, nil), nil
	}
	signer, err := source.Key(label+apex, algorithm)
	if err != nil {
		return nil, fmt.Errorf("the key of zone %s: %w", apex, err)
	}
	public, err := publicKey(signer.Public(), algorithm)
	if err != nil {
		return nil, fmt.Errorf("the key of zone %s: %w", apex, err)
	}
	record.PublicKey = base64.StdEncoding.EncodeToString(public)
	return keyOf(record, steady{signer}), nil
}

// publicKey is a key as a DNSKEY record holds it: RFC 6605 section 4, RFC 8080
// section 3 and RFC 3110 section 2.
func publicKey(key crypto.PublicKey, algorithm Algorithm) ([]byte, error) {
	switch k := key.(type) {
	case *ecdsa.PublicKey:
		point, err := k.Bytes() // 0x04, then both coordinates
		if err == nil && algorithm == ECDSAP256SHA256 && len(point) == 65 {
			return point[1:], nil
		}
	case ed25519.PublicKey:
		if algorithm == ED25519 {
			return k, nil
		}
	case *rsa.PublicKey:
		if algorithm == RSASHA256 {
			exponent := big.NewInt(int64(k.E)).Bytes()
			return append(append([]byte{byte(len(exponent))}, exponent...), k.N.Bytes()...), nil //nolint:gosec // an int has 8 octets
		}
	}
	return nil, fmt.Errorf("a %T does not fit the algorithm %s", key, algorithm)
}

// privateName tells one private algorithm from others (RFC 4034 appendix
// A.1.1).
const privateName = "\x07private\x06fakemx\x04test\x00"

// private is a key or a signature of our private algorithm, which is none: it
// looks like one.
func private(data []byte) []byte {
	sum := sha256.Sum256(data)
	return append([]byte(privateName), sum[:]...)
}

// unknownDigest is a digest type that nobody has assigned.
const unknownDigest = 250

// ds is the DS record of a key.
func (k *zoneKey) ds(kind DS) *dns.DS {
	record := k.record.ToDS(dns.SHA256)
	record.Hdr = header(dns.TypeDS)
	switch kind {
	case DSUnknownDigest:
		record.DigestType = unknownDigest
	case DSUnknownAlgorithm:
		record.Algorithm = dns.PRIVATEDNS
	}
	return record
}

// steady signs without randomness where its key can, so that ECDSA is
// deterministic (RFC 6979): the same answer has the same signature.
type steady struct{ crypto.Signer }

// Sign leaves the source of randomness out.
func (s steady) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return s.Signer.Sign(nil, digest, opts)
}

// zoneKeys makes the keys of a zone when they are first needed.
type zoneKeys struct {
	own   func() (*zoneKey, error) // the one that signs
	other func() (*zoneKey, error) // one that the zone does not have
}

func newZoneKeys(source KeySource, apex string, algorithm Algorithm) zoneKeys {
	of := func(label string) func() (*zoneKey, error) {
		return sync.OnceValues(func() (*zoneKey, error) { return newZoneKey(source, label, apex, algorithm) })
	}
	return zoneKeys{own: of(""), other: of("other-key.")}
}

// ds returns the DS records of a zone; none if its delegation is insecure.
func (z *zone) ds() ([]dns.RR, error) {
	if !z.delegatedSecurely() {
		return nil, nil
	}
	key, err := z.keys.own()
	if z.signing.DS == DSOtherKey {
		key, err = z.keys.other()
	}
	if err != nil {
		return nil, err
	}
	return []dns.RR{key.ds(z.signing.DS)}, nil
}

// delegatedSecurely says whether the zone above has a DS record for the zone.
func (z *zone) delegatedSecurely() bool { return z.signing != nil && z.signing.DS != DSNone }

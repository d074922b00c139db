package mxdns

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/miekg/dns"
)

// Signing says how a zone is signed (RFC 4033 to 4035). The zero value signs it
// as it should be: with one ECDSA P-256 key, NSEC records, and a DS record in
// the zone above.
type Signing struct {
	// Algorithm is that of the key. If empty, ECDSAP256SHA256.
	Algorithm Algorithm
	// DS is the delegation in the zone above. If empty, DSRight. It means
	// nothing for a zone without one above, whose key is a trust anchor.
	DS DS
	// Denial is the proof that a name or a record does not exist. If empty,
	// DenialNSEC.
	Denial Denial
	// DenialMissing are names of the zone. Answers that there is no such name or
	// record have no proof if they are about one of these names or a name below
	// one. The proof is right for all other names. To leave it out for a host's
	// TLSA records, give _tcp before the host's name: a resolver that minimises
	// names (RFC 9156) asks for that one first.
	DenialMissing []string
	// Signatures are what is wrong with signatures. If empty, nothing is.
	Signatures []SignatureFault
}

// An Algorithm is a DNSSEC algorithm by its mnemonic (RFC 8624 section 3.1).
type Algorithm string

// The algorithms.
const (
	ECDSAP256SHA256 Algorithm = "ECDSAP256SHA256" // 13
	ED25519         Algorithm = "ED25519"         // 15
	RSASHA256       Algorithm = "RSASHA256"       // 8
	// PRIVATEDNS, 253, is one that no validator knows (RFC 4034 appendix
	// A.1.1).
	PRIVATEDNS Algorithm = "PRIVATEDNS"
)

// Algorithms returns all algorithms, the default first.
func Algorithms() []Algorithm {
	return []Algorithm{ECDSAP256SHA256, ED25519, RSASHA256, PRIVATEDNS}
}

// A DS is what the zone above says of a zone's key.
type DS string

// The kinds of delegation.
const (
	DSRight    DS = "right"     // the digest of the key
	DSNone     DS = "absent"    // no DS record: an insecure delegation
	DSOtherKey DS = "other-key" // the digest of a key that the zone does not have
	// DSUnknownDigest is a digest of a type that is not assigned, and
	// DSUnknownAlgorithm says that the key is of PRIVATEDNS. Validators ignore
	// such records, and the zone is insecure (RFC 4035 section 5.2, RFC 6840
	// section 5.2).
	DSUnknownDigest    DS = "unknown-digest"
	DSUnknownAlgorithm DS = "unknown-algorithm"
)

// DSs returns all kinds of delegation, the default first.
func DSs() []DS { return []DS{DSRight, DSNone, DSOtherKey, DSUnknownDigest, DSUnknownAlgorithm} }

// A Denial is the form of authenticated denial of existence.
type Denial string

// The forms of denial.
const (
	DenialNSEC  Denial = "nsec"  // RFC 4034 section 4
	DenialNSEC3 Denial = "nsec3" // RFC 5155, without salt and iterations (RFC 9276)
	// DenialNSEC3OptOut leaves insecure delegations out of the chain (RFC 5155
	// section 6). That a name does not exist is insecure then (section 9.2).
	DenialNSEC3OptOut Denial = "nsec3-opt-out"
	DenialNone        Denial = "absent" // it is left out
)

// Denials returns all forms of denial, the default first.
func Denials() []Denial {
	return []Denial{DenialNSEC, DenialNSEC3, DenialNSEC3OptOut, DenialNone}
}

// A SignatureFault is what is wrong with some signatures.
type SignatureFault struct {
	// Name is the owner of the records, which may be a wildcard. If empty,
	// every name of the zone. The owner of an NSEC3 record is here the name of
	// which it has the hash.
	Name string
	// Type is the type of the records; dns.TypeNSEC or dns.TypeNSEC3 for the
	// proof that something does not exist. If zero, every type. DS records
	// belong to the zone above.
	Type uint16
	// Is is what is wrong with their signatures.
	Is SignatureState
}

// A SignatureState is what is wrong with a signature.
type SignatureState string

// The states of a signature.
const (
	SignatureCorrupted   SignatureState = "corrupted"     // it does not fit the records
	SignatureExpired     SignatureState = "expired"       // its expiration was a week ago
	SignatureNotYetValid SignatureState = "not-yet-valid" // its inception is in a week
	SignatureMissing     SignatureState = "missing"       // there is none
	// SignatureWrongSigner: its signer is a zone that does not exist, below the
	// right one (RFC 4035 section 5.3.1).
	SignatureWrongSigner SignatureState = "wrong-signer"
	// SignatureUnknownAlgorithm: it is of PRIVATEDNS, of which the zone has no
	// key.
	SignatureUnknownAlgorithm SignatureState = "unknown-algorithm"
)

// SignatureStates returns all states of a faulty signature.
func SignatureStates() []SignatureState {
	return []SignatureState{
		SignatureCorrupted, SignatureExpired, SignatureNotYetValid, SignatureMissing, SignatureWrongSigner, SignatureUnknownAlgorithm,
	}
}

// checked is a copy with its defaults and canonical names.
func (s Signing) checked() (*Signing, error) {
	s.Algorithm, s.DS, s.Denial = cmp.Or(s.Algorithm, ECDSAP256SHA256), cmp.Or(s.DS, DSRight), cmp.Or(s.Denial, DenialNSEC)
	s.DenialMissing, s.Signatures = slices.Clone(s.DenialMissing), slices.Clone(s.Signatures)
	for i, name := range s.DenialMissing {
		s.DenialMissing[i] = dns.CanonicalName(name)
	}
	errs := []error{
		oneOf("Signing.Algorithm", Algorithms(), s.Algorithm), oneOf("Signing.DS", DSs(), s.DS), oneOf("Signing.Denial", Denials(), s.Denial),
	}
	for i, f := range s.Signatures {
		if f.Name != "" {
			s.Signatures[i].Name = dns.CanonicalName(f.Name)
		}
		errs = append(errs, oneOf("Signing.Signatures", SignatureStates(), f.Is))
	}
	return &s, errors.Join(errs...)
}

// oneOf is an error if a value is not one of those that there are.
func oneOf[T ~string](field string, values []T, value T) error {
	if slices.Contains(values, value) {
		return nil
	}
	return fmt.Errorf("%s: expected one of %q, got %q", field, values, value)
}

// stateOf is what is wrong with the signature of a record set at one of the
// names; empty if nothing is.
func (s *Signing) stateOf(rrtype uint16, names ...string) SignatureState {
	for _, f := range s.Signatures {
		if (f.Name == "" || slices.Contains(names, f.Name)) && (f.Type == 0 || f.Type == rrtype) {
			return f.Is
		}
	}
	return ""
}

// denies says whether the zone proves that there is no such name or record.
func (s *Signing) denies(name string) bool {
	return s.Denial != DenialNone && !slices.ContainsFunc(s.DenialMissing, func(missing string) bool { return dns.IsSubDomain(missing, name) })
}

// hashed says whether names are denied by their hashes.
func (s *Signing) hashed() bool { return s.Denial == DenialNSEC3 || s.Denial == DenialNSEC3OptOut }

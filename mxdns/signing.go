package mxdns

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
)

// DSs returns all kinds of delegation, the default first.
func DSs() []DS { return []DS{DSRight, DSNone, DSOtherKey} }

// A Denial is the form of authenticated denial of existence.
type Denial string

// The forms of denial.
const (
	DenialNSEC        Denial = "nsec"          // RFC 4034 section 4
	DenialNSEC3       Denial = "nsec3"         // RFC 5155
	DenialNSEC3OptOut Denial = "nsec3-opt-out" // RFC 5155 section 6
	DenialNone        Denial = "absent"        // it is left out
)

// Denials returns all forms of denial, the default first.
func Denials() []Denial {
	return []Denial{DenialNSEC, DenialNSEC3, DenialNSEC3OptOut, DenialNone}
}

// A SignatureFault is what is wrong with some signatures.
type SignatureFault struct {
	// Name is the owner of the records. If empty, every name of the zone.
	Name string
	// Type is the type of the records. If zero, every type.
	Type uint16
	// Is is what is wrong with their signatures.
	Is SignatureState
}

// A SignatureState is what is wrong with a signature.
type SignatureState string

// The states of a signature.
const (
	SignatureCorrupted   SignatureState = "corrupted"     // it does not fit the records
	SignatureExpired     SignatureState = "expired"       // its expiration has passed
	SignatureNotYetValid SignatureState = "not-yet-valid" // its inception is to come
	SignatureMissing     SignatureState = "missing"       // there is none
	SignatureWrongSigner SignatureState = "wrong-signer"  // its signer is another zone
)

// SignatureStates returns all states of a faulty signature.
func SignatureStates() []SignatureState {
	return []SignatureState{SignatureCorrupted, SignatureExpired, SignatureNotYetValid, SignatureMissing, SignatureWrongSigner}
}

// faultOf is the first fault of the signatures of a record set; nil if there is
// none.
func (s *Signing) faultOf(name string, rrtype uint16) *SignatureFault {
	for i, f := range s.Signatures {
		if (f.Name == "" || f.Name == name) && (f.Type == 0 || f.Type == rrtype) {
			return &s.Signatures[i]
		}
	}
	return nil
}

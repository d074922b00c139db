package dane

import (
	"fmt"
	"strconv"
	"strings"
)

// A Usage is a certificate usage: what a [Record] says about the certificate
// that it describes (RFC 6698 section 2.1.1).
type Usage uint8

// The certificate usages (RFC 7218 section 2.1). SMTP uses DANETA and DANEEE.
const (
	// PKIXTA limits which CA may issue the server's certificate, which must
	// also be valid by the client's own trust store. Not for SMTP.
	PKIXTA Usage = 0
	// PKIXEE limits which certificate the server may have, which must also be
	// valid by the client's own trust store. Not for SMTP.
	PKIXEE Usage = 1
	// DANETA is the trust anchor below which the server's certificate must be
	// valid and name the server. It needs no trust store.
	DANETA Usage = 2
	// DANEEE is the server's certificate or key. Nothing else counts: neither
	// names, dates nor issuer.
	DANEEE Usage = 3
)

// A Selector says which part of a certificate is compared (RFC 6698 section
// 2.1.2).
type Selector uint8

// The selectors (RFC 7218 section 2.2).
const (
	// Cert compares the whole certificate.
	Cert Selector = 0
	// SPKI compares the subjectPublicKeyInfo: the key with its algorithm. It
	// survives the renewal of a certificate with the same key.
	SPKI Selector = 1
)

// A MatchingType says in which form the selected part is published (RFC 6698
// section 2.1.3).
type MatchingType uint8

// The matching types (RFC 7218 section 2.3).
const (
	// Full is the selected part itself.
	Full MatchingType = 0
	// SHA256 is its SHA2-256 digest, 32 octets.
	SHA256 MatchingType = 1
	// SHA512 is its SHA2-512 digest, 64 octets.
	SHA512 MatchingType = 2
)

// The acronyms of RFC 7218; 255 is reserved for private use.
var (
	usages        = map[Usage]string{PKIXTA: "PKIX-TA", PKIXEE: "PKIX-EE", DANETA: "DANE-TA", DANEEE: "DANE-EE", 255: "PrivCert"}
	selectors     = map[Selector]string{Cert: "Cert", SPKI: "SPKI", 255: "PrivSel"}
	matchingTypes = map[MatchingType]string{Full: "Full", SHA256: "SHA2-256", SHA512: "SHA2-512", 255: "PrivMatch"}
)

// String returns the acronym of RFC 7218, such as "DANE-EE", or the number if
// it is unassigned.
func (u Usage) String() string { return acronym(usages, u) }

// String returns the acronym of RFC 7218, such as "SPKI", or the number if it
// is unassigned.
func (s Selector) String() string { return acronym(selectors, s) }

// String returns the acronym of RFC 7218, such as "SHA2-256", or the number if
// it is unassigned.
func (m MatchingType) String() string { return acronym(matchingTypes, m) }

func acronym[P ~uint8](acronyms map[P]string, p P) string {
	if name, ok := acronyms[p]; ok {
		return name
	}
	return strconv.Itoa(int(p))
}

// parameter reads a number or an acronym, whose case does not matter (RFC 7218
// section 2).
func parameter[P ~uint8](field, text string, acronyms map[P]string) (P, error) {
	for p, name := range acronyms {
		if strings.EqualFold(text, name) {
			return p, nil
		}
	}
	number, err := strconv.ParseUint(text, 10, 8)
	if err != nil {
		return 0, fmt.Errorf("%s is %.20q, expected a number from 0 to 255 or an acronym such as %q", field, text, acronyms[1])
	}
	return P(number), nil
}

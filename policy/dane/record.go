package dane

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
)

// A Record is the content of a TLSA record (RFC 6698 section 2.1). It describes
// one certificate, or one key: a certificate association.
type Record struct {
	// Usage is the certificate usage: what is said of the certificate.
	Usage Usage
	// Selector is the part of the certificate that is compared.
	Selector Selector
	// Matching is the matching type: the form of Data.
	Matching MatchingType
	// Data is the certificate association data: a certificate or a
	// subjectPublicKeyInfo in DER form, or the digest of one.
	Data []byte
}

// New makes the record that describes a certificate, which is in DER form:
// x509.Certificate.Raw, or an element of tls.Certificate.Certificate. Neither
// the usage nor the certificate has to be good for anything, so that wrong
// records can be made too. It is an error if selector or matching type is
// unassigned, or if there is no key in the certificate.
func New(usage Usage, selector Selector, matching MatchingType, certificate []byte) (Record, error) {
	data, err := associate(selector, matching, certificate)
	return Record{usage, selector, matching, data}, err
}

// String returns the presentation format (RFC 6698 section 2.2), with the
// parameters as numbers and the data in lower case: "3 1 1 8755cdaa…". Parse
// reads it.
func (r Record) String() string { return r.parameters() + " " + hex.EncodeToString(r.Data) }

// parameters are the three numbers.
func (r Record) parameters() string { return fmt.Sprintf("%d %d %d", r.Usage, r.Selector, r.Matching) }

// associate computes the certificate association data of a certificate.
func associate(selector Selector, matching MatchingType, certificate []byte) ([]byte, error) {
	content, err := selected(selector, certificate)
	if err != nil {
		return nil, err
	}
	switch matching {
	case Full:
		return bytes.Clone(content), nil
	case SHA256:
		sum := sha256.Sum256(content)
		return sum[:], nil
	case SHA512:
		sum := sha512.Sum512(content)
		return sum[:], nil
	default:
		return nil, fmt.Errorf("matching type %v is unknown, expected Full, SHA2-256 or SHA2-512", matching)
	}
}

// selected is the part of a certificate that a selector names.
func selected(selector Selector, certificate []byte) ([]byte, error) {
	switch selector {
	case Cert:
		return certificate, checkCertificate(certificate)
	case SPKI:
		return subjectPublicKeyInfo(certificate)
	default:
		return nil, fmt.Errorf("selector %v is unknown, expected Cert or SPKI", selector)
	}
}

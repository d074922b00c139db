package dane

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
)

// encoded is a certificate as RFC 5280 section 4.1 writes it, down to the key.
// crypto/x509 refuses certificates that it considers wrong, such as one with a
// negative serial number; DANE compares their octets all the same.
type encoded struct {
	TBS struct {
		Version   int `asn1:"optional,explicit,default:0,tag:0"`
		Serial    asn1.RawValue
		Algorithm asn1.RawValue
		Issuer    asn1.RawValue
		Validity  asn1.RawValue
		Subject   asn1.RawValue
		Key       encodedKey
	}
	Algorithm asn1.RawValue
	Signature asn1.BitString
}

// encodedKey is a subjectPublicKeyInfo (RFC 5280 section 4.1.2.7).
type encodedKey struct {
	Raw       asn1.RawContent
	Algorithm pkix.AlgorithmIdentifier
	PublicKey asn1.BitString
}

// subjectPublicKeyInfo cuts the key out of a certificate.
func subjectPublicKeyInfo(certificate []byte) ([]byte, error) {
	var c encoded
	if err := decode(certificate, &c); err != nil {
		return nil, fmt.Errorf("expected a certificate in DER form: %w", err)
	}
	return c.TBS.Key.Raw, nil
}

// checkCertificate checks the form of a certificate and none of its values.
func checkCertificate(der []byte) error {
	_, err := subjectPublicKeyInfo(der)
	return err
}

// checkKey checks the form of a subjectPublicKeyInfo. The algorithm may be one
// that this package cannot compute with: octets can be compared without.
func checkKey(der []byte) error {
	if err := decode(der, new(encodedKey)); err != nil {
		return fmt.Errorf("expected a subjectPublicKeyInfo in DER form: %w", err)
	}
	return nil
}

func decode(der []byte, value any) error {
	rest, err := asn1.Unmarshal(der, value)
	if err == nil && len(rest) > 0 {
		return errors.New("octets follow its end")
	}
	return err
}

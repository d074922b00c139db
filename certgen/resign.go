package certgen

import (
	"crypto"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"
)

// certificate is Certificate of RFC 5280 section 4.1.
type certificate struct {
	TBS       tbsCertificate
	Algorithm pkix.AlgorithmIdentifier
	Signature asn1.BitString
}

// tbsCertificate is TBSCertificate of RFC 5280 section 4.1. What is never
// changed is kept as it came.
type tbsCertificate struct {
	Version    int `asn1:"optional,explicit,default:0,tag:0"`
	Serial     *big.Int
	Algorithm  pkix.AlgorithmIdentifier
	Issuer     asn1.RawValue
	Validity   validity
	Subject    asn1.RawValue
	PublicKey  asn1.RawValue
	Extensions []pkix.Extension `asn1:"omitempty,optional,explicit,tag:3"`
}

// validity is Validity of RFC 5280 section 4.1.2.5.
type validity struct {
	NotBefore, NotAfter time.Time
}

// decodeCertificate reads a DER certificate, also one that crypto/x509 refuses.
func decodeCertificate(der []byte) (*certificate, error) {
	var c certificate
	rest, err := asn1.Unmarshal(der, &c)
	if err != nil {
		return nil, fmt.Errorf("not a certificate: %w", err)
	}
	if len(rest) > 0 {
		return nil, errors.New("not a certificate: trailing bytes")
	}
	return &c, nil
}

// change makes of the sound certificate t what the recipe asks for beyond
// what x509.CreateCertificate can make.
func (t *tbsCertificate) change(c *Certificate) error {
	t.Extensions = slices.DeleteFunc(t.Extensions, func(e pkix.Extension) bool {
		return named(c.Omit, e)
	})
	for i, e := range t.Extensions {
		t.Extensions[i].Critical = e.Critical && !named(c.NotCritical, e)
	}
	for _, e := range c.Extensions {
		extension, err := e.encode()
		if err != nil {
			return err
		}
		t.Extensions = append(t.Extensions, extension)
	}
	if c.Version == 1 {
		t.Version, t.Extensions = 0, nil
	}
	if c.NegativeSerial {
		t.Serial.Neg(t.Serial)
	}
	return nil
}

// sign encodes t and signs it with any algorithm that signatureAlgorithm
// knows, where x509.CreateCertificate allows only current ones.
func (t *tbsCertificate) sign(key crypto.Signer, a algorithm) (*certificate, error) {
	t.Algorithm = a.identifier()
	message, err := asn1.Marshal(*t)
	if err != nil {
		return nil, err
	}
	signature, err := a.sign(key, message)
	if err != nil {
		return nil, err
	}
	return &certificate{
		TBS:       *t,
		Algorithm: t.Algorithm,
		Signature: asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)},
	}, nil
}

// corrupt flips the last bit of the signature. All signatures keep their form
// then: it is in the last INTEGER of an ECDSA signature.
func (c *certificate) corrupt() {
	c.Signature.Bytes[len(c.Signature.Bytes)-1] ^= 1
}

// sign signs a message. It passes no source of randomness, so that ECDSA is
// deterministic (RFC 6979) and the same recipe, keys and time make the same
// octets.
func (a algorithm) sign(key crypto.Signer, message []byte) ([]byte, error) {
	digest := message
	if a.hash != 0 {
		h := a.hash.New()
		h.Write(message)
		digest = h.Sum(nil)
	}
	if a.pss {
		return signPSS(key, digest, a.hash)
	}
	return key.Sign(nil, digest, a.hash)
}

// identifier is the AlgorithmIdentifier of RFC 5280 section 4.1.1.2.
func (a algorithm) identifier() pkix.AlgorithmIdentifier {
	id := pkix.AlgorithmIdentifier{Algorithm: a.oid}
	if a.null {
		id.Parameters = asn1.NullRawValue
	}
	if a.pss {
		id.Parameters = asn1.RawValue{FullBytes: pssParameters(a.hash)}
	}
	return id
}

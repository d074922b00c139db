package certgen

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
)

// The types of PEM blocks (RFC 7468 sections 5 and 10).
const (
	pemCertificate = "CERTIFICATE"
	pemKey         = "PRIVATE KEY"
	pemCRL         = "X509 CRL"
)

// rsaOID is rsaEncryption of RFC 8017 appendix A.1.
var rsaOID = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}

// ChainPEM returns the certificates that the peer sends as PEM; nil if it sends
// none.
func (p *PKI) ChainPEM() []byte { return certificatesPEM(p.Chain()) }

// CAPEM returns the trust anchors for clients as PEM.
func (p *PKI) CAPEM() []byte { return certificatesPEM(p.ders(p.recipe.Trust)) }

// KeyPEM returns the key that signs the handshake as PEM, in PKCS #8 form.
func (p *PKI) KeyPEM() []byte { return p.signer().KeyPEM() }

// PEM returns the certificate as PEM.
func (c *Issued) PEM() []byte { return certificatesPEM([][]byte{c.DER}) }

// KeyPEM returns the private key of the certificate as PEM, in PKCS #8 form;
// nil if Key is nil.
func (c *Issued) KeyPEM() []byte {
	if c.Key == nil {
		return nil
	}
	return pem.EncodeToMemory(&pem.Block{Type: pemKey, Bytes: c.keyDER})
}

// certificatesPEM encodes certificates one behind the other.
func certificatesPEM(ders [][]byte) []byte {
	var out bytes.Buffer
	for _, der := range ders {
		out.Write(pem.EncodeToMemory(&pem.Block{Type: pemCertificate, Bytes: der}))
	}
	return out.Bytes()
}

// privateKeyInfo is PrivateKeyInfo of RFC 5208 section 5.
type privateKeyInfo struct {
	Version   int
	Algorithm pkix.AlgorithmIdentifier
	Key       []byte
}

// rsaPrivateKey is RSAPrivateKey of RFC 8017 appendix A.1.2 for two factors.
type rsaPrivateKey struct {
	Version               int
	N                     *big.Int
	E                     int
	D, P, Q, Dp, Dq, Qinv *big.Int
}

// marshalKey encodes a private key in PKCS #8 form, also one that
// x509.MarshalPKCS8PrivateKey refuses.
func marshalKey(key crypto.Signer) ([]byte, error) {
	k, ok := key.(*rsaKey)
	if !ok {
		return x509.MarshalPKCS8PrivateKey(key)
	}
	inner, err := asn1.Marshal(rsaPrivateKey{
		N: k.public.N, E: k.public.E, D: k.d,
		P: k.p, Q: k.q, Dp: k.dp, Dq: k.dq, Qinv: k.qinv,
	})
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(privateKeyInfo{
		Algorithm: pkix.AlgorithmIdentifier{Algorithm: rsaOID, Parameters: asn1.NullRawValue},
		Key:       inner,
	})
}

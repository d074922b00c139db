package certgen

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
)

// parseIssued reads one certificate and its key, in that order, as PEM. The key
// may be missing.
func parseIssued(name string, data []byte) (*Issued, error) {
	der, rest, err := parseBlock(data, pemCertificate)
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(rest)) == 0 {
		return newIssued(name, der, nil)
	}
	keyDER, rest, err := parseBlock(rest, pemKey)
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(rest)) > 0 {
		return nil, errors.New("expected a certificate and its private key, and nothing else")
	}
	key, err := parseKey(keyDER)
	if err != nil {
		return nil, err
	}
	issued, err := newIssued(name, der, key)
	if err != nil {
		return nil, err
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(public, issued.tbs.PublicKey.FullBytes) {
		return nil, errors.New("the private key is not that of the certificate")
	}
	return issued, nil
}

// parseBlock reads a PEM block of that type.
func parseBlock(data []byte, kind string) (der, rest []byte, err error) {
	block, rest := pem.Decode(data)
	if block == nil || block.Type != kind {
		return nil, nil, fmt.Errorf("expected a PEM block %q", kind)
	}
	return block.Bytes, rest, nil
}

// parseKey reads a private key in PKCS #8 form, also one that
// x509.ParsePKCS8PrivateKey refuses.
func parseKey(der []byte) (crypto.Signer, error) {
	if k := parseRSAKey(der); k != nil {
		return k, k.check()
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("not a private key: %w", err)
	}
	key, ok := parsed.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("a %T cannot sign", parsed)
	}
	return key, nil
}

// parseRSAKey reads an RSA key of a size that crypto/rsa does not serve; nil
// if it is anything else.
func parseRSAKey(der []byte) *rsaKey {
	var info privateKeyInfo
	var in rsaPrivateKey
	if rest, err := asn1.Unmarshal(der, &info); err != nil || len(rest) > 0 || !info.Algorithm.Algorithm.Equal(rsaOID) {
		return nil
	}
	if rest, err := asn1.Unmarshal(info.Key, &in); err != nil || len(rest) > 0 {
		return nil
	}
	if bits := in.N.BitLen(); bits != keyKinds[RSA512].bits && bits != keyKinds[RSA8192].bits && bits != keyKinds[RSA16384].bits {
		return nil
	}
	return &rsaKey{
		public: rsa.PublicKey{N: in.N, E: in.E},
		d:      in.D, p: in.P, q: in.Q, dp: in.Dp, dq: in.Dq, qinv: in.Qinv,
	}
}

// check tells whether the parts of the key belong together: what it signs has
// to verify.
func (k *rsaKey) check() error {
	bad := errors.New("not a private key: the parts of the RSA key do not match")
	for _, part := range []*big.Int{k.d, k.p, k.q, k.dp, k.dq, k.qinv} {
		if part.Sign() <= 0 || part.Cmp(k.public.N) >= 0 {
			return bad
		}
	}
	if k.public.E != rsaExponent || new(big.Int).Mul(k.p, k.q).Cmp(k.public.N) != 0 {
		return bad
	}
	m := big.NewInt(2)
	back := k.power(m)
	if back.Exp(back, big.NewInt(int64(k.public.E)), k.public.N).Cmp(m) != 0 {
		return bad
	}
	return nil
}

package certgen

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/big"
)

// rsaKey is an RSA key of a size that crypto/rsa does not serve. It signs as
// RFC 8017 sections 8.1 and 8.2 say. Its arithmetic is not constant in time
// and not blinded: it is meant for tests.
type rsaKey struct {
	public       rsa.PublicKey
	d, p, q      *big.Int
	dp, dq, qinv *big.Int
}

// Public returns an *rsa.PublicKey.
func (k *rsaKey) Public() crypto.PublicKey { return &k.public }

// Sign signs a digest with RSASSA-PSS if opts are *rsa.PSSOptions, and with
// RSASSA-PKCS1-v1_5 otherwise. The salt is read from random; if nil, from
// crypto/rand.
func (k *rsaKey) Sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	var encoded []byte
	var err error
	if pss, ok := opts.(*rsa.PSSOptions); ok {
		encoded, err = k.encodePSS(random, digest, pss)
	} else {
		encoded, err = k.encodePKCS1(digest, opts.HashFunc())
	}
	if err != nil {
		return nil, err
	}
	signature := make([]byte, k.public.Size())
	return k.power(new(big.Int).SetBytes(encoded)).FillBytes(signature), nil
}

// power is RSASP1 by the Chinese remainder theorem (RFC 8017 section 5.2.1).
func (k *rsaKey) power(m *big.Int) *big.Int {
	a := new(big.Int).Exp(m, k.dp, k.p)
	b := new(big.Int).Exp(m, k.dq, k.q)
	a.Sub(a, b)
	a.Mul(a, k.qinv).Mod(a, k.p)
	return a.Mul(a, k.q).Add(a, b)
}

// digestOIDs are from RFC 8017 appendix B.1. The hash of TLS 1.0 and 1.1 has
// none: it is signed as it stands (RFC 4346 section 7.4.3).
var digestOIDs = map[crypto.Hash]asn1.ObjectIdentifier{
	crypto.MD5:    {1, 2, 840, 113549, 2, 5},
	crypto.SHA1:   {1, 3, 14, 3, 2, 26},
	crypto.SHA256: {2, 16, 840, 1, 101, 3, 4, 2, 1},
	crypto.SHA384: {2, 16, 840, 1, 101, 3, 4, 2, 2},
	crypto.SHA512: {2, 16, 840, 1, 101, 3, 4, 2, 3},
}

// encodePKCS1 is EMSA-PKCS1-v1_5 (RFC 8017 section 9.2).
func (k *rsaKey) encodePKCS1(digest []byte, hash crypto.Hash) ([]byte, error) {
	info := digest
	if hash != crypto.MD5SHA1 {
		oid, ok := digestOIDs[hash]
		if !ok {
			return nil, fmt.Errorf("no PKCS #1 encoding of %v", hash)
		}
		var err error
		info, err = asn1.Marshal(struct {
			Algorithm pkix.AlgorithmIdentifier
			Digest    []byte
		}{pkix.AlgorithmIdentifier{Algorithm: oid, Parameters: asn1.NullRawValue}, digest})
		if err != nil {
			return nil, err
		}
	}
	fill := k.public.Size() - len(info) - 3
	if fill < 8 {
		return nil, fmt.Errorf("a signature with %v does not fit into %d bits", hash, k.public.N.BitLen())
	}
	return bytes.Join([][]byte{{0, 1}, bytes.Repeat([]byte{0xff}, fill), {0}, info}, nil), nil
}

// encodePSS is EMSA-PSS (RFC 8017 section 9.1.1) for a modulus of whole
// octets, with a salt as long as the hash unless opts say otherwise.
func (k *rsaKey) encodePSS(random io.Reader, digest []byte, opts *rsa.PSSOptions) ([]byte, error) {
	hash, size := opts.HashFunc(), len(digest)
	saltSize := size
	if opts.SaltLength > 0 {
		saltSize = opts.SaltLength
	}
	length := k.public.Size()
	if length < size+saltSize+2 {
		return nil, fmt.Errorf("a PSS signature with %v does not fit into %d bits", hash, k.public.N.BitLen())
	}
	if !hash.Available() || hash.Size() != size {
		return nil, errors.New("expected a digest made with the hash in the options")
	}
	if random == nil {
		random = rand.Reader
	}
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(random, salt); err != nil {
		return nil, err
	}
	h := hash.New()
	h.Write(make([]byte, 8))
	h.Write(digest)
	h.Write(salt)
	sum := h.Sum(nil)
	block := append(make([]byte, length-size-saltSize-2), 1)
	block = append(block, salt...)
	for i, mask := range mgf1(hash, sum, len(block)) {
		block[i] ^= mask
	}
	block[0] &= 0x7f
	return append(append(block, sum...), 0xbc), nil
}

// signPSS signs a digest with RSASSA-PSS. The salt is the digest itself, which
// RFC 8017 section 9.1 allows, so that the same recipe, keys and time make the
// same octets.
func signPSS(key crypto.Signer, digest []byte, hash crypto.Hash) ([]byte, error) {
	if k, ok := key.(*rsa.PrivateKey); ok && k.E == rsaExponent && len(k.Primes) == 2 {
		key = newRSAKey(k.Primes) // crypto/rsa mixes the salt with randomness of its own
	}
	return key.Sign(bytes.NewReader(digest), digest, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: hash})
}

// pssParameters is RSASSA-PSS-params (RFC 8017 appendix A.2.3) for a salt as
// long as the hash.
func pssParameters(hash crypto.Hash) []byte {
	digest := pkix.AlgorithmIdentifier{Algorithm: digestOIDs[hash], Parameters: asn1.NullRawValue}
	mask, err := asn1.Marshal(digest)
	if err != nil {
		panic(err) // fixed values that cannot fail
	}
	parameters, err := asn1.Marshal(struct {
		Hash pkix.AlgorithmIdentifier `asn1:"explicit,tag:0"`
		Mask pkix.AlgorithmIdentifier `asn1:"explicit,tag:1"`
		Salt int                      `asn1:"explicit,tag:2"`
	}{digest, pkix.AlgorithmIdentifier{Algorithm: mgf1OID, Parameters: asn1.RawValue{FullBytes: mask}}, hash.Size()})
	if err != nil {
		panic(err)
	}
	return parameters
}

// mgf1 is the mask generation function of RFC 8017 appendix B.2.1.
func mgf1(hash crypto.Hash, seed []byte, length int) []byte {
	var mask []byte
	for counter := uint32(0); len(mask) < length; counter++ {
		h := hash.New()
		h.Write(seed)
		h.Write(binary.BigEndian.AppendUint32(nil, counter))
		mask = h.Sum(mask)
	}
	return mask[:length]
}

package certgen

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha3"
	"encoding/binary"
	"fmt"
	"io"
	"math/big"
)

// A KeySource makes the keys and serial numbers of a [PKI]. Its methods may be
// called from several goroutines at once.
type KeySource interface {
	// Key makes the private key for the certificate with the given name.
	Key(name string, kind KeyKind) (crypto.Signer, error)
	// Serial makes the serial number of the certificate with the given name: a
	// positive number of at most 20 octets (RFC 5280 section 4.1.2.2).
	Serial(name string) *big.Int
}

// RandomKeys returns a source that makes a new key or serial number on every
// call.
func RandomKeys() KeySource { return randomKeys{} }

type randomKeys struct{}

// Key leaves to the standard library what it can make.
func (randomKeys) Key(_ string, kind KeyKind) (crypto.Signer, error) {
	k, ok := keyKinds[kind]
	if ok && k.family == familyRSA && k.bits >= minStandardRSA && k.bits <= maxStandardRSA {
		return rsa.GenerateKey(rand.Reader, k.bits)
	}
	return deriveKey(rand.Reader, kind)
}

// Serial draws 127 random bits.
func (randomKeys) Serial(string) *big.Int { return deriveSerial(rand.Reader) }

// SeededKeys returns a source whose keys and serial numbers depend only on the
// seed, the certificate's name and the kind of key, so that the same PKI can be
// made again, byte for byte. The keys are only as secret as the seed.
func SeededKeys(seed string) KeySource { return seededKeys(seed) }

type seededKeys string

// Key derives the key from the seed, the name and the kind.
func (s seededKeys) Key(name string, kind KeyKind) (crypto.Signer, error) {
	return deriveKey(s.stream("key", name, string(kind)), kind)
}

// Serial derives the serial number from the seed and the name.
func (s seededKeys) Serial(name string) *big.Int {
	return deriveSerial(s.stream("serial", name))
}

// stream returns endless octets that depend on the seed and the words alone.
func (s seededKeys) stream(words ...string) io.Reader {
	shake := sha3.NewCSHAKE256(nil, []byte("fakemx certgen"))
	for _, word := range append([]string{string(s)}, words...) {
		// The length in front keeps "ab","c" apart from "a","bc".
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(word)))
		_, _ = shake.Write(length[:])
		_, _ = shake.Write([]byte(word))
	}
	return shake
}

// deriveSerial makes a serial number of 127 bits.
func deriveSerial(stream io.Reader) *big.Int {
	var octets [16]byte
	// Neither kind of stream ends or fails.
	_, _ = io.ReadFull(stream, octets[:])
	octets[0] = octets[0]&0x7f | 0x40
	return new(big.Int).SetBytes(octets[:])
}

// deriveKey makes a key out of what it reads. The GenerateKey functions of the
// standard library do not serve: they take nothing from a reader of ours.
func deriveKey(stream io.Reader, kind KeyKind) (crypto.Signer, error) {
	k, ok := keyKinds[kind]
	if !ok {
		return nil, fmt.Errorf("%q is not a kind of key: %s", kind, listed(keyKinds))
	}
	switch {
	case k.family == familyEd25519:
		seed := make([]byte, ed25519.SeedSize)
		if _, err := io.ReadFull(stream, seed); err != nil {
			return nil, err
		}
		return ed25519.NewKeyFromSeed(seed), nil
	case k.family == familyRSA:
		return deriveRSA(stream, k.bits)
	case k.bits == 521:
		return deriveECDSA(stream, elliptic.P521())
	case k.bits == 384:
		return deriveECDSA(stream, elliptic.P384())
	default:
		return deriveECDSA(stream, elliptic.P256())
	}
}

// deriveECDSA reads scalars until one is in the range of the curve.
func deriveECDSA(stream io.Reader, curve elliptic.Curve) (crypto.Signer, error) {
	scalar := make([]byte, (curve.Params().BitSize+7)/8)
	for {
		if _, err := io.ReadFull(stream, scalar); err != nil {
			return nil, err
		}
		// P-521 has seven bits to spare, with which hardly any scalar would fit.
		scalar[0] &= 0xff >> (8*len(scalar) - curve.Params().BitSize)
		if key, err := ecdsa.ParseRawPrivateKey(curve, scalar); err == nil {
			return key, nil
		}
	}
}

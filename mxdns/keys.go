package mxdns

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
	"sync"
)

// A KeySource makes the keys of signed zones. Its method may be called from
// several goroutines at once.
type KeySource interface {
	// Key makes the private key of a zone, whose name is canonical (RFC 4034
	// section 6.2): one on P-256 for ECDSAP256SHA256, one of Ed25519 for
	// ED25519, one of RSA for RSASHA256. It is called once for a zone, when its
	// key is first needed, and never for PRIVATEDNS. For [DSOtherKey] it is
	// called with a name of which "other-key" is the first label.
	Key(zone string, algorithm Algorithm) (crypto.Signer, error)
}

// RandomKeys returns a source that makes a new key on every call.
func RandomKeys() KeySource { return randomKeys{} }

type randomKeys struct{}

// Key leaves it to the standard library.
func (randomKeys) Key(_ string, algorithm Algorithm) (crypto.Signer, error) {
	switch algorithm {
	case ECDSAP256SHA256:
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case ED25519:
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	case RSASHA256:
		return rsa.GenerateKey(rand.Reader, rsaBits)
	}
	return nil, noKeyError(algorithm)
}

// SeededKeys returns a source whose keys depend only on the seed, the zone and
// the algorithm, so that a trust anchor that was written once fits the next
// server too. The keys are only as secret as the seed.
func SeededKeys(seed string) KeySource { return seededKeys(seed) }

type seededKeys string

// Key reads the key from a stream. The GenerateKey functions of the standard
// library do not serve: they take nothing from a reader of ours.
func (s seededKeys) Key(zone string, algorithm Algorithm) (crypto.Signer, error) {
	stream := s.stream(zone, string(algorithm))
	switch algorithm {
	case ECDSAP256SHA256:
		scalar := make([]byte, 32)
		for {
			_, _ = stream.Read(scalar) // never fails
			if key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), scalar); err == nil {
				return key, nil
			}
		}
	case ED25519:
		seed := make([]byte, ed25519.SeedSize)
		_, _ = stream.Read(seed) // never fails
		return ed25519.NewKeyFromSeed(seed), nil
	case RSASHA256:
		return deriveRSA(stream)
	}
	return nil, noKeyError(algorithm)
}

func noKeyError(algorithm Algorithm) error {
	return fmt.Errorf("no key can be made for the algorithm %q; expected one of %q", algorithm, []Algorithm{ECDSAP256SHA256, ED25519, RSASHA256})
}

// stream returns endless octets that depend on the seed and the words alone.
func (s seededKeys) stream(words ...string) io.Reader {
	shake := sha3.NewCSHAKE256(nil, []byte("fakemx mxdns"))
	for _, word := range append([]string{string(s)}, words...) {
		// The length in front keeps "ab","c" apart from "a","bc".
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(word)))
		_, _ = shake.Write(length[:])
		_, _ = shake.Write([]byte(word))
	}
	return shake
}

const (
	rsaBits     = 2048
	rsaExponent = 65537
	// primeRounds is the number of Miller-Rabin rounds for a number that nobody
	// chose to deceive us.
	primeRounds = 20
)

// deriveRSA makes a key of two primes out of what it reads.
func deriveRSA(stream io.Reader) (crypto.Signer, error) {
	p, q := derivePrime(stream), derivePrime(stream)
	one := big.NewInt(1)
	order := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	key := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: rsaExponent},
		D:         new(big.Int).ModInverse(big.NewInt(rsaExponent), order),
		Primes:    []*big.Int{p, q},
	}
	key.Precompute()
	return key, key.Validate()
}

// derivePrime finds a prime of half the size. Its two highest bits are set, so
// that the product of two has the whole size.
func derivePrime(stream io.Reader) *big.Int {
	octets := make([]byte, rsaBits/2/8)
	for {
		_, _ = stream.Read(octets) // never fails
		octets[0] |= 0xC0
		octets[len(octets)-1] |= 1
		p := new(big.Int).SetBytes(octets)
		free := new(big.Int).Mod(p, big.NewInt(rsaExponent)).Int64() != 1 // p-1 has no factor in common with the exponent
		if free && p.ProbablyPrime(primeRounds) {
			return p
		}
	}
}

// watchedKeys keep the first error of a source: keys are made while queries are
// answered, when there is nobody to tell.
type watchedKeys struct {
	KeySource
	mu  sync.Mutex
	err error
}

// Key keeps an error.
func (w *watchedKeys) Key(zone string, algorithm Algorithm) (crypto.Signer, error) {
	key, err := w.KeySource.Key(zone, algorithm)
	if err != nil {
		w.keep(fmt.Errorf("the key of zone %s: %w", zone, err))
	}
	return key, err
}

func (w *watchedKeys) keep(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = err
	}
}

// end is the error that was kept; nil if there is none.
func (w *watchedKeys) end() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

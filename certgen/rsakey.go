package certgen

import (
	"crypto"
	"crypto/rsa"
	"fmt"
	"io"
	"math/big"
)

// The sizes of RSA keys, in bits, that crypto/rsa works with: it refuses
// smaller ones, and with more than two primes it is slow.
const (
	minStandardRSA = 1024
	maxStandardRSA = 4096
)

// rsaExponent is the public exponent of every key.
const rsaExponent = 65537

// manyPrimesSize is the size, in bits, of each prime of a modulus above
// maxStandardRSA. Two primes of 8192 bits take minutes to find, 32 of 512 bits a
// fraction of a second, and no one can factor the product of either.
const manyPrimesSize = 512

// deriveRSA makes an RSA key out of what it reads.
func deriveRSA(stream io.Reader, bits int) (crypto.Signer, error) {
	count := 2
	if bits > maxStandardRSA {
		count = bits / manyPrimesSize
	}
	primes := make([]*big.Int, count)
	for i := range primes {
		var err error
		if primes[i], err = findPrime(stream, bits/count, count); err != nil {
			return nil, err
		}
	}
	key := newRSAKey(primes)
	if key.public.N.BitLen() != bits {
		return nil, fmt.Errorf("the modulus has %d bits, want %d", key.public.N.BitLen(), bits)
	}
	if bits < minStandardRSA || bits > maxStandardRSA {
		return key, nil
	}
	standard := &rsa.PrivateKey{PublicKey: key.public, D: key.d, Primes: primes}
	standard.Precompute()
	return standard, standard.Validate()
}

// newRSAKey makes the key whose modulus is the product of the primes. Where
// they are more than two, each half of them is multiplied and takes the place
// of a prime, so that the key keeps the form with two factors that every
// library reads; the arithmetic of RFC 8017 section 5.1.2 is right for them
// too, with each exponent reduced by the factor's Carmichael function.
func newRSAKey(primes []*big.Int) *rsaKey {
	half := len(primes) / 2
	p, lambdaP := product(primes[:half])
	q, lambdaQ := product(primes[half:])
	d := new(big.Int).ModInverse(big.NewInt(rsaExponent), lcm(lambdaP, lambdaQ))
	return &rsaKey{
		public: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: rsaExponent},
		d:      d,
		p:      p,
		q:      q,
		dp:     new(big.Int).Mod(d, lambdaP),
		dq:     new(big.Int).Mod(d, lambdaQ),
		qinv:   new(big.Int).ModInverse(q, p),
	}
}

// product returns the product of primes and its Carmichael function, that is
// the least common multiple of all p - 1.
func product(primes []*big.Int) (n, lambda *big.Int) {
	n, lambda = big.NewInt(1), big.NewInt(1)
	for _, p := range primes {
		n.Mul(n, p)
		lambda = lcm(lambda, new(big.Int).Sub(p, big.NewInt(1)))
	}
	return n, lambda
}

// lcm returns the least common multiple of a and b.
func lcm(a, b *big.Int) *big.Int {
	gcd := new(big.Int).GCD(nil, nil, a, b)
	return gcd.Mul(new(big.Int).Div(a, gcd), b)
}

package certgen

import (
	"io"
	"math/big"
	"math/bits"
	"sync"
)

// primeRounds is the number of Miller-Rabin rounds for a number of random
// origin, besides a Lucas test; FIPS 186-5 table B.1 asks for no more.
const primeRounds = 5

// smallPrimes are the odd primes below 4096, by which candidates are sieved.
var smallPrimes = sync.OnceValue(func() []uint64 {
	const limit = 4096
	var composite [limit]bool
	var primes []uint64
	for n := 3; n < limit; n += 2 {
		if composite[n] {
			continue
		}
		primes = append(primes, uint64(n))
		for m := n * n; m < limit; m += 2 * n {
			composite[m] = true
		}
	}
	return primes
})

// findPrime returns a prime of that size in bits such that count of them
// multiplied have count times as many bits. It depends on nothing but what it
// reads.
func findPrime(stream io.Reader, size, count int) (*big.Int, error) {
	octets := make([]byte, size/8)
	for {
		if _, err := io.ReadFull(stream, octets); err != nil {
			return nil, err
		}
		start := new(big.Int).SetBytes(octets)
		// With the top k bits set, 2^k being above count, the product of count
		// such numbers is more than half of the power of two above it.
		for i := range bits.Len(uint(count)) {
			start.SetBit(start, size-1-i, 1)
		}
		start.SetBit(start, 0, 1)
		if p := nextPrime(start, size); p != nil {
			return p, nil
		}
	}
}

// nextPrime returns the first suitable prime from an odd start on, or nil if
// it would be far away or have more than size bits.
func nextPrime(start *big.Int, size int) *big.Int {
	residues := make([]uint64, len(smallPrimes()))
	for i, p := range smallPrimes() {
		residues[i] = new(big.Int).Mod(start, new(big.Int).SetUint64(p)).Uint64()
	}
	for delta := uint64(0); delta < 1<<20; delta += 2 {
		if sieved(residues, delta) {
			continue
		}
		p := new(big.Int).Add(start, new(big.Int).SetUint64(delta))
		if p.BitLen() > size {
			return nil
		}
		if coprime(p) && p.ProbablyPrime(primeRounds) {
			return p
		}
	}
	return nil
}

// sieved tells whether the number delta above that of the residues has a small
// divisor.
func sieved(residues []uint64, delta uint64) bool {
	for i, p := range smallPrimes() {
		if (residues[i]+delta)%p == 0 {
			return true
		}
	}
	return false
}

// coprime tells whether p - 1 has no divisor in common with the exponent,
// which is prime.
func coprime(p *big.Int) bool {
	return new(big.Int).Mod(p, big.NewInt(rsaExponent)).Cmp(big.NewInt(1)) != 0
}

package legacy

import (
	"math/big"
	"testing"
)

func TestPrimes(t *testing.T) {
	for bits, p := range dhPrimes {
		half := new(big.Int).Rsh(p, 1)
		switch {
		case p.BitLen() != bits:
			t.Errorf("prime of %d bits has %d", bits, p.BitLen())
		case !p.ProbablyPrime(20) || !half.ProbablyPrime(20):
			t.Errorf("prime of %d bits is no safe prime", bits)
		case new(big.Int).Exp(two, half, p).Cmp(one) != 0:
			t.Errorf("2 does not generate the prime-order subgroup of %d bits", bits)
		}
	}
}

// TestPrimeOrigin: the prime of 512 bits has the digits of pi that group 2 of
// RFC 2409 has, and 131 more, of which the formula's "- 1" borrows one.
func TestPrimeOrigin(t *testing.T) {
	cut := func(bits int) *big.Int {
		digits := new(big.Int).Rsh(dhPrimes[bits], 64)
		return digits.And(digits, new(big.Int).Sub(new(big.Int).Lsh(one, uint(bits-128)), one))
	}
	want := cut(1024)
	want.Rsh(want, 512)
	if more := new(big.Int).Sub(cut(512), want); more.Cmp(big.NewInt(131-1)) != 0 {
		t.Errorf("%v more than pi's digits, want 130", more)
	}
}

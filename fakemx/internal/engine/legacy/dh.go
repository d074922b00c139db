package legacy

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"math/big"
)

// dhPrimes are safe primes by their size in bits, each for the generator 2.
// Those of 768 and 1024 bits are groups 1 and 2 of RFC 2409 sections 6.1 and
// 6.2, the one of 2048 bits is ffdhe2048 of RFC 7919. The one of 512 bits is
// made as RFC 2409 makes its own, 2^512 - 2^448 - 1 + 2^64 * (floor(2^382 pi)
// + 131), where 131 is the least number that gives a safe prime for which 2
// generates the prime-order subgroup.
var dhPrimes = map[int]*big.Int{
	512: parsePrime("" +
		"ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74" +
		"020bbea63b139b22514a08798e3404ddef9519b3cd3a439dffffffffffffffff"),
	768: parsePrime("" +
		"ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74" +
		"020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437" +
		"4fe1356d6d51c245e485b576625e7ec6f44c42e9a63a3620ffffffffffffffff"),
	1024: parsePrime("" +
		"ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74" +
		"020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437" +
		"4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed" +
		"ee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff"),
	2048: parsePrime("" +
		"ffffffffffffffffadf85458a2bb4a9aafdc5620273d3cf1d8b9c583ce2d3695" +
		"a9e13641146433fbcc939dce249b3ef97d2fe363630c75d8f681b202aec4617a" +
		"d3df1ed5d5fd65612433f51f5f066ed0856365553ded1af3b557135e7f57c935" +
		"984f0c70e0e68b77e2a689daf3efe8721df158a136ade73530acca4f483a797a" +
		"bc0ab182b324fb61d108a94bb2c8e3fbb96adab760d7f4681d4f42a3de394df4" +
		"ae56ede76372bb190b07a7c8ee0a6d709e02fce1cdf7e2ecc03404cd28342f61" +
		"9172fe9ce98583ff8e4f1232eef28183c3fe3b1b4c6fad733bb5fcbc2ec22005" +
		"c58ef1837d1683b2c6f34a26c1b2effa886b423861285c97ffffffffffffffff"),
}

func parsePrime(hex string) *big.Int {
	p, _ := new(big.Int).SetString(hex, 16)
	return p
}

var (
	one = big.NewInt(1)
	two = big.NewInt(2)
)

// dhe is finite-field Diffie-Hellman (RFC 5246 section 7.4.3, ServerDHParams).
type dhe struct {
	prime  *big.Int
	secret *big.Int
}

func newDHE(bits int, random io.Reader) (*dhe, error) {
	prime := dhPrimes[bits]
	secret, err := rand.Int(random, new(big.Int).Sub(prime, two))
	if err != nil {
		return nil, err
	}
	return &dhe{prime: prime, secret: secret.Add(secret, one)}, nil
}

func (d *dhe) params() ([]byte, error) {
	public := new(big.Int).Exp(two, d.secret, d.prime)
	return vectors(d.prime.Bytes(), two.Bytes(), public.Bytes())
}

func (d *dhe) premaster(body []byte) ([]byte, error) {
	value, err := readVector16(body)
	if err != nil {
		return nil, err
	}
	if len(value) > len(d.prime.Bytes()) {
		return nil, fatal(alertIllegalParameter, "expected a DH value of at most %d bits, got %d octets", d.prime.BitLen(), len(value))
	}
	public := new(big.Int).SetBytes(value)
	if public.Cmp(one) <= 0 || public.Cmp(new(big.Int).Sub(d.prime, one)) >= 0 {
		return nil, fatal(alertIllegalParameter, "%w", errDHRange)
	}
	// Leading zeros are stripped (RFC 5246 section 8.1.2).
	return public.Exp(public, d.secret, d.prime).Bytes(), nil
}

var errDHRange = errors.New("expected a DH value between 2 and p-2")

func (d *dhe) describe(s *State) {
	s.Group, s.DHBits = fmt.Sprintf("dh%d", d.prime.BitLen()), d.prime.BitLen()
}

// Package prf is the pseudorandom function of TLS 1.2 and the expansion that
// those of earlier versions are made of.
package prf

import (
	"crypto"
	"crypto/hmac"
)

// TLS12 is the PRF of RFC 5246 section 5 with the hash of the cipher suite.
func TLS12(h crypto.Hash, secret []byte, label string, seed []byte, n int) []byte {
	return Expand(h, secret, append([]byte(label), seed...), n)
}

// Expand is P_hash of RFC 5246 section 5: n octets out of a secret and a seed.
func Expand(h crypto.Hash, secret, seed []byte, n int) []byte {
	mac := hmac.New(h.New, secret)
	sum := func(parts ...[]byte) []byte {
		mac.Reset()
		for _, p := range parts {
			mac.Write(p)
		}
		return mac.Sum(nil)
	}
	out := make([]byte, 0, n+h.Size())
	for a := sum(seed); len(out) < n; a = sum(a) {
		out = append(out, sum(a, seed)...)
	}
	return out[:n]
}

// Package legacy is the server side of TLS 1.0 to 1.2 (RFC 2246, 4346, 5246)
// with what crypto/tls rightly refuses to do: finite-field Diffie-Hellman with
// small primes, anonymous and NULL cipher suites, no secure renegotiation, and
// ServerKeyExchange signatures by SHA-1 or MD5. It does as much as real clients
// need to complete a handshake and to exchange data, and no more: no SSL 3.0,
// export suites, renegotiation, resumption or compression.
//
// It is a peer to test clients against and must never guard a secret. CBC
// padding is compared in constant time, but the time of the MAC still depends
// on the padding, TLS 1.0 records are not split, and modular arithmetic is
// math/big's.
package legacy

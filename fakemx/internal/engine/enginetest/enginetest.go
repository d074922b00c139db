// Package enginetest has what the tests of the TLS engines share: keys, a
// payload, and other people's clients.
package enginetest

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"sync"
	"time"
)

// Patience bounds what a test waits for; no test depends on it to pass.
const Patience = 60 * time.Second

// Payload is longer than four records. No line of it is a command of a
// client's own.
var Payload = bytes.Repeat([]byte("abcdefghijklmnopqrstuvwxyz 0123456789\n"), 1900)

// RSA is a self-signed certificate for localhost with an RSA key, the same for
// all tests of a package.
var RSA = sync.OnceValue(func() tls.Certificate {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return selfSigned(key)
})

// ECDSA is the same with a key on P-256.
var ECDSA = sync.OnceValue(func() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return selfSigned(key)
})

func selfSigned(key crypto.Signer) tls.Certificate {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "localhost"},
		DNSNames:     []string{"localhost"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

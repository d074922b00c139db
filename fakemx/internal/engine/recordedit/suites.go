package recordedit

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	_ "crypto/sha256" // the hashes of the suites
	_ "crypto/sha512" // likewise
	"crypto/tls"

	"golang.org/x/crypto/chacha20poly1305"
)

// A suite is what of a cipher suite protects records.
type suite struct {
	hash   crypto.Hash
	keyLen int
	aead   func(key []byte) (cipher.AEAD, error)
	// salted: TLS 1.2 takes four octets of the nonce from the key block and
	// puts the others into the record (RFC 5288 section 3). Otherwise the nonce
	// is an IV mixed with the record's number (RFC 7905 section 2).
	salted bool
}

var (
	aes128   = suite{crypto.SHA256, 16, newGCM, true}
	aes256   = suite{crypto.SHA384, 32, newGCM, true}
	chacha20 = suite{crypto.SHA256, chacha20poly1305.KeySize, chacha20poly1305.New, false}
)

// suites are the AEAD suites of crypto/tls.
var suites = map[uint16]suite{
	tls.TLS_AES_128_GCM_SHA256:       aes128,
	tls.TLS_AES_256_GCM_SHA384:       aes256,
	tls.TLS_CHACHA20_POLY1305_SHA256: chacha20,

	tls.TLS_RSA_WITH_AES_128_GCM_SHA256:         aes128,
	tls.TLS_RSA_WITH_AES_256_GCM_SHA384:         aes256,
	tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256:   aes128,
	tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384:   aes256,
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: aes128,
	tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: aes256,

	tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256:   chacha20,
	tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: chacha20,
}

func newGCM(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

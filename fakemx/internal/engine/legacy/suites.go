package legacy

import (
	"crypto"
	"fmt"
	"slices"
)

// exchange is how a suite agrees on the premaster secret.
type exchange int

const (
	exchangeRSA exchange = iota
	exchangeDHE
	exchangeECDHE
)

// authentication is what signs, or decrypts, the key exchange.
type authentication int

const (
	authRSA authentication = iota
	authECDSA
	authNone
)

// bulk is a suite's cipher.
type bulk int

const (
	bulkNull bulk = iota
	bulkTripleDES
	bulkAES
	bulkAESGCM
)

// A suite is a cipher suite (RFC 5246 appendix C).
type suite struct {
	id       uint16
	name     string
	exchange exchange
	auth     authentication
	bulk     bulk
	keyLen   int
	// mac is the hash of the record MAC; zero for AEAD.
	mac crypto.Hash
	// prf is the hash of the TLS 1.2 PRF; zero stands for SHA-256.
	prf crypto.Hash
	// tls12: the suite does not exist before TLS 1.2.
	tls12 bool
}

const (
	sha1   = crypto.SHA1
	sha256 = crypto.SHA256
	sha384 = crypto.SHA384
)

// suites are the cipher suites that this server can do.
var suites = []suite{
	{0x0002, "TLS_RSA_WITH_NULL_SHA", exchangeRSA, authRSA, bulkNull, 0, sha1, 0, false},
	{0x003b, "TLS_RSA_WITH_NULL_SHA256", exchangeRSA, authRSA, bulkNull, 0, sha256, 0, true},
	{0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA", exchangeRSA, authRSA, bulkTripleDES, 24, sha1, 0, false},
	{0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA", exchangeRSA, authRSA, bulkAES, 16, sha1, 0, false},
	{0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA", exchangeRSA, authRSA, bulkAES, 32, sha1, 0, false},
	{0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256", exchangeRSA, authRSA, bulkAESGCM, 16, 0, 0, true},
	{0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384", exchangeRSA, authRSA, bulkAESGCM, 32, 0, sha384, true},

	{0x0016, "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA", exchangeDHE, authRSA, bulkTripleDES, 24, sha1, 0, false},
	{0x0033, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA", exchangeDHE, authRSA, bulkAES, 16, sha1, 0, false},
	{0x0039, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA", exchangeDHE, authRSA, bulkAES, 32, sha1, 0, false},
	{0x009e, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", exchangeDHE, authRSA, bulkAESGCM, 16, 0, 0, true},
	{0x009f, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", exchangeDHE, authRSA, bulkAESGCM, 32, 0, sha384, true},
	{0x0034, "TLS_DH_anon_WITH_AES_128_CBC_SHA", exchangeDHE, authNone, bulkAES, 16, sha1, 0, false},
	{0x00a6, "TLS_DH_anon_WITH_AES_128_GCM_SHA256", exchangeDHE, authNone, bulkAESGCM, 16, 0, 0, true},

	{0xc010, "TLS_ECDHE_RSA_WITH_NULL_SHA", exchangeECDHE, authRSA, bulkNull, 0, sha1, 0, false},
	{0xc012, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA", exchangeECDHE, authRSA, bulkTripleDES, 24, sha1, 0, false},
	{0xc013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", exchangeECDHE, authRSA, bulkAES, 16, sha1, 0, false},
	{0xc014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", exchangeECDHE, authRSA, bulkAES, 32, sha1, 0, false},
	{0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", exchangeECDHE, authRSA, bulkAESGCM, 16, 0, 0, true},
	{0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", exchangeECDHE, authRSA, bulkAESGCM, 32, 0, sha384, true},
	{0xc009, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", exchangeECDHE, authECDSA, bulkAES, 16, sha1, 0, false},
	{0xc00a, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", exchangeECDHE, authECDSA, bulkAES, 32, sha1, 0, false},
	{0xc023, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", exchangeECDHE, authECDSA, bulkAES, 16, sha256, 0, true},
	{0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", exchangeECDHE, authECDSA, bulkAESGCM, 16, 0, 0, true},
	{0xc02c, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", exchangeECDHE, authECDSA, bulkAESGCM, 32, 0, sha384, true},
	{0xc018, "TLS_ECDH_anon_WITH_AES_128_CBC_SHA", exchangeECDHE, authNone, bulkAES, 16, sha1, 0, false},
}

func suiteByID(id uint16) (*suite, bool) {
	i := slices.IndexFunc(suites, func(s suite) bool { return s.id == id })
	if i < 0 {
		return nil, false
	}
	return &suites[i], true
}

// SuiteID finds a cipher suite that this server can do by its IANA name.
func SuiteID(name string) (uint16, error) {
	for _, s := range suites {
		if s.name == name {
			return s.id, nil
		}
	}
	return 0, fmt.Errorf("expected a cipher suite of the legacy engine, such as %s, got %q", suites[0].name, name)
}

// hash is the hash of the TLS 1.2 PRF and of the Finished message.
func (s *suite) hash() crypto.Hash {
	if s.prf != 0 {
		return s.prf
	}
	return sha256
}

// usable reports whether the suite exists in a version of TLS.
func (s *suite) usable(version uint16) bool { return !s.tls12 || version >= VersionTLS12 }

// sendsKeyExchange reports whether the suite has a ServerKeyExchange message.
func (s *suite) sendsKeyExchange() bool { return s.exchange != exchangeRSA }

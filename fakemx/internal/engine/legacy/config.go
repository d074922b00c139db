package legacy

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"time"
)

// Versions that this server can do.
const (
	VersionTLS10 uint16 = 0x0301
	VersionTLS11 uint16 = 0x0302
	VersionTLS12 uint16 = 0x0303
)

// Signature schemes of TLS 1.2 whose hash is broken (RFC 5246 section
// 7.4.1.4.1).
const (
	PKCS1WithMD5  tls.SignatureScheme = 0x0101
	PKCS1WithSHA1                     = tls.PKCS1WithSHA1
	ECDSAWithSHA1                     = tls.ECDSAWithSHA1
)

// DefaultDHPrimeBits is the size of the prime if the Config names none.
const DefaultDHPrimeBits = 2048

// Config says how a server conducts TLS. It may serve many connections at once
// and must not be changed then.
type Config struct {
	// MinVersion and MaxVersion bound the version. If zero, TLS 1.0 and 1.2.
	MinVersion, MaxVersion uint16
	// CipherSuites are the suites in the server's order, at least one. SuiteID
	// finds them by name.
	CipherSuites []uint16
	// Certificate is the chain and a crypto.Signer for it, RSA or ECDSA. RSA
	// key exchange needs a crypto.Decrypter. Anonymous suites need none.
	Certificate tls.Certificate
	// DHPrimeBits is the size of the prime of DHE and DH_anon: 512, 768, 1024
	// or 2048. If zero, DefaultDHPrimeBits.
	DHPrimeBits int
	// NoSecureRenegotiation does not answer renegotiation_info (RFC 5746).
	NoSecureRenegotiation bool
	// SignatureScheme signs the ServerKeyExchange of TLS 1.2, whether or not
	// the client offers it: PKCS1WithMD5, PKCS1WithSHA1 or ECDSAWithSHA1. If
	// zero, the first scheme of the client that fits the key.
	SignatureScheme tls.SignatureScheme
	// Groups are the curves of ECDHE in the server's order: P-256, P-384, P-521
	// and X25519; others are passed over. If empty, all of them.
	Groups []tls.CurveID
	// RequestClientCertificate asks for a certificate and takes any answer that
	// the next two fields do not refuse. Anonymous servers must not ask (RFC
	// 5246 section 7.4.4): with such a suite it has no effect.
	RequestClientCertificate bool
	// RequireClientCertificate refuses an answer of zero length with
	// handshake_failure (RFC 5246 section 7.4.6).
	RequireClientCertificate bool
	// VerifyClientCertificate says what is wrong with a chain, in DER, of at
	// least one certificate: an alert's code and why it is sent. The error is
	// nil if the chain is taken. If nil, any chain is.
	VerifyClientCertificate func(chain [][]byte) (alert uint8, err error)
	// ClientAuthorities are the distinguished names, in DER, of acceptable
	// issuers (RFC 5246 section 7.4.4). If empty, any authority will do.
	ClientAuthorities [][]byte
	// FragmentHandshake is how many octets of a handshake message a record
	// carries at most (RFC 5246 section 6.2.1). If zero, as many as a record can.
	FragmentHandshake int
	// NameWarnings is how many warning alerts of unrecognized_name precede the
	// ServerHello (RFC 6066 section 3).
	NameWarnings int
	// NoCloseNotify ends connections without close_notify.
	NoCloseNotify bool
	// Rand is the source of randomness. If nil, crypto/rand.
	Rand io.Reader
	// Time is the clock for the first octets of ServerHello.random (RFC 5246
	// section 7.4.1.2). If nil, time.Now.
	Time func() time.Time
}

func (c *Config) minVersion() uint16 {
	if c.MinVersion == 0 {
		return VersionTLS10
	}
	return c.MinVersion
}

func (c *Config) maxVersion() uint16 {
	if c.MaxVersion == 0 {
		return VersionTLS12
	}
	return c.MaxVersion
}

func (c *Config) dhPrimeBits() int {
	if c.DHPrimeBits == 0 {
		return DefaultDHPrimeBits
	}
	return c.DHPrimeBits
}

func (c *Config) rand() io.Reader {
	if c.Rand == nil {
		return rand.Reader
	}
	return c.Rand
}

func (c *Config) now() time.Time {
	if c.Time == nil {
		return time.Now()
	}
	return c.Time()
}

// Check reports the first setting that cannot be played, by the field's name.
// A handshake with such a Config fails with internal_error.
func (c *Config) Check() error {
	for _, check := range []func() error{c.checkVersions, c.checkSuites, c.checkDH, c.checkScheme} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (c *Config) checkVersions() error {
	for _, f := range []struct {
		name  string
		value uint16
	}{{"MinVersion", c.minVersion()}, {"MaxVersion", c.maxVersion()}} {
		if f.value < VersionTLS10 || f.value > VersionTLS12 {
			return fmt.Errorf("%s: expected 0x0301 to 0x0303 (TLS 1.0 to 1.2), got %#04x", f.name, f.value)
		}
	}
	if c.minVersion() > c.maxVersion() {
		return fmt.Errorf("MinVersion: expected at most MaxVersion %#04x, got %#04x", c.maxVersion(), c.minVersion())
	}
	return nil
}

func (c *Config) checkSuites() error {
	if len(c.CipherSuites) == 0 {
		return errors.New("CipherSuites: expected at least one")
	}
	for i, id := range c.CipherSuites {
		s, ok := suiteByID(id)
		if !ok {
			return fmt.Errorf("CipherSuites[%d]: %s is not a suite of the legacy engine", i, tls.CipherSuiteName(id))
		}
		if !s.usable(c.maxVersion()) {
			return fmt.Errorf("CipherSuites[%d]: %s needs TLS 1.2, but MaxVersion is %#04x", i, s.name, c.maxVersion())
		}
		if err := c.checkKey(s); err != nil {
			return fmt.Errorf("CipherSuites[%d]: %s needs %w", i, s.name, err)
		}
	}
	return nil
}

// checkKey says what the suite needs that the certificate's key is not.
func (c *Config) checkKey(s *suite) error {
	if s.auth == authNone {
		return nil
	}
	signer, ok := c.Certificate.PrivateKey.(crypto.Signer)
	if !ok {
		return errors.New("a Certificate with a crypto.Signer")
	}
	_, isRSA := signer.Public().(*rsa.PublicKey)
	_, isECDSA := signer.Public().(*ecdsa.PublicKey)
	_, decrypts := c.Certificate.PrivateKey.(crypto.Decrypter)
	switch {
	case s.auth == authRSA && !isRSA:
		return errors.New("a Certificate with an RSA key")
	case s.auth == authECDSA && !isECDSA:
		return errors.New("a Certificate with an ECDSA key")
	case s.exchange == exchangeRSA && !decrypts:
		return errors.New("a Certificate with a crypto.Decrypter")
	}
	return nil
}

func (c *Config) checkDH() error {
	if _, ok := dhPrimes[c.dhPrimeBits()]; !ok {
		return fmt.Errorf("DHPrimeBits: expected 512, 768, 1024 or 2048, got %d", c.DHPrimeBits)
	}
	return nil
}

// checkScheme refuses a scheme that no handshake could use.
func (c *Config) checkScheme() error {
	var want authentication
	switch c.SignatureScheme {
	case 0:
		return nil
	case PKCS1WithMD5, PKCS1WithSHA1:
		want = authRSA
	case ECDSAWithSHA1:
		want = authECDSA
	default:
		return fmt.Errorf("SignatureScheme: expected PKCS1WithMD5, PKCS1WithSHA1 or ECDSAWithSHA1, got %v", c.SignatureScheme)
	}
	if c.maxVersion() < VersionTLS12 {
		return errors.New("SignatureScheme: needs TLS 1.2, earlier versions have no choice")
	}
	for _, id := range c.CipherSuites {
		if s, _ := suiteByID(id); s.sendsKeyExchange() && s.auth == want {
			return nil
		}
	}
	return fmt.Errorf("SignatureScheme: none of CipherSuites has a ServerKeyExchange that %v could sign", c.SignatureScheme)
}

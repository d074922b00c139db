package legacy

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"slices"

	"golang.org/x/crypto/cryptobyte"
)

// schemes are the signatures of TLS 1.2 that this server makes and verifies,
// in no order of preference.
var schemes = map[tls.SignatureScheme]struct {
	auth authentication
	hash crypto.Hash
}{
	PKCS1WithMD5:               {authRSA, crypto.MD5},
	PKCS1WithSHA1:              {authRSA, crypto.SHA1},
	tls.PKCS1WithSHA256:        {authRSA, crypto.SHA256},
	tls.PKCS1WithSHA384:        {authRSA, crypto.SHA384},
	tls.PKCS1WithSHA512:        {authRSA, crypto.SHA512},
	ECDSAWithSHA1:              {authECDSA, crypto.SHA1},
	tls.ECDSAWithP256AndSHA256: {authECDSA, crypto.SHA256},
	tls.ECDSAWithP384AndSHA384: {authECDSA, crypto.SHA384},
	tls.ECDSAWithP521AndSHA512: {authECDSA, crypto.SHA512},
}

// requested are the schemes that a CertificateRequest names.
var requested = []tls.SignatureScheme{
	tls.ECDSAWithP256AndSHA256, tls.PKCS1WithSHA256, tls.ECDSAWithP384AndSHA384, tls.PKCS1WithSHA384,
	tls.ECDSAWithP521AndSHA512, tls.PKCS1WithSHA512, ECDSAWithSHA1, PKCS1WithSHA1,
}

// chooseScheme finds what signs the ServerKeyExchange: the forced scheme, or
// the client's first that fits. A client that names none means SHA-1 (RFC 5246
// section 7.4.1.4.1). MD5 is never chosen unforced.
func chooseScheme(auth authentication, forced tls.SignatureScheme, offered []tls.SignatureScheme) (tls.SignatureScheme, error) {
	if forced != 0 {
		return forced, nil
	}
	if len(offered) == 0 {
		offered = []tls.SignatureScheme{PKCS1WithSHA1, ECDSAWithSHA1}
	}
	for _, id := range offered {
		if s, ok := schemes[id]; ok && s.auth == auth && id != PKCS1WithMD5 {
			return id, nil
		}
	}
	return 0, fatal(alertHandshakeFailure, "no signature algorithm in common")
}

// oldHash is the hash of signatures before TLS 1.2 (RFC 2246 section 7.4.3,
// RFC 8422 section 5.4).
func oldHash(auth authentication) crypto.Hash {
	if auth == authECDSA {
		return crypto.SHA1
	}
	return crypto.MD5SHA1
}

// addSigned appends a digitally-signed struct over data (RFC 5246 section 4.7);
// scheme is zero before TLS 1.2.
func addSigned(b *cryptobyte.Builder, c *Config, auth authentication, scheme tls.SignatureScheme, data []byte) error {
	hash := oldHash(auth)
	if scheme != 0 {
		hash = schemes[scheme].hash
		b.AddUint16(uint16(scheme))
	}
	signature, err := c.Certificate.PrivateKey.(crypto.Signer).Sign(c.rand(), sum(hash, data), hash)
	if err != nil {
		return err
	}
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(signature) })
	return nil
}

// verifyClient checks a CertificateVerify (RFC 5246 section 7.4.8) against the
// leaf of the client's chain.
func verifyClient(leaf []byte, version uint16, body, messages []byte) error {
	s := cryptobyte.String(body)
	var scheme uint16
	var signature cryptobyte.String
	if version >= VersionTLS12 && !s.ReadUint16(&scheme) ||
		!s.ReadUint16LengthPrefixed(&signature) || !s.Empty() {
		return fatal(alertDecodeError, "malformed CertificateVerify")
	}
	certificate, err := x509.ParseCertificate(leaf)
	if err != nil {
		return fatal(alertUnsupportedCert, "expected a certificate that can be read: %w", err)
	}
	auth := authRSA
	if _, ok := certificate.PublicKey.(*ecdsa.PublicKey); ok {
		auth = authECDSA
	}
	hash := oldHash(auth)
	if version >= VersionTLS12 {
		if !slices.Contains(requested, tls.SignatureScheme(scheme)) || schemes[tls.SignatureScheme(scheme)].auth != auth {
			return fatal(alertIllegalParameter, "CertificateVerify has signature algorithm %#04x, which was not asked for", scheme)
		}
		hash = schemes[tls.SignatureScheme(scheme)].hash
	}
	return verifySignature(certificate.PublicKey, hash, messages, signature)
}

var errClientSignature = errors.New("CertificateVerify was not signed by the certificate's key")

// maxClientKeyBits is the limit of crypto/tls: to check the signature of a key
// that fills a handshake message takes half a minute (CVE-2023-29409).
const maxClientKeyBits = 8192

func verifySignature(key any, hash crypto.Hash, messages, signature []byte) error {
	var ok bool
	switch key := key.(type) {
	case *rsa.PublicKey:
		if n := key.N.BitLen(); n > maxClientKeyBits {
			return fatal(alertUnsupportedCert, "expected an RSA key of at most %d bits, got %d", maxClientKeyBits, n)
		}
		ok = rsa.VerifyPKCS1v15(key, hash, sum(hash, messages), signature) == nil
	case *ecdsa.PublicKey:
		ok = ecdsa.VerifyASN1(key, sum(hash, messages), signature)
	default:
		return fatal(alertUnsupportedCert, "expected a certificate with an RSA or ECDSA key, got %T", key)
	}
	if !ok {
		return fatal(alertDecryptError, "%w", errClientSignature)
	}
	return nil
}

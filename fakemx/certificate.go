package fakemx

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"

	"github.com/fakemx/fakemx/certgen"
)

// checkCertificate refuses a certificate with which no handshake can complete.
func (c Config) checkCertificate() error {
	if c.Certificate == nil {
		return nil
	}
	if len(c.Certificate.Certificate) == 0 {
		return badField("Certificate", errors.New("expected at least one certificate, got none; tls.LoadX509KeyPair reads certificates from files"))
	}
	for i, der := range c.Certificate.Certificate {
		if rest, err := asn1.Unmarshal(der, new(asn1.RawValue)); err != nil || len(rest) > 0 {
			return badFieldf("Certificate", "expected certificates in DER form, but certificate %d of the chain is not", i)
		}
	}
	key, ok := c.Certificate.PrivateKey.(crypto.Signer)
	if !ok {
		return badFieldf("Certificate", "expected a private key that is a crypto.Signer, got %T", c.Certificate.PrivateKey)
	}
	// A certificate that Go cannot read may still be what a test is about.
	leaf, err := x509.ParseCertificate(c.Certificate.Certificate[0])
	if err != nil {
		return nil //nolint:nilerr // see above
	}
	if of, ok := leaf.PublicKey.(interface{ Equal(crypto.PublicKey) bool }); ok && !of.Equal(key.Public()) {
		return badField("Certificate", errors.New("expected the private key of the first certificate, got another key"))
	}
	return nil
}

// top is the certificate of Config.Certificate to which its first one leads by
// the names of issuers; nil if Go cannot read the first one.
func (c Config) top() *x509.Certificate {
	chain := c.Certificate.Certificate
	top, err := x509.ParseCertificate(chain[0])
	if err != nil {
		return nil
	}
	for range chain { // so that a circle ends
		issuer := issuerIn(chain, top)
		if issuer == nil {
			break
		}
		top = issuer
	}
	return top
}

// issuerIn finds the issuer of a certificate in a chain; nil if it is not there,
// or the certificate is its own.
func issuerIn(chain [][]byte, c *x509.Certificate) *x509.Certificate {
	if bytes.Equal(c.RawIssuer, c.RawSubject) {
		return nil
	}
	for _, der := range chain {
		if issuer, err := x509.ParseCertificate(der); err == nil && bytes.Equal(issuer.RawSubject, c.RawIssuer) {
			return issuer
		}
	}
	return nil
}

// Roots returns the trust anchors for clients: those of the PKI or, with
// [Config.Certificate], the last certificate of that chain, whether it is a
// root or not.
func (s *Server) Roots() *x509.CertPool {
	if s.config.Certificate == nil {
		return s.pki.Roots()
	}
	roots := x509.NewCertPool()
	if top := s.config.top(); top != nil {
		roots.AddCert(top)
	}
	return roots
}

// writeCertificate writes Config.Certificate to a folder, without its key, and
// whom to trust.
func (s *Server) writeCertificate(dir string) (files certgen.Files, err error) {
	chain := s.config.Certificate.Certificate
	write := func(path *string, name string, ders ...[]byte) {
		var out bytes.Buffer
		for _, der := range ders {
			err = errors.Join(err, pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: der}))
		}
		*path = filepath.Join(dir, name)
		err = errors.Join(err, os.WriteFile(*path, out.Bytes(), 0o600))
	}
	write(&files.Chain, "chain.pem", chain...)
	write(&files.Certificate, "cert.pem", chain[0])
	if top := s.config.top(); top != nil {
		write(&files.CA, "ca.pem", top.Raw)
	}
	return files, err
}

package dane

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
)

// matchTrustAnchor looks for the trust anchor of a DANE-TA record, verifies the
// path from the leaf to it, and checks the leaf's names. It returns the place of
// the trust anchor in the chain.
func (m *matcher) matchTrustAnchor(r Record) (int, error) {
	if m.leafErr != nil {
		return 0, fmt.Errorf("the leaf cannot be verified: %w", m.leafErr)
	}
	at, err := m.path(r)
	if err != nil {
		return 0, err
	}
	return at, checkNames(m.parsed[0], m.names)
}

// path verifies the path from the leaf to the trust anchor of a record.
func (m *matcher) path(r Record) (int, error) {
	sent := slices.DeleteFunc(m.matching(r), func(i int) bool { return bytes.Equal(m.chain[i], m.chain[0]) })
	switch {
	case len(sent) > 0:
		return m.pathToSent(sent)
	case r.Matching == Full && r.Selector == Cert && !bytes.Equal(r.Data, m.chain[0]):
		return m.pathToCertificate(r.Data)
	case r.Matching == Full && r.Selector == SPKI:
		return m.pathToKey(r)
	}
	return 0, m.anchorMissing(r)
}

// anchorMissing is the error for a trust anchor that is nowhere.
func (m *matcher) anchorMissing(r Record) error {
	if hint := m.hint(r); hint != "" {
		return errors.New(hint)
	}
	count := "none of the %d certificates that the server sent is this trust anchor"
	if len(m.chain) == 1 {
		count = "the server sent %d certificate, the leaf alone"
	}
	return fmt.Errorf(count+"; the chain has to contain the trust anchor, even if it is a root (RFC 7672 section 3.1.2)", len(m.chain))
}

// pathToSent ends at one of the certificates that the server sent. Several may
// share the key that the record describes.
func (m *matcher) pathToSent(sent []int) (int, error) {
	var anchors []*x509.Certificate
	for _, i := range sent {
		if m.parsed[i] != nil {
			anchors = append(anchors, m.parsed[i])
		}
	}
	if len(anchors) == 0 {
		return 0, fmt.Errorf("%s matches, but cannot be read", position(sent[0]))
	}
	path, err := m.verify(anchors)
	if err != nil {
		return 0, fmt.Errorf("%s matches, but the leaf is not valid below it: %w", position(sent[0]), err)
	}
	anchor := path[len(path)-1]
	return slices.IndexFunc(m.chain, func(der []byte) bool { return bytes.Equal(der, anchor.Raw) }), nil
}

// pathToCertificate ends at a certificate that the record brings (RFC 7671
// section 5.2.2).
func (m *matcher) pathToCertificate(der []byte) (int, error) {
	anchor, err := x509.ParseCertificate(der)
	if err != nil {
		return 0, fmt.Errorf("the certificate in the record cannot be read: %w", err)
	}
	if _, err := m.verify([]*x509.Certificate{anchor}); err != nil {
		return 0, fmt.Errorf("the leaf is not valid below the certificate in the record: %w", err)
	}
	return len(m.chain), nil
}

// pathToKey ends at a certificate that the key in the record has signed, which
// may be the leaf (RFC 7671 section 5.2.3).
func (m *matcher) pathToKey(r Record) (int, error) {
	key, err := x509.ParsePKIXPublicKey(r.Data)
	if err != nil {
		return 0, fmt.Errorf("the key in the record cannot be read: %w", err)
	}
	signer := &x509.Certificate{PublicKey: key, PublicKeyAlgorithm: x509.UnknownPublicKeyAlgorithm}
	var topmost []*x509.Certificate
	for _, c := range m.parsed {
		if c != nil && signer.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil {
			topmost = append(topmost, c)
		}
	}
	if len(topmost) == 0 {
		if hint := m.hint(r); hint != "" {
			return 0, errors.New(hint)
		}
		return 0, errors.New("no certificate that the server sent has this key or is signed by it (RFC 7671 section 5.2.3)")
	}
	if _, err := m.verify(topmost); err != nil {
		return 0, fmt.Errorf("a certificate is signed by this key, but the leaf is not valid: %w", err)
	}
	return len(m.chain), nil
}

// verify finds a certification path from the leaf to one of the anchors, by way
// of whatever the server sent (RFC 5280 section 6). Names are not its part: it
// knows no CN-ID.
func (m *matcher) verify(anchors []*x509.Certificate) ([]*x509.Certificate, error) {
	options := x509.VerifyOptions{
		Roots:         x509.NewCertPool(),
		Intermediates: x509.NewCertPool(),
		CurrentTime:   m.now,
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, anchor := range anchors {
		options.Roots.AddCert(anchor)
	}
	for _, c := range m.parsed[1:] {
		if c != nil {
			options.Intermediates.AddCert(c)
		}
	}
	paths, err := m.parsed[0].Verify(options)
	if err != nil {
		return nil, err
	}
	return paths[0], nil
}

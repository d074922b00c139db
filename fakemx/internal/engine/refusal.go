package engine

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
)

var (
	errClientCertificate = errors.New("client certificate refused")
	errNoneWanted        = errors.New("none is wanted")
)

// A refusal says why a client certificate is refused, and by which alert (RFC
// 8446 section 6.2, RFC 5246 section 7.2.2).
type refusal struct {
	alert int
	err   error
}

func (r *refusal) Error() string { return fmt.Sprintf("%v: %v", errClientCertificate, r.err) }

func (r *refusal) Unwrap() []error { return []error{errClientCertificate, r.err} }

// explain finds the alert for a chain that x509 does not verify. That package
// names the first obstacle on its way, which is not always the one that matters:
// below an expired intermediate it finds no authority.
func (p clientPolicy) explain(chain []*x509.Certificate, err error) *refusal {
	invalid, isInvalid := errors.AsType[x509.CertificateInvalidError](err)
	_, isUnknown := errors.AsType[x509.UnknownAuthorityError](err)
	path := pathOf(chain)
	switch {
	case slices.ContainsFunc(path, p.outsideValidity):
		return &refusal{alertCertificateExpired, errors.New("a certificate of the chain has expired, or is not valid yet")}
	case isInvalid && invalid.Reason == x509.IncompatibleUsage:
		return &refusal{alertUnsupportedCertificate, errors.New("it is not for clients: its extended key usage lacks clientAuth")}
	case slices.ContainsFunc(path, func(c *x509.Certificate) bool { return p.brokenSignature(c, chain) }):
		return &refusal{alertBadCertificate, errors.New("a signature in the chain does not match")}
	case isUnknown:
		return &refusal{alertUnknownCA, errors.New("it does not lead to a trusted authority")}
	}
	return &refusal{alertCertificateUnknown, err}
}

// pathOf is the chain from the leaf up, as far as the certificates that came name
// one another; others among them do not matter.
func pathOf(chain []*x509.Certificate) []*x509.Certificate {
	path := chain[:1:1]
	for {
		last := path[len(path)-1]
		i := slices.IndexFunc(chain, func(c *x509.Certificate) bool {
			return bytes.Equal(c.RawSubject, last.RawIssuer) && !slices.Contains(path, c)
		})
		if i < 0 {
			return path
		}
		path = append(path, chain[i])
	}
}

func (p clientPolicy) outsideValidity(c *x509.Certificate) bool {
	now := p.now()
	return now.Before(c.NotBefore) || now.After(c.NotAfter)
}

// brokenSignature: the authority that issued the certificate is known, by name
// and key, and did not sign it so.
func (p clientPolicy) brokenSignature(c *x509.Certificate, chain []*x509.Certificate) bool {
	known := false
	for _, issuer := range slices.Concat(chain[1:], p.anchors) {
		names := len(c.AuthorityKeyId) == 0 || bytes.Equal(c.AuthorityKeyId, issuer.SubjectKeyId)
		if !names || !bytes.Equal(c.RawIssuer, issuer.RawSubject) {
			continue
		}
		if c.CheckSignatureFrom(issuer) == nil {
			return false
		}
		known = known || issuer.IsCA
	}
	return known
}

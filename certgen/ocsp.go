package certgen

import (
	"cmp"
	"crypto"
	"crypto/ed25519"
	"fmt"
	"io"

	"golang.org/x/crypto/ocsp"
)

// A Status is the status of a certificate in an OCSP response (RFC 6960 section
// 2.2).
type Status string

// The statuses.
const (
	StatusGood    Status = "good"
	StatusRevoked Status = "revoked"
	StatusUnknown Status = "unknown"
)

// statuses are the numbers of the statuses.
var statuses = map[Status]int{
	StatusGood:    ocsp.Good,
	StatusRevoked: ocsp.Revoked,
	StatusUnknown: ocsp.Unknown,
}

// OCSPOptions are the options of [PKI.OCSP].
type OCSPOptions struct {
	StatusOptions
	// Responder names the certificate that signs the response and is included
	// in it (RFC 6960 section 4.2.2.2). A correct one is issued by the same
	// issuer, for OCSPSigning. If empty, the issuer signs.
	Responder string
}

// OCSP makes an OCSP response about one certificate (RFC 6960 section 4.2) in
// DER form, to be served or stapled. Its producedAt is the time of the machine,
// not that of Now.
func (p *PKI) OCSP(name string, status Status, o OCSPOptions) ([]byte, error) {
	c, err := p.named(name)
	if err != nil {
		return nil, err
	}
	if signer := cmp.Or(o.Responder, p.recipe.issuer(name)); p.issued[signer] != nil && p.issued[signer].Key == nil {
		return p.presignedOCSP(name, status, o)
	}
	number, ok := statuses[status]
	if !ok {
		return nil, fmt.Errorf("%q is not a status: %s", status, listed(statuses))
	}
	thisUpdate, nextUpdate, err := o.window()
	if err != nil {
		return nil, err
	}
	return p.respond(p.recipe.issuer(name), o.Responder, ocsp.Response{
		Status:           number,
		SerialNumber:     c.Serial(),
		ThisUpdate:       thisUpdate,
		NextUpdate:       nextUpdate,
		RevokedAt:        thisUpdate,
		RevocationReason: keyCompromise,
	})
}

// respond signs a response about one of the issuer's certificates.
func (p *PKI) respond(issuer, responder string, response ocsp.Response) ([]byte, error) {
	authority, err := p.authority(issuer)
	if err != nil {
		return nil, err
	}
	signer := authority
	if responder == "" {
		responder = issuer
	} else {
		if signer, err = p.authority(responder); err != nil {
			return nil, err
		}
		response.Certificate = signer
	}
	key := p.issued[responder].Key
	if _, ok := key.(ed25519.PrivateKey); ok {
		return nil, fmt.Errorf("%q has an ed25519 key, which cannot sign an OCSP response here; use ecdsa or rsa", responder)
	}
	return ocsp.CreateResponse(authority, signer, response, steady{key})
}

// steady signs without randomness where its key can, so that ECDSA is
// deterministic (RFC 6979).
type steady struct{ crypto.Signer }

// Sign leaves the source of randomness out.
func (s steady) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return s.Signer.Sign(nil, digest, opts)
}

package certgen

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// errShared says why a key is missing.
var errShared = errors.New("it belongs to an authority shared by Anchors")

// presigned is a CRL or an OCSP response of an authority whose key is not in
// the PKI, signed when the key was at hand.
type presigned struct {
	der     []byte
	err     error    // why it could not be signed
	revoked []string // of a CRL
	status  Status   // of an OCSP response
}

// signStatuses has the shared authorities that a client trusts say beforehand
// what they may be asked for: a CRL, and an OCSP response about every
// certificate that says where to ask. Both last as long as their authority.
func (b *builder) signStatuses(p *PKI) {
	with := b.lend(p)
	p.crls, p.ocsps = make(map[string]presigned), make(map[string]presigned)
	for issuer, e := range b.taken {
		if !slices.Contains(p.recipe.Trust, issuer) {
			continue
		}
		if revoked := p.revokedBy(issuer); len(revoked) > 0 || p.recipe.CRLs[issuer] != nil {
			p.crls[issuer] = b.signCRL(with, issuer, revoked)
		} else {
			e.signing.Do(func() { e.noneRevoked = b.signCRL(with, issuer, nil) })
			p.crls[issuer] = e.noneRevoked
		}
		for name, c := range p.recipe.Certificates {
			if p.recipe.issuer(name) == issuer && len(c.OCSPURLs) > 0 {
				p.ocsps[name] = b.signOCSP(with, name, e.issued)
			}
		}
	}
	for issuer, list := range p.recipe.CRLs {
		if b.taken[list.SignedBy] != nil {
			p.crls[issuer] = b.signCRL(with, issuer, p.revokedBy(issuer))
		}
	}
}

// lend returns the PKI with the keys of the shared authorities.
func (b *builder) lend(p *PKI) *PKI {
	with := &PKI{recipe: p.recipe, built: p.built, issued: make(map[string]*Issued)}
	for name, c := range p.issued {
		lent := *c
		if b.taken[name] != nil {
			lent.Key = b.keys[name]
		}
		with.issued[name] = &lent
	}
	return with
}

// signCRL makes the CRL of an issuer that revokes these. Unless the recipe says
// otherwise, it lasts as long as the issuer.
func (b *builder) signCRL(p *PKI, issuer string, revoked []string) presigned {
	o := b.lasting(p.issued[issuer])
	if list := p.recipe.CRLs[issuer]; list != nil && list.NextUpdate != 0 {
		o.NextUpdate = list.NextUpdate
	}
	der, err := p.CRL(issuer, CRLOptions{StatusOptions: o, Revoked: revoked})
	return presigned{der: der, err: err, revoked: revoked}
}

// signOCSP makes the response about a certificate.
func (b *builder) signOCSP(p *PKI, name string, issuer *Issued) presigned {
	status := StatusGood
	if slices.Contains(p.recipe.Revoked, name) {
		status = StatusRevoked
	}
	der, err := p.OCSP(name, status, OCSPOptions{StatusOptions: b.lasting(issuer)})
	return presigned{der: der, err: err, status: status}
}

// lasting is a time of status that ends with the authority.
func (b *builder) lasting(authority *Issued) StatusOptions {
	return StatusOptions{
		Now:        func() time.Time { return b.now },
		NextUpdate: max(Offset(authority.tbs.Validity.NotAfter.Sub(b.now)), defaultNextUpdate),
	}
}

// revokedBy names the revoked certificates of an issuer.
func (p *PKI) revokedBy(issuer string) []string {
	return slices.DeleteFunc(slices.Clone(p.recipe.Revoked), func(name string) bool {
		return p.recipe.issuer(name) != issuer
	})
}

// presignedCRL returns the CRL of an authority whose key is not here.
func (p *PKI) presignedCRL(issuer string, o CRLOptions) ([]byte, error) {
	made, ok := p.crls[issuer]
	if !ok || o.ThisUpdate != 0 || o.NextUpdate != 0 || !sameNames(made.revoked, o.Revoked) {
		return nil, fmt.Errorf("the key of %q is not in the PKI: %w, so only the CRL of the recipe's revoked certificates is available", issuer, errShared)
	}
	return made.der, made.err
}

// presignedOCSP returns the response about a certificate whose issuer's key is
// not here.
func (p *PKI) presignedOCSP(name string, status Status, o OCSPOptions) ([]byte, error) {
	made, ok := p.ocsps[name]
	if !ok || o.ThisUpdate != 0 || o.NextUpdate != 0 || o.Responder != "" || made.status != status {
		return nil, fmt.Errorf("the key of %q is not in the PKI: %w, so only the responses of the recipe are available", p.recipe.issuer(name), errShared)
	}
	return made.der, made.err
}

// sameNames compares lists whatever their order.
func sameNames(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

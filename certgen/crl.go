package certgen

import (
	"cmp"
	"crypto/x509"
	"fmt"
	"math/big"
)

// CRLOptions are the options of [PKI.CRL].
type CRLOptions struct {
	StatusOptions
	// Revoked names the certificates on the list. The issuer must have issued
	// all of them.
	Revoked []string
}

// CRL makes the certificate revocation list of an issuer (RFC 5280 section 5)
// in DER form, as the recipe's CRLs describe it, except for times given in o.
// Its number is the time of this update, in seconds since 1970.
func (p *PKI) CRL(issuer string, o CRLOptions) ([]byte, error) {
	described := p.describedCRL(issuer)
	if c, err := p.named(described.SignedBy); err == nil && c.Key == nil {
		return p.presignedCRL(issuer, o)
	}
	authority, err := p.authority(issuer)
	if err != nil {
		return nil, err
	}
	o.ThisUpdate = cmp.Or(o.ThisUpdate, described.ThisUpdate)
	o.NextUpdate = cmp.Or(o.NextUpdate, described.NextUpdate)
	thisUpdate, nextUpdate, err := o.window()
	if err != nil {
		return nil, err
	}
	list := &x509.RevocationList{
		Number:     big.NewInt(thisUpdate.Unix()),
		ThisUpdate: thisUpdate,
		NextUpdate: nextUpdate,
	}
	for _, name := range o.Revoked {
		c, err := p.named(name)
		if err != nil {
			return nil, err
		}
		if p.recipe.issuer(name) != issuer {
			return nil, fmt.Errorf("%q is issued by %q, not by %q: a CRL lists certificates of its own issuer only", name, p.recipe.issuer(name), issuer)
		}
		list.RevokedCertificateEntries = append(list.RevokedCertificateEntries, x509.RevocationListEntry{
			SerialNumber: c.Serial(), RevocationTime: thisUpdate, ReasonCode: keyCompromise,
		})
	}
	return x509.CreateRevocationList(nil, list, authority, p.issued[described.SignedBy].Key)
}

// describedCRL is what the recipe says of an issuer's list, SignedBy included.
func (p *PKI) describedCRL(issuer string) CRL {
	var described CRL
	if list := p.recipe.CRLs[issuer]; list != nil {
		described = *list
	}
	described.SignedBy = cmp.Or(described.SignedBy, issuer)
	return described
}

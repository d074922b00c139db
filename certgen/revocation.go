package certgen

import (
	"crypto/x509"
	"fmt"
	"time"
)

// The time from ThisUpdate to NextUpdate where StatusOptions do not say.
const (
	defaultThisUpdate = Offset(-time.Hour)
	defaultNextUpdate = Offset(24 * time.Hour)
)

// keyCompromise is the reason of every revocation (RFC 5280 section 5.3.1).
const keyCompromise = 1

// StatusOptions are the options common to CRLs and OCSP responses. The zero
// value makes one that is one hour old and valid for another day.
type StatusOptions struct {
	// Now is the clock. If nil, time.Now.
	Now func() time.Time
	// ThisUpdate and NextUpdate are relative to Now. If zero, one hour before
	// and one day after. Revocations have the date of ThisUpdate.
	ThisUpdate, NextUpdate Offset
}

// window returns ThisUpdate and NextUpdate as times.
func (o StatusOptions) window() (thisUpdate, nextUpdate time.Time, err error) {
	from, to := o.ThisUpdate, o.NextUpdate
	if from == 0 {
		from = defaultThisUpdate
	}
	if to == 0 {
		to = defaultNextUpdate
	}
	if to <= from {
		return time.Time{}, time.Time{}, fmt.Errorf("the next update (%v) is not later than this one (%v)", time.Duration(to), time.Duration(from))
	}
	now := Options{Now: o.Now}.now().UTC().Truncate(time.Second)
	return now.Add(time.Duration(from)), now.Add(time.Duration(to)), nil
}

// authority returns as much of a certificate as it takes to sign in its name,
// also of one that crypto/x509 cannot read or that must not sign.
func (p *PKI) authority(name string) (*x509.Certificate, error) {
	c, err := p.named(name)
	if err != nil {
		return nil, err
	}
	identifier, err := keyIdentifierOf(c.tbs.PublicKey.FullBytes)
	if err != nil {
		return nil, err
	}
	return &x509.Certificate{
		Raw:                     c.DER,
		RawSubject:              c.tbs.Subject.FullBytes,
		RawSubjectPublicKeyInfo: c.tbs.PublicKey.FullBytes,
		SubjectKeyId:            identifier,
		KeyUsage:                x509.KeyUsageCRLSign,
	}, nil
}

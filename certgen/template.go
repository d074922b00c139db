package certgen

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"net"
	"sync"
	"time"
)

// The validity of a certificate whose recipe does not bound it.
const (
	defaultNotBefore = Offset(-time.Hour)
	defaultNotAfter  = Offset(7 * 24 * time.Hour)
)

// standIn signs what is signed again anyway. Ed25519 would have to make tables
// first.
var standIn = sync.OnceValues(func() (*ecdsa.PrivateKey, error) {
	return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
})

// validity returns NotBefore and NotAfter, or their defaults.
func (c *Certificate) validity() (notBefore, notAfter Offset) {
	notBefore, notAfter = c.NotBefore, c.NotAfter
	if notBefore == 0 {
		notBefore = defaultNotBefore
	}
	if notAfter == 0 {
		notAfter = defaultNotAfter
	}
	return notBefore, notAfter
}

// name is s for crypto/x509.
func (s Subject) name() pkix.Name {
	list := func(value string) []string {
		if value == "" {
			return nil
		}
		return []string{value}
	}
	return pkix.Name{
		Country:            list(s.Country),
		Organization:       list(s.Organization),
		OrganizationalUnit: list(s.OrganizationalUnit),
		CommonName:         s.CommonName,
	}
}

// draft makes the sound part of the certificate of that name, signed by
// nobody in particular.
func (b *builder) draft(name string) (*tbsCertificate, error) {
	public := b.keys[name].Public()
	template, err := b.template(name)
	if err != nil {
		return nil, err
	}
	issuer := &x509.Certificate{Subject: b.recipe.subject(b.recipe.issuer(name)).name()}
	signer, err := standIn()
	if err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificate(nil, template, issuer, public, signer)
	if err != nil {
		return nil, err
	}
	decoded, err := decodeCertificate(der)
	if err != nil {
		return nil, err
	}
	return &decoded.TBS, nil
}

// template is the certificate of that name as far as crypto/x509 can say it.
func (b *builder) template(name string) (*x509.Certificate, error) {
	c, public := b.recipe.Certificates[name], b.keys[name].Public()
	identifier, err := keyIdentifier(public)
	if err != nil {
		return nil, err
	}
	notBefore, notAfter := c.validity()
	t := &x509.Certificate{
		SerialNumber:          b.source.Serial(name),
		Subject:               b.recipe.subject(name).name(),
		NotBefore:             b.now.Add(time.Duration(notBefore)),
		NotAfter:              b.now.Add(time.Duration(notAfter)),
		DNSNames:              c.DNSNames,
		EmailAddresses:        c.EmailAddresses,
		SubjectKeyId:          identifier,
		CRLDistributionPoints: c.CRLURLs,
		OCSPServer:            c.OCSPURLs,
		IssuingCertificateURL: c.IssuerURLs,
	}
	for _, text := range c.IPAddresses {
		t.IPAddresses = append(t.IPAddresses, net.ParseIP(text))
	}
	if c.MustStaple {
		t.ExtraExtensions = append(t.ExtraExtensions, mustStaple)
	}
	c.setUsage(t, public)
	c.NameConstraints.set(t)
	return t, b.setAuthority(t, name)
}

// setAuthority sets the authority key identifier, which a self-signed
// certificate may go without (RFC 5280 section 4.2.1.1).
func (b *builder) setAuthority(t *x509.Certificate, name string) error {
	issuer := b.recipe.issuer(name)
	if issuer == name {
		return nil
	}
	var err error
	t.AuthorityKeyId, err = keyIdentifier(b.keys[issuer].Public())
	return err
}

// setUsage sets what the key may be used for.
func (c *Certificate) setUsage(t *x509.Certificate, public crypto.PublicKey) {
	t.BasicConstraintsValid, t.IsCA = true, c.CA
	t.MaxPathLen = -1
	if c.PathLength != nil {
		t.MaxPathLen, t.MaxPathLenZero = *c.PathLength, *c.PathLength == 0
	}
	switch _, isRSA := public.(*rsa.PublicKey); {
	case c.KeyUsages != nil:
		for _, usage := range c.KeyUsages {
			t.KeyUsage |= keyUsages[usage]
		}
	case c.CA:
		t.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	case isRSA:
		// keyEncipherment is for the RSA key exchange of TLS 1.2 and below.
		t.KeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment
	default:
		t.KeyUsage = x509.KeyUsageDigitalSignature
	}
	usages := c.ExtendedKeyUsages
	if usages == nil && !c.CA {
		usages = []string{"serverAuth"}
	}
	for _, usage := range usages {
		t.ExtKeyUsage = append(t.ExtKeyUsage, extendedKeyUsages[usage])
	}
}

// set sets the name constraints, critical as RFC 5280 section 4.2.1.10 asks.
func (n *NameConstraints) set(t *x509.Certificate) {
	if n == nil {
		return
	}
	t.PermittedDNSDomainsCritical = true
	t.PermittedDNSDomains, t.ExcludedDNSDomains = n.PermittedDNS, n.ExcludedDNS
	t.PermittedIPRanges, t.ExcludedIPRanges = ranges(n.PermittedIPs), ranges(n.ExcludedIPs)
}

// ranges reads addresses in CIDR form that Validate has seen.
func ranges(texts []string) []*net.IPNet {
	var out []*net.IPNet
	for _, text := range texts {
		if _, r, err := net.ParseCIDR(text); err == nil {
			out = append(out, r)
		}
	}
	return out
}

// keyIdentifier is method 1 of RFC 7093 section 2: the first 160 bits of the
// SHA-256 of the public key.
func keyIdentifier(public crypto.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return nil, err
	}
	return keyIdentifierOf(der)
}

// keyIdentifierOf is that of a SubjectPublicKeyInfo.
func keyIdentifierOf(der []byte) ([]byte, error) {
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(der, &info); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(info.Key.RightAlign())
	return bytes.Clone(sum[:20]), nil
}

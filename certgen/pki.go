package certgen

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"time"
)

// A PKI holds the keys and certificates that [Build] made from a recipe. It
// does not change, and may be used from several goroutines at once.
type PKI struct {
	recipe Recipe
	built  time.Time
	now    func() time.Time // of Options
	issued map[string]*Issued
	// crls and ocsps are what authorities have said whose keys are not here:
	// the former by their names, the latter by those of the certificates that
	// they are about.
	crls  map[string]presigned
	ocsps map[string]presigned
}

// An Issued is one certificate of a [PKI].
type Issued struct {
	// Name is the name of the certificate in the recipe.
	Name string
	// DER is the certificate.
	DER []byte
	// Key is the private key of the certificate. It is nil for an authority
	// that [Anchors] shares, and for certificates that share its key.
	Key crypto.Signer
	// Parsed is DER parsed by crypto/x509; nil if crypto/x509 refuses it, as it
	// does for a negative serial number.
	Parsed *x509.Certificate
	// keyDER is Key in PKCS #8 form.
	keyDER []byte
	// tbs is what DER says, whatever crypto/x509 makes of it.
	tbs *tbsCertificate
}

// newIssued puts a certificate and its key, which may be nil, together. A key
// that cannot be written to a file is refused.
func newIssued(name string, der []byte, key crypto.Signer) (*Issued, error) {
	decoded, err := decodeCertificate(der)
	if err != nil {
		return nil, err
	}
	issued := &Issued{Name: name, DER: der, tbs: &decoded.TBS}
	if key != nil {
		issued.Key = key
		if issued.keyDER, err = marshalKey(key); err != nil {
			return nil, err
		}
	}
	if parsed, err := x509.ParseCertificate(der); err == nil {
		issued.Parsed = parsed
	}
	return issued, nil
}

// Serial returns the serial number. It is negative if the recipe asks for that.
func (c *Issued) Serial() *big.Int { return new(big.Int).Set(c.tbs.Serial) }

// Recipe returns a copy of the recipe, with every placeholder replaced.
func (p *PKI) Recipe() Recipe { return p.recipe.clone() }

// Names returns the names of all certificates, sorted.
func (p *PKI) Names() []string { return slices.Sorted(maps.Keys(p.issued)) }

// Certificate returns the certificate with the given name; nil if there is
// none.
func (p *PKI) Certificate(name string) *Issued { return p.issued[name] }

// Chain returns the certificates that the peer sends, in order, in DER form.
func (p *PKI) Chain() [][]byte { return p.ders(p.recipe.Send) }

// ChainOf returns the certificates with the given names, in that order, in DER
// form.
func (p *PKI) ChainOf(names ...string) ([][]byte, error) {
	for _, name := range names {
		if _, err := p.named(name); err != nil {
			return nil, err
		}
	}
	return p.ders(names), nil
}

// named returns the certificate of that name.
func (p *PKI) named(name string) (*Issued, error) {
	if c := p.issued[name]; c != nil {
		return c, nil
	}
	return nil, fmt.Errorf("%q is not a certificate of the PKI: %s", name, listed(p.issued))
}

// ders returns certificates whose names are known to be right.
func (p *PKI) ders(names []string) [][]byte {
	var chain [][]byte
	for _, name := range names {
		chain = append(chain, p.issued[name].DER)
	}
	return chain
}

// signer is the certificate whose key signs the handshake.
func (p *PKI) signer() *Issued {
	if p.recipe.Key != "" {
		return p.issued[p.recipe.Key]
	}
	return p.issued[p.recipe.Send[0]]
}

// TLSCertificate returns the certificate for a server: Chain with the key that
// the recipe names. The chain may be empty, and the key may belong to a
// certificate other than the first.
func (p *PKI) TLSCertificate() tls.Certificate {
	if len(p.issued) == 0 {
		return tls.Certificate{}
	}
	return p.tlsCertificate(p.recipe.Send, p.signer().Key)
}

// TLSCertificateOf returns the certificates with the given names, in that
// order, with the key of the first.
func (p *PKI) TLSCertificateOf(names ...string) (tls.Certificate, error) {
	if len(names) == 0 {
		return tls.Certificate{}, fmt.Errorf("no certificate named; expected at least one of %s", listed(p.issued))
	}
	if _, err := p.ChainOf(names...); err != nil {
		return tls.Certificate{}, err
	}
	if p.issued[names[0]].Key == nil {
		return tls.Certificate{}, fmt.Errorf("the key of %q is not in the PKI: %w", names[0], errShared)
	}
	return p.tlsCertificate(names, p.issued[names[0]].Key), nil
}

// tlsCertificate puts certificates and a key together.
func (p *PKI) tlsCertificate(names []string, key crypto.Signer) tls.Certificate {
	out := tls.Certificate{Certificate: p.ders(names), PrivateKey: key}
	if len(names) > 0 {
		out.Leaf = p.issued[names[0]].Parsed
	}
	return out
}

// ClientTLSCertificate returns the recipe's certificate for a client, with its
// issuers below the trust anchor. The bool is false if the recipe names none.
func (p *PKI) ClientTLSCertificate() (tls.Certificate, bool) {
	if p.recipe.Client == "" {
		return tls.Certificate{}, false
	}
	return p.tlsCertificate(p.clientChain(), p.issued[p.recipe.Client].Key), true
}

// clientChain names the client's certificate and its issuers below the trust
// anchor.
func (p *PKI) clientChain() []string {
	names := []string{p.recipe.Client}
	for {
		issuer := p.recipe.issuer(names[len(names)-1])
		if p.recipe.issuer(issuer) == issuer || slices.Contains(p.recipe.Trust, issuer) {
			return names
		}
		names = append(names, issuer)
	}
}

// Roots returns the trust anchors for clients. Those that crypto/x509 cannot
// parse are left out.
func (p *PKI) Roots() *x509.CertPool { return p.pool(p.recipe.Trust) }

// RootsOf returns the trust anchors of one of the recipe's trust sets, or those
// of [PKI.Roots] if set is empty.
func (p *PKI) RootsOf(set string) (*x509.CertPool, error) {
	if set == "" {
		return p.Roots(), nil
	}
	names, ok := p.recipe.TrustSets[set]
	if !ok {
		return nil, fmt.Errorf("%q is not a trust set of the recipe: %s", set, listed(p.recipe.TrustSets))
	}
	return p.pool(names), nil
}

// pool makes a pool of certificates.
func (p *PKI) pool(names []string) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, name := range names {
		if c := p.issued[name].Parsed; c != nil {
			pool.AddCert(c)
		}
	}
	return pool
}

package engine

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"time"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/scenarios"
)

// Sendmail's words for a client certificate (op.me, "verify").
const (
	VerifyOK   = "OK"   // verified
	VerifyNo   = "NO"   // asked for, none presented
	VerifyNot  = "NOT"  // not asked for
	VerifyFail = "FAIL" // presented, not verified
	VerifyNone = "NONE" // no TLS
)

var errClientCertificate = errors.New("client certificate refused")

// clientPolicy is what a peer does about client certificates.
type clientPolicy struct {
	mode        scenarios.ClientCertificateMode
	authorities *x509.CertPool
	trust       *x509.CertPool
	now         func() time.Time
}

func newClientPolicy(c scenarios.ClientCertificate, pki *certgen.PKI, now func() time.Time) (clientPolicy, error) {
	p := clientPolicy{mode: c.Mode, trust: x509.NewCertPool(), now: now}
	if err := addAll(p.trust, c.Trust, pki); err != nil {
		return p, err
	}
	if len(c.Authorities) == 0 && c.Unrelated == 0 {
		return p, nil
	}
	p.authorities = x509.NewCertPool()
	for i := range c.Unrelated {
		p.authorities.AddCert(unrelatedAuthority(i))
	}
	return p, addAll(p.authorities, c.Authorities, pki)
}

// unrelatedAuthority is an authority that does not exist, of which only the
// name is ever sent.
func unrelatedAuthority(i int) *x509.Certificate {
	name := pkix.Name{
		Country: []string{"ZZ"}, Organization: []string{"Unrelated Trust Services TEST ONLY"},
		CommonName: fmt.Sprintf("Unrelated Root Certification Authority %d", i+1),
	}
	subject, err := asn1.Marshal(name.ToRDNSequence())
	if err != nil {
		panic(err) // a fixed name that cannot fail
	}
	return &x509.Certificate{Raw: subject, RawSubject: subject}
}

func addAll(pool *x509.CertPool, names []string, pki *certgen.PKI) error {
	for _, name := range names {
		issued := pki.Certificate(name)
		if issued == nil || issued.Parsed == nil {
			return fmt.Errorf("no usable certificate named %q in the PKI", name)
		}
		pool.AddCert(issued.Parsed)
	}
	return nil
}

func (p clientPolicy) asks() bool     { return p.mode != scenarios.ClientCertificateIgnore && p.mode != "" }
func (p clientPolicy) required() bool { return p.mode == scenarios.ClientCertificateRequire }

// configure asks for a certificate. What comes is judged by check, since
// crypto/tls would refuse what we only want to record.
func (p clientPolicy) configure(c *tls.Config) {
	switch {
	case p.required():
		c.ClientAuth = tls.RequireAnyClientCert
	case p.asks():
		c.ClientAuth = tls.RequestClientCert
	}
	c.ClientCAs = p.authorities
}

// unanswered is the word as long as no Certificate message came.
func (p clientPolicy) unanswered() string {
	if p.asks() {
		return VerifyNo
	}
	return VerifyNot
}

// check notes a client's Certificate message and refuses it if the peer does.
func (p clientPolicy) check(raw [][]byte, r *Result) error {
	r.CertificateAnswered, r.CertificatePresented = true, len(raw) > 0
	chain := make([]*x509.Certificate, 0, len(raw))
	for _, der := range raw {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return fmt.Errorf("%w: %w", errClientCertificate, err)
		}
		chain = append(chain, c)
	}
	p.judge(chain, r)
	switch {
	case p.mode == scenarios.ClientCertificateReject && len(chain) > 0:
		return fmt.Errorf("%w: none is wanted", errClientCertificate)
	case p.mode == scenarios.ClientCertificateEnforce && r.Verify != VerifyOK:
		return fmt.Errorf("%w: it does not lead to a trusted authority", errClientCertificate)
	}
	return nil
}

// judge finds sendmail's word for a chain.
func (p clientPolicy) judge(chain []*x509.Certificate, r *Result) {
	r.PeerCertificates = chain
	if len(chain) == 0 {
		r.Verify = VerifyNo
		return
	}
	intermediates := x509.NewCertPool()
	for _, c := range chain[1:] {
		intermediates.AddCert(c)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{
		Roots: p.trust, Intermediates: intermediates, CurrentTime: p.now(),
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	r.Verify = VerifyOK
	if err != nil {
		r.Verify = VerifyFail
	}
}

package engine

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
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

// clientPolicy is what a peer does about client certificates.
type clientPolicy struct {
	mode        scenarios.ClientCertificateMode
	authorities *x509.CertPool
	// subjects are those of authorities, as they are sent.
	subjects [][]byte
	trust    *x509.CertPool
	// anchors are what is in trust.
	anchors []*x509.Certificate
	now     func() time.Time
}

func newClientPolicy(c scenarios.ClientCertificate, pki *certgen.PKI, now func() time.Time) (clientPolicy, error) {
	p := clientPolicy{mode: c.Mode, trust: x509.NewCertPool(), now: now}
	var err error
	if p.anchors, err = certificatesOf(c.Trust, pki); err != nil {
		return p, err
	}
	for _, anchor := range p.anchors {
		p.trust.AddCert(anchor)
	}
	var authorities []*x509.Certificate
	for i := range c.Unrelated {
		authorities = append(authorities, unrelatedAuthority(i))
	}
	named, err := certificatesOf(c.Authorities, pki)
	if authorities = append(authorities, named...); len(authorities) > 0 {
		p.authorities = x509.NewCertPool()
	}
	for _, a := range authorities {
		p.authorities.AddCert(a)
		p.subjects = append(p.subjects, a.RawSubject)
	}
	return p, err
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

// certificatesOf finds certificates of the PKI by their names.
func certificatesOf(names []string, pki *certgen.PKI) ([]*x509.Certificate, error) {
	var list []*x509.Certificate
	for _, name := range names {
		issued := pki.Certificate(name)
		if issued == nil || issued.Parsed == nil {
			return nil, fmt.Errorf("no usable certificate named %q in the PKI", name)
		}
		list = append(list, issued.Parsed)
	}
	return list, nil
}

func (p clientPolicy) asks() bool { return p.mode != scenarios.ClientCertificateIgnore && p.mode != "" }
func (p clientPolicy) required() bool {
	return p.mode == scenarios.ClientCertificateRequire || p.mode == scenarios.ClientCertificateEnforce
}

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

// check notes a client's Certificate message and says why the peer refuses it;
// nil if it does not. That a certificate is required is not for this to say.
func (p clientPolicy) check(raw [][]byte, r *Result) *refusal {
	r.CertificateAnswered, r.CertificatePresented = true, len(raw) > 0
	chain := make([]*x509.Certificate, 0, len(raw))
	for _, der := range raw {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			r.PeerCertificates, r.Verify = chain, VerifyFail
			return p.refuses(&refusal{alertBadCertificate, err})
		}
		chain = append(chain, c)
	}
	wrong := p.judge(chain, r)
	if len(chain) == 0 {
		return nil
	}
	return p.refuses(wrong)
}

// verify is check for an engine that needs no more than the alert.
func (p clientPolicy) verify(raw [][]byte) (alert uint8, err error) {
	if wrong := p.check(raw, &Result{}); wrong != nil {
		return uint8(wrong.alert), wrong //nolint:gosec // alerts have 8 bits
	}
	return 0, nil
}

// refuses is the refusal of a certificate that came, which is wrong, or nil if
// the peer takes it all the same.
func (p clientPolicy) refuses(wrong *refusal) *refusal {
	switch p.mode {
	case scenarios.ClientCertificateEnforce:
		return wrong
	case scenarios.ClientCertificateReject:
		return &refusal{alertBadCertificate, errNoneWanted}
	}
	return nil
}

// judge finds sendmail's word for a chain, and what is wrong with it; nil if
// nothing is, or if it is empty.
func (p clientPolicy) judge(chain []*x509.Certificate, r *Result) *refusal {
	r.PeerCertificates = chain
	if len(chain) == 0 {
		r.Verify = VerifyNo
		return nil
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
	if err == nil {
		return nil
	}
	r.Verify = VerifyFail
	return p.explain(chain, err)
}

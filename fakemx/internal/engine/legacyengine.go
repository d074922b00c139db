package engine

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/fakemx/internal/engine/legacy"
	"github.com/fakemx/fakemx/internal/tlsnames"
	"github.com/fakemx/fakemx/scenarios"
)

// legacyEngine conducts TLS that crypto/tls has no more.
type legacyEngine struct {
	config *legacy.Config
	client clientPolicy
}

var legacySchemes = map[scenarios.SignatureScheme]tls.SignatureScheme{
	"":                     0,
	scenarios.RSAPKCS1MD5:  legacy.PKCS1WithMD5,
	scenarios.RSAPKCS1SHA1: legacy.PKCS1WithSHA1,
	scenarios.ECDSASHA1:    legacy.ECDSAWithSHA1,
}

func newLegacy(t scenarios.TLS, pki *certgen.PKI, certificate tls.Certificate, o Options) (*legacyEngine, error) {
	minVersion, err := tlsnames.Version(t.MinVersion)
	if err != nil {
		return nil, err
	}
	maxVersion, err := tlsnames.Version(t.MaxVersion)
	if err != nil {
		return nil, err
	}
	if t.WithoutSNI != nil || t.MaxClientHello > 0 || t.VersionIntolerant {
		return nil, errors.New("the legacy engine has no without_sni, max_client_hello and version_intolerant; leave them out")
	}
	scheme, ok := legacySchemes[t.Legacy.SignatureScheme]
	if !ok {
		return nil, fmt.Errorf("unknown signature scheme %q", t.Legacy.SignatureScheme)
	}
	client, err := newClientPolicy(t.ClientCertificate, pki, o.Now)
	if err != nil {
		return nil, err
	}
	c := &legacy.Config{
		// The healthy peer's bound of TLS 1.3 is beyond this engine.
		MinVersion: minVersion, MaxVersion: min(maxVersion, legacy.VersionTLS12),
		Certificate: certificate, DHPrimeBits: t.Legacy.DHPrimeBits, SignatureScheme: scheme,
		NoSecureRenegotiation:    t.Legacy.NoSecureRenegotiation,
		RequestClientCertificate: client.asks(), RequireClientCertificate: client.required(),
		ClientAuthorities: client.subjects, VerifyClientCertificate: client.verify,
		NoCloseNotify: !t.CloseNotify, Time: o.Now,
	}
	for _, name := range t.Groups {
		id, err := tlsnames.Group(name)
		if err != nil {
			return nil, err
		}
		c.Groups = append(c.Groups, id)
	}
	for _, name := range t.CipherSuites {
		id, err := legacy.SuiteID(name)
		if err != nil {
			return nil, err
		}
		c.CipherSuites = append(c.CipherSuites, id)
	}
	return &legacyEngine{config: c, client: client}, c.Check()
}

// beforeWrite is a connection on which something is done before the first
// octet is sent. If that fails, nothing is ever sent.
type beforeWrite struct {
	net.Conn
	do   func() error
	done bool
	err  error
}

func (b *beforeWrite) Write(p []byte) (int, error) {
	if !b.done {
		b.done = true
		b.err = b.do()
	}
	if b.err != nil {
		return 0, b.err
	}
	return b.Conn.Write(p)
}

// Handshake implements Engine.
func (e *legacyEngine) Handshake(ctx context.Context, conn net.Conn, h Hooks) (net.Conn, *Result) {
	var inner *legacy.Conn
	var hooked *Result
	inner = legacy.Server(&beforeWrite{Conn: conn, do: func() error {
		hooked = e.result(inner.State())
		if h.ClientHello == nil || hooked.ClientHello == nil {
			return nil
		}
		return h.ClientHello(hooked)
	}}, e.config)
	err := inner.HandshakeContext(ctx)
	r := e.result(inner.State())
	if hooked != nil && hooked.Alert() != nil {
		r.setAlert(*hooked.Alert())
	}
	if err != nil {
		r.Err = err
		r.ByClient = endedByClient(err, r)
		return nil, r
	}
	r.Completed = true
	return inner, r
}

func (e *legacyEngine) result(s legacy.State) *Result {
	r := &Result{Verify: e.client.unanswered(), Group: s.Group, CipherSuite: s.CipherSuiteName}
	if s.Version != 0 {
		r.Version = tlsnames.VersionText(s.Version)
	}
	r.Bits = suiteBits(r.CipherSuite)
	if s.ClientHello != nil {
		r.ClientHello = legacyHello(s.ClientHello)
	}
	if a := s.SentAlert; a != nil {
		r.setAlert(Alert{Code: int(a.Code)})
	}
	if a := s.ReceivedAlert; a != nil {
		r.setAlert(Alert{Code: int(a.Code), FromClient: true})
	}
	r.CertificateRequested = s.ClientCertificateRequested
	if s.PeerCertificates != nil {
		_ = e.client.check(s.PeerCertificates, r) // the engine has refused it already, if anybody does
	}
	return r
}

func legacyHello(h *legacy.ClientHello) *ClientHello {
	return &ClientHello{
		ServerName: h.ServerName, Versions: h.Versions, CipherSuites: h.CipherSuites, Groups: h.Groups, ALPN: h.ALPN, Bytes: h.Bytes,
	}
}

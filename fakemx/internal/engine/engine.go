// Package engine conducts the peer's side of TLS and notes what the client
// said on the way: its hello, its alerts, its certificates.
package engine

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/fakemx/internal/engine/legacy"
	"github.com/fakemx/fakemx/scenarios"
)

// An Engine does handshakes for one peer. It is safe for concurrent use.
type Engine interface {
	// Handshake conducts the handshake on conn and returns the connection
	// inside TLS. The Result is never nil, whether or not it completed; the
	// connection is nil if it did not. The engine never closes conn, unless
	// ctx ends.
	Handshake(ctx context.Context, conn net.Conn, h Hooks) (net.Conn, *Result)
}

// Hooks are called in the course of a handshake, or say which one it is. All may
// be left out.
type Hooks struct {
	// ClientHello is called when the ClientHello has come, before anything is
	// sent. An error ends the handshake without a further octet.
	ClientHello func(*Result) error
	// Session is the number of the session, from 1, for what changes with it.
	Session int
}

// Result is what a handshake showed. It may change after the handshake, when
// an alert comes late; its methods are safe for concurrent use.
type Result struct {
	// ClientHello is nil if none came.
	ClientHello *ClientHello
	// Completed: our side finished.
	Completed bool
	// Version is "TLSv1.3"; CipherSuite and Group are IANA names. Empty if
	// they were not agreed on.
	Version     string
	CipherSuite string
	// Bits is the strength of the cipher's key.
	Bits    int
	Group   string
	Resumed bool
	// Alternate: the peer's other chain was to be served.
	Alternate bool
	// Err is why the handshake did not complete.
	Err error
	// Remark is what is to be said of a handshake that completed; empty if there
	// is nothing.
	Remark string
	// ByClient: it was the client that ended the handshake.
	ByClient bool
	// CertificateRequested: a CertificateRequest was sent.
	CertificateRequested bool
	// CertificateAnswered: the client's Certificate message came, of zero
	// length unless CertificatePresented.
	CertificateAnswered bool
	// CertificatePresented: at least one certificate came, readable or not.
	CertificatePresented bool
	// PeerCertificates are what came, as far as it can be read.
	PeerCertificates []*x509.Certificate
	// Verify is sendmail's word for the client certificate.
	Verify string

	mu    sync.Mutex
	alert *Alert
}

// ClientHello is what a client offered.
type ClientHello struct {
	ServerName   string
	Versions     []uint16
	CipherSuites []uint16
	Groups       []tls.CurveID
	ALPN         []string
	Bytes        int
}

// Alert is the last alert of a connection other than close_notify; nil if
// there was none.
func (r *Result) Alert() *Alert {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.alert
}

func (r *Result) setAlert(a Alert) {
	if a.Code == alertCloseNotify {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.alert = &a
}

// SendAlert sends a fatal alert in clear on conn and notes it.
func (r *Result) SendAlert(conn net.Conn, code int) error {
	r.setAlert(Alert{Code: code})
	_, err := conn.Write([]byte{recordAlert, 3, 3, 0, 2, levelFatal, byte(code)}) //nolint:gosec // alerts have 8 bits
	return err
}

// NoteError keeps the alert of an error that a read or write in TLS returned,
// and reports whether it is ours, for something that the client did wrong. A TLS
// 1.3 client's verdict comes that way, after the handshake. An alert of ours
// replaces none: what we answer to a client's alert is no news.
func (r *Result) NoteError(err error) (ours bool) {
	if code, ok := remoteAlert(err); ok {
		r.setAlert(Alert{Code: code, FromClient: true})
		return false
	}
	if a, ok := errors.AsType[*legacy.AlertError](err); ok {
		r.setAlert(Alert{Code: int(a.Alert.Code), FromClient: a.Received})
		return !a.Received
	}
	code, ours := ownAlert(err)
	if ours && r.Alert() == nil {
		r.setAlert(Alert{Code: code})
	}
	return ours
}

// Options are what an engine needs besides the peer and its PKI.
type Options struct {
	// Certificate is served in place of the PKI's chain; nil for the PKI's.
	Certificate *tls.Certificate
	// Now is the clock of certificate checks; nil for time.Now.
	Now func() time.Time
}

// New returns the engine for a peer. The PKI must be built from the peer's
// recipe.
func New(t scenarios.TLS, pki *certgen.PKI, o Options) (Engine, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	certificate := pki.TLSCertificate()
	if o.Certificate != nil {
		certificate = *o.Certificate
	}
	e, err := newOne(t, pki, certificate, pki.Recipe().Send, o)
	if err != nil || t.Alternate == nil {
		return e, err
	}
	return newAlternating(e, t, pki, o)
}

// newOne returns the engine for a peer that serves one certificate, whose chain
// has these names in the PKI.
func newOne(t scenarios.TLS, pki *certgen.PKI, certificate tls.Certificate, chain []string, o Options) (Engine, error) {
	if t.Staple != "" {
		staple, err := stapleFor(t.Staple, chain, pki, o.Now)
		if err != nil {
			return nil, err
		}
		certificate.OCSPStaple = staple
	}
	if t.Legacy != nil {
		return newLegacy(t, pki, certificate, o)
	}
	return newStandard(t, pki, certificate, o)
}

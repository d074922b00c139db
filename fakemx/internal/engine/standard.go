package engine

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/fakemx/internal/engine/recordedit"
	"github.com/fakemx/fakemx/internal/tlsnames"
	"github.com/fakemx/fakemx/scenarios"
)

// standard is the engine on crypto/tls.
type standard struct {
	config      *tls.Config
	certificate tls.Certificate
	without     *withoutSNI
	client      clientPolicy
	limits      helloLimits
	records     *recordEdits  // nil if records go out as they are
	dotted      *legacyEngine // for a server_name that ends in a dot; nil if there is none
	closeNotify bool
}

// withoutSNI is the other answer to a client whose server_name does not help.
type withoutSNI struct {
	certificate tls.Certificate
	alert       int
	leaf        *x509.Certificate // what server_name should be for
}

func newStandard(t scenarios.TLS, pki *certgen.PKI, certificate tls.Certificate, o Options) (*standard, error) {
	e := &standard{certificate: certificate, closeNotify: t.CloseNotify}
	if err := e.configure(t, o.Now); err != nil {
		return nil, err
	}
	if t.Records != nil {
		records, err := newRecordEdits(*t.Records, e.config)
		if err != nil {
			return nil, err
		}
		e.records = records
	}
	if t.WithoutSNI != nil {
		if err := e.configureSNI(*t.WithoutSNI, pki); err != nil {
			return nil, err
		}
	}
	client, err := newClientPolicy(t.ClientCertificate, pki, o.Now)
	if err != nil {
		return nil, err
	}
	e.client = client
	client.configure(e.config)
	e.dotted = dottedEngine(t, pki, certificate, o)
	return e, nil
}

func (e *standard) configure(t scenarios.TLS, now func() time.Time) error {
	minVersion, err := tlsnames.Version(t.MinVersion)
	if err != nil {
		return err
	}
	maxVersion, err := tlsnames.Version(t.MaxVersion)
	if err != nil {
		return err
	}
	e.config = &tls.Config{
		MinVersion:             minVersion,
		MaxVersion:             maxVersion,
		NextProtos:             t.ALPN,
		SessionTicketsDisabled: !t.SessionTickets,
		Time:                   now,
	}
	e.limits = helloLimits{octets: t.MaxClientHello}
	if t.VersionIntolerant {
		e.limits.version = maxVersion
	}
	for _, name := range t.CipherSuites {
		suite, err := tlsnames.Suite(name)
		if err != nil {
			return err
		}
		e.config.CipherSuites = append(e.config.CipherSuites, suite.ID)
	}
	for _, name := range t.Groups {
		id, err := tlsnames.Group(name)
		if err != nil {
			return err
		}
		e.config.CurvePreferences = append(e.config.CurvePreferences, id)
	}
	e.config.GetConfigForClient = e.onClientHello
	e.config.GetCertificate = e.chooseCertificate
	return nil
}

func (e *standard) configureSNI(w scenarios.WithoutSNI, pki *certgen.PKI) error {
	e.without = &withoutSNI{}
	if len(e.certificate.Certificate) > 0 {
		// A leaf that Go cannot read matches no server_name.
		e.without.leaf, _ = x509.ParseCertificate(e.certificate.Certificate[0])
	}
	if w.Alert != "" {
		code, ok := tlsnames.Alert(w.Alert)
		if !ok {
			return fmt.Errorf("unknown alert %q", w.Alert)
		}
		e.without.alert = code
		return nil
	}
	certificate, err := pki.TLSCertificateOf(w.Send...)
	if err != nil {
		return err
	}
	e.without.certificate = certificate
	return nil
}

// helps reports whether a server_name leads to the right certificate.
func (w *withoutSNI) helps(name string) bool {
	return name != "" && w.leaf != nil && w.leaf.VerifyHostname(name) == nil
}

// How crypto/tls says that it refused a Certificate message, of zero length or
// one with which it cannot deal: it calls no callback then and exports no error.
const (
	zeroLengthRefused = "didn't provide a certificate"
	unreadableRefused = "failed to parse client certificate"
	largeKeyRefused   = "client sent certificate containing RSA key larger than"
	unknownKeyRefused = "client certificate contains an unsupported public key"
)

var errAlertSent = errors.New("answered with an alert")

// onClientHello notes the hello and gives every connection a configuration
// whose callbacks know it.
func (e *standard) onClientHello(chi *tls.ClientHelloInfo) (*tls.Config, error) {
	t, ok := chi.Conn.(*tap)
	if !ok {
		return nil, fmt.Errorf("unexpected connection type %T", chi.Conn)
	}
	t.heard()
	t.result.ClientHello = helloOf(chi, t.helloN)
	if err := e.limits.check(chi, t); err != nil {
		return nil, err
	}
	if hook := t.hooks.ClientHello; hook != nil {
		if err := hook(t.result); err != nil {
			t.muted = true
			return nil, err
		}
	}
	if w := e.without; w != nil && w.alert != 0 && !w.helps(chi.ServerName) {
		return nil, errors.Join(errAlertSent, t.sendAlert(w.alert))
	}
	if !e.client.asks() {
		return nil, nil
	}
	return e.asking(t), nil
}

// asking is a configuration that judges the client's certificate, and refuses it
// with an alert that says what is wrong.
func (e *standard) asking(t *tap) *tls.Config {
	config := t.config.Clone()
	sealer := &recordedit.AlertSealer{}
	config.KeyLogWriter = sealer.KeyLog()
	if t.config.KeyLogWriter != nil {
		config.KeyLogWriter = io.MultiWriter(t.config.KeyLogWriter, sealer.KeyLog())
	}
	var refused *refusal
	config.VerifyPeerCertificate = func(raw [][]byte, _ [][]*x509.Certificate) error {
		refused = e.client.check(raw, t.result)
		return nil
	}
	config.VerifyConnection = func(s tls.ConnectionState) error {
		if refused == nil {
			return nil
		}
		return errors.Join(refused, t.refuse(refused.alert, s, sealer))
	}
	return config
}

func (e *standard) chooseCertificate(chi *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if w := e.without; w != nil && w.alert == 0 && !w.helps(chi.ServerName) {
		return &w.certificate, nil
	}
	return &e.certificate, nil
}

// Handshake implements Engine.
func (e *standard) Handshake(ctx context.Context, conn net.Conn, h Hooks) (net.Conn, *Result) {
	r := &Result{Verify: e.client.unanswered()}
	t := newTap(conn, r, h)
	t.config = e.config
	if e.records != nil {
		t.Conn, t.config = e.records.under(conn, e.config)
	}
	inner := tls.Server(t, t.config)
	err := inner.HandshakeContext(ctx)
	if err != nil && t.unheard {
		hello := readHello(t.read)
		if e.dotted.takes(hello) {
			return e.dotted.resume(ctx, conn, t.read, h)
		}
		r.ClientHello = hello
		t.heard()
	}
	t.watch.Store(nil)
	t.hooks = Hooks{} // which would keep the connection in clear
	e.fill(r, inner.ConnectionState())
	// A resumed session repeats no CertificateRequest.
	r.CertificateRequested = e.client.asks() && t.certificates && !r.Resumed
	if err != nil {
		r.Err = r.reason(err)
		if endsInDot(r.ClientHello) {
			r.Err = fmt.Errorf("%s: %w", dotRemark(r.ClientHello), r.Err)
		}
		if e.client.asks() {
			noteRefusal(r, err.Error(), inner.ConnectionState().PeerCertificates)
		}
		r.ByClient = endedByClient(err, r)
		e.records.blame(r)
		return nil, r
	}
	r.Completed = true
	e.records.blame(r)
	return &tlsConn{Conn: inner, raw: t.Conn, result: r, closeNotify: e.closeNotify}, r
}

func (e *standard) fill(r *Result, s tls.ConnectionState) {
	if s.Version != 0 {
		r.Version = tlsnames.VersionText(s.Version)
	}
	if s.CipherSuite != 0 {
		r.CipherSuite = tlsnames.SuiteText(s.CipherSuite)
		r.Bits = suiteBits(r.CipherSuite)
	}
	r.Group = tlsnames.GroupText(s.CurveID)
	r.Resumed = s.DidResume
	if s.DidResume && len(s.PeerCertificates) > 0 {
		r.CertificatePresented = true
		_ = e.client.judge(s.PeerCertificates, r) // the first session was judged
	}
}

// noteRefusal notes a Certificate message that crypto/tls refused by itself; the
// chain is what it made of it.
func noteRefusal(r *Result, text string, chain []*x509.Certificate) {
	says := func(words string) bool { return strings.Contains(text, words) }
	switch {
	case says(zeroLengthRefused):
		r.CertificateAnswered = true
	case says(unreadableRefused), says(largeKeyRefused), says(unknownKeyRefused):
		r.CertificateAnswered, r.CertificatePresented, r.Verify = true, true, VerifyFail
		r.PeerCertificates = chain
	}
}

// endedByClient tells a client that went away or sent an alert from a fault
// that we found.
func endedByClient(err error, r *Result) bool {
	if a := r.Alert(); a != nil {
		return a.FromClient
	}
	return errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) ||
		errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, os.ErrDeadlineExceeded)
}

// tlsConn is a connection inside TLS that can end without close_notify and
// notes alerts that come after the handshake.
type tlsConn struct {
	*tls.Conn
	raw         net.Conn
	result      *Result
	closeNotify bool
}

func (c *tlsConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if err != nil {
		c.result.NoteError(err)
	}
	return n, err
}

// CloseWrite sends close_notify, if the peer is one that does.
func (c *tlsConn) CloseWrite() error {
	if c.closeNotify {
		return c.Conn.CloseWrite()
	}
	return nil
}

// Close ends TLS, with close_notify if the peer is one that sends it, and the
// connection below.
func (c *tlsConn) Close() error {
	if c.closeNotify {
		return c.Conn.Close()
	}
	return c.raw.Close()
}

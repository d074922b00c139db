package fakemx

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"sync"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/fakemx/fakemx/fakemx/internal/auth"
	"github.com/fakemx/fakemx/fakemx/internal/engine"
	"github.com/fakemx/fakemx/fakemx/internal/front"
	"github.com/fakemx/fakemx/fakemx/internal/trace"
	"github.com/fakemx/fakemx/fakemx/store"
)

// backend is what go-smtp calls for a session's clear or TLS part.
type backend struct {
	server *Server
	smtp   *smtp.Conn
	conn   *front.Conn
	record *recorder

	authenticated bool

	trace *trace.Form // nil before the first MAIL

	// For BDAT, go-smtp calls Data from a goroutine of its own, and may reset
	// before that has begun.
	mu          sync.Mutex
	transaction *transaction // nil outside of one
}

// transaction is what MAIL and RCPT have said.
type transaction struct {
	index    int // in the record
	envelope store.Envelope
	trace    *trace.Form // as of MAIL
}

var errNoFront = errors.New("connection did not come through the front")

func (s *Server) newBackend(c *smtp.Conn) (smtp.Session, error) {
	conn, ok := c.Conn().(*front.Conn)
	if !ok {
		return nil, errNoFront
	}
	return &backend{server: s, smtp: c, conn: conn, record: conn.Observer().(*recorder)}, nil
}

// AuthMechanisms implements smtp.AuthSession. The front announces them itself.
func (b *backend) AuthMechanisms() []string { return nil }

// Auth implements smtp.AuthSession.
func (b *backend) Auth(mechanism string) (sasl.Server, error) {
	o := b.server.authOptions(b.conn.TLS())
	o.Report = func(mechanism, identity string, ok bool) {
		b.authenticated = ok
		b.record.authenticated(mechanism, identity, ok, b.conn.TLS() == nil)
	}
	if !slices.Contains(auth.Mechanisms(b.server.peer.SMTP.Auth.Mechanisms, o), mechanism) {
		return nil, smtp.ErrAuthUnknownMechanism
	}
	b.record.authenticated(mechanism, "", false, b.conn.TLS() == nil) // so far
	return auth.New(mechanism, o)
}

// authOptions are what authentication knows of a connection.
func (s *Server) authOptions(r *engine.Result) auth.Options {
	o := auth.Options{Users: s.config.Users, AcceptAny: s.peer.SMTP.Auth.Bait}
	if r != nil && r.Verify == engine.VerifyOK {
		o.ClientCertificate = r.PeerCertificates[0]
	}
	return o
}

// Replies to MAIL with REQUIRETLS where it is not offered.
var (
	errNeedsTLS = &smtp.SMTPError{
		Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0},
		Message: "REQUIRETLS needs TLS, issue a STARTTLS command first",
	}
	errNoREQUIRETLS = &smtp.SMTPError{
		Code: 555, EnhancedCode: smtp.EnhancedCode{5, 5, 4},
		Message: "REQUIRETLS is not offered in this session",
	}
)

// Mail implements smtp.Session.
func (b *backend) Mail(from string, o *smtp.MailOptions) error {
	if refusal := b.refusesREQUIRETLS(); o.RequireTLS && refusal != nil {
		b.record.attempted()
		return refusal
	}
	from = b.conn.Mailbox(from)
	t := &transaction{
		envelope: store.Envelope{
			SessionID: b.record.s.ID, Scenario: b.record.s.Scenario, QueueID: b.server.newQueueID(),
			From: from, Size: o.Size,
		},
	}
	t.trace = b.traceForm(o.UTF8)
	t.index = b.record.begin(Transaction{
		From: from, To: []string{}, InClear: b.conn.TLS() == nil, RequireTLS: o.RequireTLS, QueueID: t.envelope.QueueID,
	})
	b.setTransaction(t)
	return nil
}

// refusesREQUIRETLS is the reply to MAIL with REQUIRETLS; nil if it is taken.
// It has no meaning in clear, even where it is offered there.
func (b *backend) refusesREQUIRETLS() error {
	switch {
	case b.conn.TLS() == nil:
		return errNeedsTLS
	case !b.server.peer.SMTP.OffersREQUIRETLS(true):
		return errNoREQUIRETLS
	}
	return nil
}

func (b *backend) setTransaction(t *transaction) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.transaction = t
	b.conn.SetTransaction(t != nil)
}

// Rcpt implements smtp.Session. Every recipient is taken: nothing is relayed.
func (b *backend) Rcpt(to string, _ *smtp.RcptOptions) error {
	t, to := b.transaction, b.conn.Mailbox(to)
	t.envelope.To = append(t.envelope.To, to)
	b.record.recipient(t.index, to)
	return nil
}

// Reset implements smtp.Session: the transaction is over.
func (b *backend) Reset() { b.setTransaction(nil) }

// Logout implements smtp.Session: the connection is over.
func (b *backend) Logout() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.transaction = nil
	return nil
}

// Data implements smtp.Session: the message is stored before it is answered,
// unless a fault refuses it at the dot.
func (b *backend) Data(message io.Reader) error {
	k := b.server.calls.begin(b.record.s.ID, true)
	if k == nil {
		return smtp.ErrDataReset
	}
	defer b.ended(k)
	b.mu.Lock()
	t := b.transaction
	b.mu.Unlock()
	if t == nil {
		return smtp.ErrDataReset // it was reset before we came here
	}
	if text := b.conn.Text(); text != nil {
		message = text
	}
	e := t.envelope
	e.Received = b.stamp(t)
	h := b.server.recording.repeats.hash(e)
	if h != nil {
		message = io.TeeReader(message, h)
	}
	size, err := b.store(k, e, message)
	if errors.Is(err, errRefusedAtDot) {
		b.record.update(t.index, func(r *Transaction) { r.Size = size })
		return queued(e) // the fault's reply takes its place
	}
	if err != nil {
		var failed storeError
		if !errors.As(err, &failed) {
			return err
		}
		_, _ = io.Copy(io.Discard, message)
		b.record.Text(front.Event, fmt.Sprintf("message not stored: %v", failed.error))
		return storeReply(failed.error)
	}
	b.record.accepted(t.index, size, b.conn.TLS() == nil)
	if h != nil {
		b.record.stored(digest(h.Sum(nil)))
	}
	return queued(e)
}

// queued is the reply to a message that was stored.
func queued(e store.Envelope) error {
	return &smtp.SMTPError{
		Code: 250, EnhancedCode: smtp.EnhancedCode{2, 0, 0}, Message: "OK: queued as " + e.QueueID,
	}
}

// errRefusedAtDot says that a message came whole, and that a fault refuses it.
var errRefusedAtDot = errors.New("message is refused at the dot")

// ended ends the calls for a message. If the store has left the goroutine, a
// panic tells go-smtp, which would wait for a result for ever.
func (b *backend) ended(k *call) {
	k.end()
	if k.left {
		text := "message not stored: the store exited its goroutine"
		b.record.Text(front.Event, text)
		panic(text)
	}
}

// store keeps a message, unless it is refused at the dot (errRefusedAtDot). An
// error of the store itself is a storeError.
func (b *backend) store(k *call, e store.Envelope, message io.Reader) (int64, error) {
	w, err := b.create(k, e)
	if err != nil {
		return 0, storeError{err}
	}
	size, err := copyMessage(storeWriter{k, w}, e.Received, message)
	if err == nil && b.conn.Abandoned() {
		err = smtp.ErrDataReset
	}
	if err == nil && b.conn.RefusesMessage() {
		err = errRefusedAtDot
	}
	if err != nil {
		return size, errors.Join(err, k.do(inAbort, w.Abort))
	}
	if err := k.do(inCommit, w.Commit); err != nil {
		return 0, storeError{err}
	}
	return size, nil
}

// create begins a message in the store.
func (b *backend) create(k *call, e store.Envelope) (w store.Writer, err error) {
	err = k.do(inCreate, func() error {
		w, err = b.server.store.Create(e)
		return err
	})
	if err == nil && (w == nil || isNil(w)) {
		err = k.misconduct("Store.Create returned neither a Writer nor an error", nil)
	}
	return w, err
}

// storeError is an error of the store, as opposed to one of the client.
type storeError struct{ error }

// storeWriter writes to the store.
type storeWriter struct {
	call *call
	to   store.Writer
}

func (w storeWriter) Write(p []byte) (n int, err error) {
	err = w.call.do(inWrite, func() error {
		n, err = w.to.Write(p)
		return err
	})
	if err == nil && n != len(p) {
		err = io.ErrShortWrite // which io.Copy finds, but an io.WriterTo may not
	}
	n = max(0, min(n, len(p)))
	if err != nil {
		err = storeError{err}
	}
	return n, err
}

// copyBuffers are what messages pass through on their way into the store, which
// thus gets a message of the usual length in one write, the trace field with it.
var copyBuffers = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, 32<<10) }}

func copyMessage(into io.Writer, received string, message io.Reader) (int64, error) {
	b := copyBuffers.Get().(*bufio.Writer)
	defer func() {
		b.Reset(nil)
		copyBuffers.Put(b)
	}()
	b.Reset(into)
	if _, err := b.WriteString(received); err != nil {
		return 0, err
	}
	size, err := io.Copy(b, message)
	if err != nil {
		return size, err
	}
	return size, b.Flush()
}

// stamp makes the trace field of a transaction and records it.
func (b *backend) stamp(t *transaction) (received string) {
	path := ""
	if to := t.envelope.To; len(to) == 1 {
		path = to[0]
	}
	received = t.trace.Received(t.envelope.QueueID, path, b.server.now())
	b.record.update(t.index, func(r *Transaction) { r.Received, r.With = received, t.trace.With() })
	return received
}

// traceForm is the form of a transaction's trace field. It is made at MAIL, in
// go-smtp's goroutine for the connection, and used again as long as the client
// says nothing new of itself.
func (b *backend) traceForm(utf8 bool) *trace.Form {
	f := trace.Facts{
		HELO: b.smtp.Hostname(), ESMTP: b.conn.ESMTP(), UTF8: utf8, Authenticated: b.authenticated,
		RemoteIP: remoteIP(b.conn.RemoteAddr()), Hostname: b.server.peer.Hostname,
	}
	if b.trace != nil {
		f.TLS = b.trace.Of().TLS // does not change
	} else {
		f.TLS = tlsFacts(b.conn.TLS())
	}
	if b.trace == nil || b.trace.Of() != f {
		b.trace = trace.NewForm(f, b.server.peer.Trace)
	}
	return b.trace
}

// tlsFacts are what is to be traced of a handshake; nil if there was none.
func tlsFacts(r *engine.Result) *trace.TLSFacts {
	if r == nil {
		return nil
	}
	f := &trace.TLSFacts{Version: r.Version, CipherSuite: r.CipherSuite, Group: r.Group, Bits: r.Bits, Verify: r.Verify}
	if len(r.PeerCertificates) > 0 {
		f.ClientSubject = r.PeerCertificates[0].Subject.CommonName
		f.ClientIssuer = r.PeerCertificates[0].Issuer.CommonName
	}
	return f
}

func remoteIP(a net.Addr) netip.Addr {
	if tcp, ok := a.(*net.TCPAddr); ok {
		return tcp.AddrPort().Addr().Unmap()
	}
	return netip.Addr{}
}

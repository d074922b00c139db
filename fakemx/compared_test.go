package fakemx

import (
	"fmt"
	"io"
	"log"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/fakemx/store"
	"github.com/fakemx/fakemx/scenarios"
)

// A subject is a server that takes streams, one after the other.
type subject struct {
	listener *scriptedListener
	end      error // of every stream
	// over waits for the end of the connection and everything it brought.
	over func(*scriptedConn)

	mu   sync.Mutex
	kept []delivery
}

func (s *subject) keep(d delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = append(s.kept, d)
}

// take returns what became of a stream.
func (s *subject) take(stream []byte, step int) result {
	s.mu.Lock()
	s.kept = nil
	s.mu.Unlock()
	conn := newScriptedConn(stream, step, s.end)
	s.listener.conns <- conn
	s.over(conn)
	s.mu.Lock()
	defer s.mu.Unlock()
	return result{deliveries: s.kept, replies: conn.said()}
}

// newFronted is go-smtp behind the front.
func newFronted(tb testing.TB) *subject {
	tb.Helper()
	ended := make(chan struct{})
	s := &subject{listener: newScriptedListener(), end: io.EOF, over: func(*scriptedConn) { <-ended }}
	server := Start(tb, clearPeer(), func(c *Config) {
		c.Store, c.MaxSessions, c.Keys = keeping{s}, -1, certgen.SeededKeys("differential")
		c.MaxMessageBytes, c.MaxRecipients = comparedMessage, comparedRecipients
		c.OnSession = func(Session) { ended <- struct{}{} }
	})
	server.serving.Go(func() { _ = server.inner.Serve(server.front.Accepting(s.listener, false)) })
	tb.Cleanup(func() { _ = s.listener.Close() })
	return s
}

// plainly takes from a peer what bare go-smtp is not to be held against: the
// trace field, and BINARYMIME, which it may remember from a MAIL that it
// refused.
func plainly(p *scenarios.Peer) {
	p.Trace.Absent = true
	p.SMTP.Extensions = slices.DeleteFunc(p.SMTP.Extensions, func(e string) bool { return e == "BINARYMIME" })
}

// clearPeer is the healthy peer, played plainly and without STARTTLS.
func clearPeer() scenarios.Scenario {
	sc := scenarios.MustGet("healthy").With(func(p *scenarios.Peer) {
		plainly(p)
		p.SMTP.StartTLS.Offer = scenarios.Nowhere
	})
	sc.Facts = scenarios.Facts{Offers: scenarios.No, Completes: scenarios.No, Authentic: scenarios.No}
	return sc
}

// keeping is a store that keeps what is committed.
type keeping struct{ subject *subject }

func (k keeping) Create(e store.Envelope) (store.Writer, error) {
	return &keepingWriter{subject: k.subject, envelope: e}, nil
}

type keepingWriter struct {
	strings.Builder
	subject  *subject
	envelope store.Envelope
}

func (w *keepingWriter) Commit() error {
	to := slices.Clone(w.envelope.To)
	for i := range to {
		to[i] = unquoted(to[i])
	}
	w.subject.keep(delivery{unquoted(w.envelope.From), to, w.String()})
	return nil
}

// unquoted is a mailbox as go-smtp hands it to a back end, without the quotes of
// its local part.
func unquoted(mailbox string) string {
	if !strings.HasPrefix(mailbox, `"`) {
		return mailbox
	}
	var out strings.Builder
	for i := 1; i < len(mailbox); i++ {
		switch mailbox[i] {
		case '"':
			return out.String() + mailbox[i+1:]
		case '\\':
			i++
		}
		out.WriteByte(mailbox[i])
	}
	return mailbox
}

func (w *keepingWriter) Abort() error { return nil }

// newBare is go-smtp by itself.
func newBare(tb testing.TB) *subject {
	tb.Helper()
	s := &subject{listener: newScriptedListener(), end: errVanished, over: func(c *scriptedConn) { <-c.closed }}
	server := bareServer(s)
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(s.listener) })
	tb.Cleanup(func() {
		_ = s.listener.Close()
		serving.Wait()
	})
	return s
}

func bareServer(s *subject) *smtp.Server {
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &bareSession{subject: s}, nil }))
	server.Domain = "localhost"
	server.MaxLineLength = 0 // the front has limits of its own
	server.MaxMessageBytes, server.MaxRecipients = comparedMessage, comparedRecipients
	server.EnableSMTPUTF8, server.EnableDSN = true, true
	server.ErrorLog = log.New(io.Discard, "", 0)
	return server
}

// bareSession is a back end as go-smtp's documentation shows it.
type bareSession struct {
	subject *subject

	mu   sync.Mutex // go-smtp calls Data from a goroutine of its own
	open bool
	next delivery
}

func (s *bareSession) Mail(from string, _ *smtp.MailOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open {
		return &smtp.SMTPError{Code: 503, EnhancedCode: smtp.EnhancedCode{5, 5, 1}, Message: "Nested MAIL command"}
	}
	s.open, s.next = true, delivery{from: from}
	return nil
}

func (s *bareSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next.to = append(s.next.to, to)
	return nil
}

func (s *bareSession) Data(r io.Reader) error {
	s.mu.Lock()
	d := s.next
	s.mu.Unlock()
	text, err := io.ReadAll(r)
	if err != nil {
		return fmt.Errorf("message breaks off: %w", err)
	}
	d.text = string(text)
	s.subject.keep(d)
	return nil
}

func (s *bareSession) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = false
}

func (s *bareSession) Logout() error { return nil }

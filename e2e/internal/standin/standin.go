// Package standin is a plain SMTP server with STARTTLS that shares no code with
// fakemx, so that what the end-to-end tests measure with can be tested first.
package standin

import (
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"sync"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// The only credentials that a Server takes.
const (
	User     = "joe"
	Password = "secret"
)

// Options says in what a Server differs from a sound one.
type Options struct {
	// LeafOnly leaves the intermediate certificate out of the chain.
	LeafOnly bool
	// NoTLS does not offer STARTTLS.
	NoTLS bool
	// Implicit begins TLS with the first byte.
	Implicit bool
}

// A Message is a message that was taken.
type Message struct {
	From, To string
	TLS      bool
	User     string
	Text     string
}

// A Server takes mail for localhost and mx.standin.test on a loopback address.
type Server struct {
	// Addr is host:port. CAFile is the root to trust, as PEM.
	Addr   string
	CAFile string

	mu       sync.Mutex
	messages []Message
}

// TB is what Start needs of a test.
type TB interface {
	Helper()
	Cleanup(func())
	TempDir() string
	Fatalf(format string, args ...any)
}

// Start starts a Server that ends with the test.
func Start(t TB, options Options) *Server {
	t.Helper()
	chain, caFile, err := makeChain(t.TempDir())
	if err != nil {
		t.Fatalf("stand-in: %v", err)
	}
	if options.LeafOnly {
		chain.Certificate = chain.Certificate[:1]
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("stand-in: %v", err)
	}
	s := &Server{Addr: listener.Addr().String(), CAFile: caFile}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{server: s, conn: c}, nil
	}))
	server.Domain = "mx.standin.test"
	server.ErrorLog = log.New(io.Discard, "", 0)
	config := &tls.Config{Certificates: []tls.Certificate{chain}, MinVersion: tls.VersionTLS12}
	if options.Implicit {
		listener = tls.NewListener(listener, config)
	} else if !options.NoTLS {
		server.TLSConfig = config
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		_ = listener.Close() // which the server may not have come to know yet
		<-done
	})
	return s
}

// Messages returns what was taken so far.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Message(nil), s.messages...)
}

type session struct {
	server  *Server
	conn    *smtp.Conn
	message Message
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != User || password != Password {
			return errors.New("wrong credentials")
		}
		s.message.User = user
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.message.From = from
	_, s.message.TLS = s.conn.TLSConnectionState()
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.message.To = to
	return nil
}

func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.message.Text = string(text)
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.messages = append(s.server.messages, s.message)
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

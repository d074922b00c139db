package recordedit

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"reflect"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/fakemx/fakemx/fakemx/internal/engine/enginetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// certificates are such that every suite can be had.
func certificates() []tls.Certificate {
	return []tls.Certificate{enginetest.RSA(), enginetest.ECDSA()}
}

// A server is crypto/tls above a Conn.
type server struct {
	edits  Edits
	config tls.Config
}

// ofVersion is a server of one version of TLS.
func ofVersion(version uint16, edits Edits) *server {
	return &server{edits: edits, config: tls.Config{
		MinVersion: version, MaxVersion: version, SessionTicketsDisabled: version == tls.VersionTLS12,
	}}
}

// open puts the server on a connection.
func (s *server) open(conn net.Conn) *tls.Conn {
	edited := New(conn, s.edits)
	config := s.config.Clone()
	config.Certificates = certificates()
	config.KeyLogWriter = edited.KeyLog()
	return tls.Server(edited, config)
}

// served is how one connection went.
type served struct {
	err   error // of the handshake
	read  error // of what came then; nil for close_notify
	state tls.ConnectionState
	alert int // the client's last alert; -1 if there was none
}

// serve takes one connection and echoes until the client closes.
func (s *server) serve(t *testing.T) (addr string, wait func() served) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	done := make(chan served, 1)
	go func() { done <- s.serveOne(l) }()
	return l.Addr().String(), func() served {
		l.Close() // a client that never came is not waited for
		select {
		case got := <-done:
			return got
		case <-time.After(enginetest.Patience):
			t.Fatal("the server does not end")
			return served{}
		}
	}
}

func (s *server) serveOne(l net.Listener) served {
	raw, err := l.Accept()
	if err != nil {
		return served{err: err}
	}
	_ = raw.SetDeadline(time.Now().Add(enginetest.Patience))
	conn := s.open(raw)
	defer conn.Close()
	got := served{err: conn.HandshakeContext(context.Background()), state: conn.ConnectionState()}
	if got.err == nil {
		got.read = echo(conn)
	} else {
		// A reset could overtake what was sent last.
		_ = raw.(*net.TCPConn).CloseWrite()
		_, _ = io.Copy(io.Discard, raw)
	}
	got.alert = clientAlert(errors.Join(got.err, got.read))
	return got
}

// echo returns what the client sends.
func echo(conn *tls.Conn) error {
	_, err := io.Copy(conn, struct{ io.Reader }{conn})
	return err
}

func goClient() *tls.Config {
	return &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}
}

// talk connects, exchanges the payload both ways and closes.
func talk(addr string, c *tls.Config) error {
	raw, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer raw.Close()
	_ = raw.SetDeadline(time.Now().Add(enginetest.Patience))
	conn := tls.Client(raw, c)
	if err := conn.HandshakeContext(context.Background()); err != nil {
		return err
	}
	sent := make(chan error, 1)
	go func() {
		_, err := conn.Write(enginetest.Payload)
		sent <- err
	}()
	got := make([]byte, len(enginetest.Payload))
	_, err = io.ReadFull(conn, got)
	if err == nil && !bytes.Equal(got, enginetest.Payload) {
		err = errors.New("the echo is not what was sent")
	}
	if err != nil {
		raw.Close() // ends the write too
		return errors.Join(err, ignore(<-sent))
	}
	return errors.Join(<-sent, conn.Close())
}

// ignore is nil: a write fails as it likes once the connection is given up.
func ignore(error) error { return nil }

// clientAlert is the alert inside an error of crypto/tls, whose type is not
// exported; -1 if there is none.
func clientAlert(err error) int {
	op, ok := errors.AsType[*net.OpError](err)
	if !ok || op.Op != "remote error" {
		return -1
	}
	return int(reflect.ValueOf(op.Err).Uint())
}

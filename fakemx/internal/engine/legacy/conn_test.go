package legacy

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"
)

// connected returns both ends of a connection on which the handshake is done.
func connected(t *testing.T, c *Config) (*tls.Conn, *Conn) {
	t.Helper()
	near, far := net.Pipe()
	server := Server(far, c)
	t.Cleanup(func() { far.Close(); near.Close() })
	done := make(chan error, 1)
	go func() { done <- server.HandshakeContext(context.Background()) }()
	client := tls.Client(near, goClient())
	if err := errors.Join(client.HandshakeContext(context.Background()), <-done); err != nil {
		t.Fatal(err)
	}
	return client, server
}

func TestCloseWrite(t *testing.T) {
	client, server := connected(t, config(t, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"))
	go func() { _ = server.CloseWrite() }()
	if _, err := client.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("client reads %v, want the end", err)
	}
	if _, err := server.Write([]byte("x")); !errors.Is(err, errShutdown) {
		t.Errorf("write behind CloseWrite: %v", err)
	}
	go func() { _, _ = client.Write([]byte("later")) }()
	got := make([]byte, 5)
	if _, err := io.ReadFull(server, got); err != nil || string(got) != "later" {
		t.Errorf("read behind CloseWrite: %q, %v", got, err)
	}
}

func TestCloseWriteTooEarly(t *testing.T) {
	near, far := net.Pipe()
	defer near.Close()
	server := Server(far, config(t, "TLS_RSA_WITH_AES_128_CBC_SHA"))
	if err := server.CloseWrite(); err == nil {
		t.Error("CloseWrite before the handshake succeeds")
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
}

// TestDeadline: a read that timed out is repeated, a write is not.
func TestDeadline(t *testing.T) {
	client, server := connected(t, config(t, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"))
	past, never := time.Unix(1, 0), time.Time{}
	_ = server.SetReadDeadline(past)
	if _, err := server.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("read: %v", err)
	}
	_ = server.SetDeadline(never)
	go func() { _, _ = client.Write([]byte("later")) }()
	got := make([]byte, 5)
	if _, err := io.ReadFull(server, got); err != nil || string(got) != "later" {
		t.Errorf("read again: %q, %v", got, err)
	}
	_ = server.SetWriteDeadline(past)
	for range 2 {
		if _, err := server.Write([]byte("x")); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("write: %v", err)
		}
		_ = server.SetWriteDeadline(never)
	}
}

// TestCloseDuringWrite: a client that does not read cannot hold Close up.
func TestCloseDuringWrite(t *testing.T) {
	_, server := connected(t, config(t, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"))
	done := make(chan error, 1)
	started := &startedConn{Conn: server.conn, started: make(chan struct{})}
	server.out.dst = started
	go func() {
		_, err := server.Write([]byte("nobody reads this"))
		done <- err
	}()
	<-started.started
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	if err := <-done; err == nil {
		t.Error("the write succeeds")
	}
}

// startedConn tells when a write begins.
type startedConn struct {
	net.Conn
	started chan struct{}
}

func (s *startedConn) Write(p []byte) (int, error) {
	close(s.started)
	return s.Conn.Write(p)
}

func TestAddresses(t *testing.T) {
	near, far := net.Pipe()
	defer near.Close()
	server := Server(far, config(t, "TLS_RSA_WITH_AES_128_CBC_SHA"))
	defer server.Close()
	if server.LocalAddr() != far.LocalAddr() || server.RemoteAddr() != far.RemoteAddr() {
		t.Error("not the addresses of the connection below")
	}
}

// TestClock: ServerHello.random begins with the time.
func TestClock(t *testing.T) {
	c := config(t, puppetSuite)
	c.Time = func() time.Time { return time.Unix(0x01020304, 0) }
	c.Rand = ones{}
	p, conn, wait := puppetServer(t, c)
	if err := p.sayHello(); err != nil {
		t.Fatal(err)
	}
	conn.Close()
	wait()
	if want := append([]byte{1, 2, 3, 4}, bytes.Repeat([]byte{1}, 28)...); !bytes.Equal(p.server, want) {
		t.Errorf("ServerHello.random is %x, want %x", p.server, want)
	}
}

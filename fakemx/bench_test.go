package fakemx_test

import (
	"crypto/tls"
	"io"
	"net"
	"net/smtp"
	"strings"
	"testing"

	gosmtp "github.com/emersion/go-smtp"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/fakemx/store"
	"github.com/fakemx/fakemx/scenarios"
)

// fourKiB is a message of 4 KiB.
var fourKiB = strings.Repeat(strings.Repeat("x", 62)+"\r\n", 64)

// bare is go-smtp without anything of ours: what a peer costs on top of it is
// what the front, the records and the trace field cost.
type bare struct{}

func (bare) NewSession(*gosmtp.Conn) (gosmtp.Session, error) { return bareSession{}, nil }

type bareSession struct{}

func (bareSession) Reset()                                 {}
func (bareSession) Logout() error                          { return nil }
func (bareSession) Mail(string, *gosmtp.MailOptions) error { return nil }
func (bareSession) Rcpt(string, *gosmtp.RcptOptions) error { return nil }
func (bareSession) Data(r io.Reader) (err error)           { _, err = io.Copy(io.Discard, r); return err }

// startBare returns the address of a bare server with the peer's certificate.
func startBare(b *testing.B, peer *fakemx.Server) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	s := gosmtp.NewServer(bare{})
	s.Domain = "localhost"
	s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{peer.PKI().TLSCertificate()}, MinVersion: tls.VersionTLS12}
	go func() { _ = s.Serve(l) }()
	b.Cleanup(func() { _ = s.Close() })
	return l.Addr().String()
}

func startPeer(b *testing.B) *fakemx.Server {
	return fakemx.Start(b, scenarios.MustGet("healthy"), func(c *fakemx.Config) { c.Store = new(store.Discard) })
}

// both runs a benchmark against both servers.
func both(b *testing.B, run func(*testing.B, string, *fakemx.Server)) {
	peer := startPeer(b)
	addr := startBare(b, peer)
	b.Run("go-smtp", func(b *testing.B) { run(b, addr, peer) })
	b.Run("fakemx", func(b *testing.B) { run(b, peer.Addr(), peer) })
}

// BenchmarkMessage sends messages of 4 KiB in clear over one connection.
func BenchmarkMessage(b *testing.B) {
	both(b, func(b *testing.B, addr string, _ *fakemx.Server) {
		c := newBenchClient(b, addr)
		defer c.Close()
		b.SetBytes(int64(len(fourKiB)))
		b.ReportAllocs()
		for b.Loop() {
			transactMessage(b, c)
		}
	})
}

// BenchmarkSTARTTLS connects, begins TLS and sends a message of 4 KiB, each
// time anew.
func BenchmarkSTARTTLS(b *testing.B) {
	both(b, func(b *testing.B, addr string, peer *fakemx.Server) {
		config := peer.ClientTLS()
		b.ReportAllocs()
		for b.Loop() {
			c := newBenchClient(b, addr)
			if err := c.StartTLS(config); err != nil {
				b.Fatal(err)
			}
			transactMessage(b, c)
			if err := c.Quit(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func newBenchClient(b *testing.B, addr string) *smtp.Client {
	b.Helper()
	c, err := smtp.Dial(addr)
	if err != nil {
		b.Fatal(err)
	}
	if err := c.Hello("client.example.test"); err != nil {
		b.Fatal(err)
	}
	return c
}

func transactMessage(b *testing.B, c *smtp.Client) {
	b.Helper()
	if err := c.Mail("a@example.test"); err != nil {
		b.Fatal(err)
	}
	if err := c.Rcpt("b@example.test"); err != nil {
		b.Fatal(err)
	}
	w, err := c.Data()
	if err != nil {
		b.Fatal(err)
	}
	if _, err := io.WriteString(w, fourKiB); err != nil {
		b.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
}

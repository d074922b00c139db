package recordedit

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

var versions = []uint16{tls.VersionTLS12, tls.VersionTLS13}

// each runs a test for both versions.
func each(t *testing.T, test func(t *testing.T, version uint16)) {
	t.Helper()
	for _, version := range versions {
		t.Run(tls.VersionName(version), func(t *testing.T) { test(t, version) })
	}
}

// harmless are edits that no client may notice.
var harmless = map[string]Edits{
	"none":      {},
	"fragments": {FragmentHandshake: 7},
	"octets":    {FragmentHandshake: 1},
	"pause":     {Pauses: []Pause{{At: AfterFinished}, {At: BeforeServerHello}, {At: BeforeData}}},
}

func TestHarmless(t *testing.T) {
	for name, edits := range harmless {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, version uint16) {
				s := ofVersion(version, edits)
				addr, wait := s.serve(t)
				if err := talk(addr, goClient()); err != nil {
					t.Error(err)
				}
				if got := wait(); got.err != nil || got.read != nil || got.state.Version != version {
					t.Errorf("server: %v, %v, version %#x", got.err, got.read, got.state.Version)
				}
			})
		})
	}
}

// TestSuites: all AEAD suites of TLS 1.2 can be edited. Those of TLS 1.3 are
// the client's choice; OpenSSL makes each.
func TestSuites(t *testing.T) {
	for id := range suites {
		if id>>8 == 0x13 {
			continue
		}
		t.Run(tls.CipherSuiteName(id), func(t *testing.T) {
			s := ofVersion(tls.VersionTLS12, harmless["fragments"])
			s.config.CipherSuites = []uint16{id}
			addr, wait := s.serve(t)
			client := goClient()
			client.CipherSuites = s.config.CipherSuites
			if err := talk(addr, client); err != nil {
				t.Error(err)
			}
			if got := wait(); got.state.CipherSuite != id {
				t.Errorf("suite %s, %v", tls.CipherSuiteName(got.state.CipherSuite), got.err)
			}
		})
	}
}

// chopped gives what is written to a connection on in small pieces.
type chopped struct{ net.Conn }

func (c chopped) Write(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		m, err := c.Conn.Write(p[n:min(len(p), n+11)])
		n += m
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// TestChopped: it does not matter how crypto/tls writes its records.
func TestChopped(t *testing.T) {
	each(t, func(t *testing.T, version uint16) {
		near, far := net.Pipe()
		defer near.Close()
		edited := New(far, Edits{FragmentHandshake: 5})
		s := ofVersion(version, Edits{})
		s.config.Certificates, s.config.KeyLogWriter = certificates(), edited.KeyLog()
		done := make(chan error, 1)
		go func() {
			conn := tls.Server(chopped{edited}, &s.config)
			_, err := conn.Write([]byte("hello"))
			done <- errors.Join(err, conn.Close())
		}()
		got, err := io.ReadAll(tls.Client(near, goClient()))
		if err := errors.Join(err, <-done); err != nil || string(got) != "hello" {
			t.Errorf("got %q, %v", got, err)
		}
	})
}

// TestHelloRetry: there are two ServerHello messages, the first without keys.
func TestHelloRetry(t *testing.T) {
	s := ofVersion(tls.VersionTLS13, Edits{FragmentHandshake: 1})
	s.config.CurvePreferences = []tls.CurveID{tls.CurveP521}
	addr, wait := s.serve(t)
	if err := talk(addr, goClient()); err != nil {
		t.Error(err)
	}
	if got := wait(); !got.state.HelloRetryRequest {
		t.Errorf("no HelloRetryRequest, %v", got.err)
	}
}

// TestResumption: TLS 1.3 logs the secrets of a resumed handshake, TLS 1.2 does
// not.
func TestResumption(t *testing.T) {
	each(t, func(t *testing.T, version uint16) {
		s := ofVersion(version, Edits{FragmentHandshake: 3})
		s.config.SessionTicketsDisabled = false
		s.config.SetSessionTicketKeys([][32]byte{{1}})
		client := goClient()
		client.ServerName = "localhost"
		client.ClientSessionCache = tls.NewLRUClientSessionCache(1)
		addr, wait := s.serve(t)
		if err := talk(addr, client); err != nil {
			t.Fatal(err)
		}
		wait()
		addr, wait = s.serve(t)
		err := talk(addr, client)
		got := wait()
		if version == tls.VersionTLS13 {
			if err != nil || !got.state.DidResume {
				t.Errorf("client: %v, server: %v, resumed: %v", err, got.err, got.state.DidResume)
			}
			return
		}
		if err == nil || got.err == nil || !strings.Contains(got.err.Error(), "no CLIENT_RANDOM in the key log") {
			t.Errorf("client: %v, server: %v", err, got.err)
		}
	})
}

func TestRefused(t *testing.T) {
	tests := []struct {
		name    string
		version uint16
		suite   uint16
		want    string
	}{
		{"cbc", tls.VersionTLS12, tls.TLS_RSA_WITH_AES_128_CBC_SHA, "with AES-GCM or ChaCha20-Poly1305, got TLS_RSA_WITH_AES_128_CBC_SHA"},
		{"tls 1.1", tls.VersionTLS11, tls.TLS_RSA_WITH_AES_128_CBC_SHA, "expected TLS 1.2 or 1.3, got TLS 1.1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := ofVersion(tt.version, Edits{})
			s.config.CipherSuites = []uint16{tt.suite}
			addr, wait := s.serve(t)
			client := goClient()
			client.MinVersion, client.CipherSuites = tls.VersionTLS10, s.config.CipherSuites
			if err := talk(addr, client); err == nil {
				t.Error("the handshake completes")
			}
			if got := wait(); got.err == nil || !strings.Contains(got.err.Error(), tt.want) {
				t.Errorf("server: %v", got.err)
			}
		})
	}
}

// TestNoKeyLog: it is said what was forgotten.
func TestNoKeyLog(t *testing.T) {
	each(t, func(t *testing.T, version uint16) {
		near, far := net.Pipe()
		s := ofVersion(version, Edits{})
		s.config.Certificates = certificates()
		done := make(chan error, 1)
		go func() {
			defer far.Close()
			done <- tls.Server(New(far, Edits{}), &s.config).HandshakeContext(context.Background())
		}()
		_ = tls.Client(near, goClient()).HandshakeContext(context.Background())
		near.Close()
		if err := <-done; err == nil || !strings.Contains(err.Error(), "is Config.KeyLogWriter this connection's KeyLog") {
			t.Errorf("got %v", err)
		}
	})
}

// TestPause: what stands before a pause comes, what stands behind it waits for
// the clock.
func TestPause(t *testing.T) {
	each(t, func(t *testing.T, version uint16) {
		near, far := net.Pipe()
		defer near.Close()
		sent := &recorder{Conn: far}
		clock := make(chan time.Time)
		asked := make(chan time.Duration)
		s := ofVersion(version, Edits{
			Pauses: []Pause{{BeforeCertificate, time.Hour}},
			After:  func(d time.Duration) <-chan time.Time { asked <- d; return clock },
		})
		done := make(chan error, 2)
		server := s.open(sent)
		go func() { done <- tls.Client(near, goClient()).HandshakeContext(context.Background()) }()
		go func() { done <- server.HandshakeContext(context.Background()) }()
		if d := <-asked; d != time.Hour {
			t.Errorf("the pause lasts %v", d)
		}
		hello, rest := cutRecord(sent.octets)
		if hello == nil || hello[recordHeaderLen] != messageServerHello {
			t.Errorf("sent before the pause: %x", sent.octets)
		}
		if next, _ := cutRecord(rest); next != nil && next[0] != typeChangeCipherSpec {
			t.Errorf("sent before the pause, too: a record of type %d", next[0])
		}
		clock <- time.Time{}
		if err := errors.Join(<-done, <-done); err != nil {
			t.Error(err)
		}
	})
}

// recorder keeps what is written.
type recorder struct {
	net.Conn
	octets []byte
}

func (r *recorder) Write(p []byte) (int, error) {
	r.octets = append(r.octets, p...)
	return r.Conn.Write(p)
}

// TestPauseEnds: Close ends a pause.
func TestPauseEnds(t *testing.T) {
	near, far := net.Pipe()
	defer near.Close()
	asked := make(chan struct{})
	edited := New(far, Edits{
		Pauses: []Pause{{BeforeServerHello, time.Hour}},
		After:  func(time.Duration) <-chan time.Time { close(asked); return nil },
	})
	s := ofVersion(tls.VersionTLS13, Edits{})
	s.config.Certificates, s.config.KeyLogWriter = certificates(), edited.KeyLog()
	ctx, cancel := context.WithCancel(context.Background())
	go func() { _ = tls.Client(near, goClient()).HandshakeContext(context.Background()) }()
	go func() { <-asked; cancel() }()
	if err := tls.Server(edited, &s.config).HandshakeContext(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestDowngradeCanary: Go's client looks at the canary if it could do TLS 1.3,
// and completes if it could not.
func TestDowngradeCanary(t *testing.T) {
	for _, highest := range versions {
		s := ofVersion(tls.VersionTLS12, Edits{})
		s.config.Rand = DowngradeCanary(rand.Reader)
		addr, wait := s.serve(t)
		client := goClient()
		client.MaxVersion = highest
		err := talk(addr, client)
		got := wait()
		if highest == tls.VersionTLS12 && err != nil || highest == tls.VersionTLS13 && got.alert != 47 {
			t.Errorf("%s: client: %v, its alert %d", tls.VersionName(highest), err, got.alert)
		}
	}
}

package engine

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/scenarios"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noon is when all these handshakes happen.
var noon = time.Date(2026, time.June, 1, 12, 0, 0, 0, time.UTC)

func now() time.Time { return noon }

// testPKI is the healthy PKI with more client certificates.
var testPKI = sync.OnceValue(func() *certgen.PKI {
	r := scenarios.Healthy().PKI
	issue := func(name, issuer string, edit func(*certgen.Certificate)) {
		c := &certgen.Certificate{
			Issuer: issuer, Subject: certgen.Subject{CommonName: name}, ExtendedKeyUsages: []string{"clientAuth"},
		}
		edit(c)
		r.Certificates[name] = c
	}
	issue("client-intermediate", "client-ca", func(c *certgen.Certificate) { c.CA, c.ExtendedKeyUsages = true, nil })
	issue("client-below", "client-intermediate", func(*certgen.Certificate) {})
	issue("client-untrusted", "root", func(*certgen.Certificate) {})
	issue("client-expired", "client-ca", func(c *certgen.Certificate) {
		c.NotBefore, c.NotAfter = certgen.Days(-3), certgen.Days(-1)
	})
	issue("client-early", "client-ca", func(c *certgen.Certificate) {
		c.NotBefore, c.NotAfter = certgen.Days(1), certgen.Days(3)
	})
	issue("client-intermediate-expired", "client-ca", func(c *certgen.Certificate) {
		c.CA, c.ExtendedKeyUsages, c.NotBefore, c.NotAfter = true, nil, certgen.Days(-3), certgen.Days(-1)
	})
	issue("client-below-expired", "client-intermediate-expired", func(*certgen.Certificate) {})
	issue("client-broken", "client-ca", func(c *certgen.Certificate) { c.CorruptSignature = true })
	issue("client-critical", "client-ca", func(c *certgen.Certificate) {
		c.Extensions = []certgen.Extension{{OID: "1.3.6.1.4.1.32473.1", Critical: true}}
	})
	issue("client-wrong-usage", "client-ca", func(c *certgen.Certificate) { c.ExtendedKeyUsages = []string{"serverAuth"} })
	issue("leaf-rsa", "intermediate", func(c *certgen.Certificate) {
		c.Key, c.ExtendedKeyUsages, c.DNSNames = certgen.RSA2048, nil, []string{"localhost"}
	})
	pki, err := certgen.Build(r, certgen.Options{
		Now: now, Keys: certgen.SeededKeys("engine"),
		Vars: map[string][]string{
			"{hostname}": {"mx.fakemx.test"}, "{scenario}": {"engine"}, "{names}": nil, "{addresses}": nil,
		},
	})
	if err != nil {
		panic(err)
	}
	return pki
})

// peerTLS is the healthy peer's TLS, of one version if that is not empty,
// after an edit.
func peerTLS(name string, edit func(*scenarios.TLS)) scenarios.TLS {
	t := scenarios.Healthy().TLS
	if version := scenarios.TLSVersion(name); version != "" {
		t.MinVersion, t.MaxVersion = version, version
	}
	if edit != nil {
		edit(&t)
	}
	return t
}

func newEngine(t *testing.T, peer scenarios.TLS) Engine {
	t.Helper()
	e, err := New(peer, testPKI(), Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// clientTLS is the configuration of a client that trusts the peer.
func clientTLS() *tls.Config {
	return &tls.Config{
		RootCAs: testPKI().Roots(), ServerName: "localhost", Time: now,
		MinVersion: tls.VersionTLS10,
	}
}

// sockets are the two ends of a connection on loopback.
func sockets(t *testing.T) (peer, client *net.TCPConn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	p, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(20 * time.Second) // of a test gone wrong
	_, _ = c.SetDeadline(deadline), p.SetDeadline(deadline)
	t.Cleanup(func() { _, _ = c.Close(), p.Close() })
	return p.(*net.TCPConn), c.(*net.TCPConn)
}

// meet lets a client do as it likes with a peer, which reads what follows the
// handshake until the client ends it.
func meet(t *testing.T, e Engine, client func(*net.TCPConn)) *Result {
	t.Helper()
	return meetWith(t, e, Hooks{}, client)
}

func meetWith(t *testing.T, e Engine, h Hooks, client func(*net.TCPConn)) *Result {
	t.Helper()
	p, c := sockets(t)
	var over sync.WaitGroup
	over.Go(func() {
		client(c)
		_ = c.Close()
	})
	wire, r := e.Handshake(context.Background(), p, h)
	if r == nil {
		t.Fatal("the result is nil")
	}
	if (wire != nil) != r.Completed || (r.Err == nil) != r.Completed {
		t.Errorf("completed is %v, the connection is %v and the error %v", r.Completed, wire, r.Err)
	}
	if wire != nil {
		_, err := io.Copy(io.Discard, wire)
		if err != nil {
			r.NoteError(err)
		}
		_ = wire.Close()
	}
	_ = p.CloseWrite()
	over.Wait()
	return r
}

// talk is a client that does a handshake and takes its leave. It returns how
// that ended for it.
func talk(conn net.Conn, config *tls.Config) error {
	c := tls.Client(conn, config)
	if err := c.Handshake(); err != nil {
		return err
	}
	if err := c.CloseWrite(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, c)
	return err
}

func checkAlert(t *testing.T, r *Result, want string) {
	t.Helper()
	got := "none"
	if a := r.Alert(); a != nil {
		got = "peer " + a.Name()
		if a.FromClient {
			got = "client " + a.Name()
		}
	}
	if got != want {
		t.Errorf("alert: %s, want %s", got, want)
	}
}

func TestNewRefusesWhatItCannotPlay(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func(*scenarios.TLS){
		"minimum version": func(p *scenarios.TLS) { p.MinVersion = "2.0" },
		"maximum version": func(p *scenarios.TLS) { p.MaxVersion = "1.4" },
		"suite":           func(p *scenarios.TLS) { p.CipherSuites = []string{"TLS_NO_SUCH_SUITE"} },
		"group":           func(p *scenarios.TLS) { p.Groups = []string{"x25518"} },
		"alert":           func(p *scenarios.TLS) { p.WithoutSNI = &scenarios.WithoutSNI{Alert: "panic"} },
		"alternate":       func(p *scenarios.TLS) { p.Alternate = &scenarios.Alternate{Send: []string{"nobody"}, Every: 2} },
		"certificate":     func(p *scenarios.TLS) { p.WithoutSNI = &scenarios.WithoutSNI{Send: []string{"nobody"}} },
		"trust":           func(p *scenarios.TLS) { p.ClientCertificate.Trust = []string{"nobody"} },
		"authorities":     func(p *scenarios.TLS) { p.ClientCertificate.Authorities = []string{"nobody"} },
		"legacy minimum": func(p *scenarios.TLS) {
			p.Legacy, p.MinVersion = &scenarios.Legacy{}, ""
		},
		"legacy maximum": func(p *scenarios.TLS) {
			p.Legacy, p.MaxVersion = &scenarios.Legacy{}, ""
		},
		"legacy suite": func(p *scenarios.TLS) {
			p.Legacy, p.CipherSuites = &scenarios.Legacy{}, []string{"TLS_AES_128_GCM_SHA256"}
		},
		"legacy without suites": func(p *scenarios.TLS) { p.Legacy = &scenarios.Legacy{} },
		"legacy scheme":         func(p *scenarios.TLS) { p.Legacy = &scenarios.Legacy{SignatureScheme: "rot13"} },
		"legacy trust": func(p *scenarios.TLS) {
			p.MaxVersion, p.Legacy, p.CipherSuites = "1.2", &scenarios.Legacy{}, []string{"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"}
			p.ClientCertificate = scenarios.ClientCertificate{Mode: scenarios.ClientCertificateRequest, Trust: []string{"nobody"}}
		},
	} {
		if _, err := New(peerTLS("", edit), testPKI(), Options{}); err == nil {
			t.Errorf("%s: accepted, want an error", name)
		}
	}
}

func TestHandshakeShowsWhatWasAgreed(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		edit                  func(*scenarios.TLS)
		version, suite, group string
		bits                  int
	}{
		"1.3": {func(p *scenarios.TLS) { p.Groups = []string{"x25519"} }, "TLSv1.3", "TLS_AES_128_GCM_SHA256", "x25519", 128},
		"1.2": {
			func(p *scenarios.TLS) { p.MaxVersion, p.Groups = "1.2", []string{"secp256r1"} },
			"TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "secp256r1", 128,
		},
		"chosen suite": {
			func(p *scenarios.TLS) {
				p.MaxVersion, p.Groups = "1.2", []string{"secp384r1"}
				p.CipherSuites = []string{"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"}
			},
			"TLSv1.2", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "secp384r1", 256,
		},
		"1.0": {
			func(p *scenarios.TLS) { p.MinVersion, p.MaxVersion, p.Groups = "1.0", "1.0", []string{"secp521r1"} },
			"TLSv1.0", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "secp521r1", 128,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var failed error
			r := meet(t, newEngine(t, peerTLS("", tt.edit)), func(c *net.TCPConn) { failed = talk(c, clientTLS()) })
			if failed != nil || !r.Completed {
				t.Fatalf("client %v, peer %v", failed, r.Err)
			}
			if r.Version != tt.version || r.CipherSuite != tt.suite || r.Group != tt.group || r.Bits != tt.bits {
				t.Errorf("got %s %s %s %d", r.Version, r.CipherSuite, r.Group, r.Bits)
			}
			checkAlert(t, r, "none")
		})
	}
}

func TestNoCommonVersion(t *testing.T) {
	t.Parallel()
	config := clientTLS()
	config.MaxVersion = tls.VersionTLS12
	e := newEngine(t, peerTLS("1.3", func(p *scenarios.TLS) {
		p.ClientCertificate.Mode = scenarios.ClientCertificateRequest
	}))
	r := meet(t, e, func(c *net.TCPConn) { _ = talk(c, config) })
	checkAlert(t, r, "peer protocol_version")
	if r.ByClient || r.CertificateRequested || r.Version != "" {
		t.Errorf("by client %v, requested %v, version %q", r.ByClient, r.CertificateRequested, r.Version)
	}
}

// A handshake that fails before our flight has asked for nothing.
func TestNoCommonSuite(t *testing.T) {
	t.Parallel()
	config := clientTLS()
	config.MaxVersion = tls.VersionTLS12
	config.CipherSuites = []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}
	e := newEngine(t, peerTLS("1.2", func(p *scenarios.TLS) {
		p.CipherSuites = []string{"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"}
		p.ClientCertificate.Mode = scenarios.ClientCertificateRequest
	}))
	r := meet(t, e, func(c *net.TCPConn) { _ = talk(c, config) })
	checkAlert(t, r, "peer handshake_failure")
	if r.CertificateRequested || r.CertificateAnswered {
		t.Errorf("requested %v, answered %v", r.CertificateRequested, r.CertificateAnswered)
	}
}

func TestApplicationProtocol(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"1.2", "1.3"} {
		for offered, want := range map[string]string{"smtp": "none", "h2": "peer no_application_protocol", "": "none"} {
			config := clientTLS()
			if offered != "" {
				config.NextProtos = []string{offered}
			}
			e := newEngine(t, peerTLS(version, func(p *scenarios.TLS) { p.ALPN = []string{"smtp"} }))
			r := meet(t, e, func(c *net.TCPConn) { _ = talk(c, config) })
			checkAlert(t, r, want)
			if offered != "" && (len(r.ClientHello.ALPN) != 1 || r.ClientHello.ALPN[0] != offered) {
				t.Errorf("recorded ALPN %q, offered %q", r.ClientHello.ALPN, offered)
			}
		}
	}
}

func TestCloseNotify(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"1.2", "1.3"} {
		for _, polite := range []bool{true, false} {
			for _, half := range []bool{true, false} {
				e := newEngine(t, peerTLS(version, func(p *scenarios.TLS) {
					p.CloseNotify, p.SessionTickets = polite, false
				}))
				if octets := seeClose(t, e, half); polite != (octets > 0) {
					t.Errorf("TLS %s, close_notify %v, half-closed %v: the client sees %d octets", version, polite, half, octets)
				}
			}
		}
	}
}

// counting is a connection that counts what is read.
type counting struct {
	net.Conn
	octets int
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.octets += n
	return n, err
}

// seeClose is how many octets a client sees of a peer that closes behind the
// handshake.
func seeClose(t *testing.T, e Engine, half bool) int {
	t.Helper()
	p, c := sockets(t)
	var over sync.WaitGroup
	over.Go(func() {
		wire, r := e.Handshake(context.Background(), p, Hooks{})
		if wire == nil {
			t.Error(r.Err)
			return
		}
		_, _ = wire.Read(make([]byte, 1)) // the client has finished too
		if half {
			_ = wire.(interface{ CloseWrite() error }).CloseWrite()
			_ = p.CloseWrite()
			return
		}
		_ = wire.Close()
	})
	raw := &counting{Conn: c}
	client := tls.Client(raw, clientTLS())
	if err := client.Handshake(); err != nil {
		t.Fatal(err)
	}
	before := raw.octets
	if _, err := client.Write([]byte{'\n'}); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, client); err != nil {
		t.Error(err)
	}
	over.Wait()
	return raw.octets - before
}

package legacy

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"io"
	"net"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/fakemx/fakemx/fakemx/internal/engine/enginetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ids finds suites by name.
func ids(t testing.TB, names ...string) []uint16 {
	t.Helper()
	var out []uint16
	for _, name := range names {
		id, err := SuiteID(name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, id)
	}
	return out
}

// config is a Config with the RSA certificate and the named suites.
func config(t testing.TB, suites ...string) *Config {
	return &Config{Certificate: enginetest.RSA(), CipherSuites: ids(t, suites...)}
}

// served is how one connection went.
type served struct {
	err   error // of the handshake
	state State
}

// serve takes one connection, lets prologue speak first if it is not nil,
// conducts the handshake and echoes until the client closes.
func serve(t *testing.T, c *Config, prologue func(net.Conn) error) (addr string, wait func() served) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan served, 1)
	go func() {
		defer l.Close()
		done <- serveOne(t, l, c, prologue)
	}()
	t.Cleanup(func() { l.Close() })
	return l.Addr().String(), func() served {
		// A client that never came is not waited for; one that did may not have
		// been accepted yet.
		_ = l.(*net.TCPListener).SetDeadline(time.Now().Add(time.Second))
		select {
		case s := <-done:
			return s
		case <-time.After(enginetest.Patience):
			t.Fatal("the server does not end")
			return served{}
		}
	}
}

func serveOne(t *testing.T, l net.Listener, c *Config, prologue func(net.Conn) error) served {
	raw, err := l.Accept()
	if err != nil {
		return served{err: err}
	}
	defer raw.Close()
	_ = raw.SetDeadline(time.Now().Add(enginetest.Patience))
	if prologue != nil {
		if err := prologue(raw); err != nil {
			return served{err: err}
		}
	}
	conn := Server(raw, c)
	defer func() {
		if err := conn.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}()
	if err = conn.HandshakeContext(context.Background()); err == nil {
		echo(conn)
	} else {
		// A reset could overtake the alert.
		_, _ = io.Copy(io.Discard, raw)
	}
	return served{err: err, state: conn.State()}
}

// oneByOne is how many octets echo returns in records of their own.
const oneByOne = 300

// echo returns what the client sends, the first octets one by one.
func echo(conn net.Conn) {
	sent := 0
	buf := make([]byte, 40000)
	for {
		n, err := conn.Read(buf)
		rest := buf[:n]
		for ; len(rest) > 0 && sent < oneByOne; sent++ {
			if _, err := conn.Write(rest[:1]); err != nil {
				return
			}
			rest = rest[1:]
		}
		if _, werr := conn.Write(rest); err != nil || werr != nil {
			return
		}
	}
}

// impostor is a key like the certificate's, but another.
func impostor(t *testing.T, c tls.Certificate) crypto.Signer {
	t.Helper()
	if _, ok := c.PrivateKey.(*rsa.PrivateKey); ok {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		return &posing{key, c.PrivateKey.(crypto.Signer).Public()}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &posing{key, c.PrivateKey.(crypto.Signer).Public()}
}

// posing signs with one key and shows another.
type posing struct {
	crypto.Signer
	public crypto.PublicKey
}

func (p *posing) Public() crypto.PublicKey { return p.public }

package engine

import (
	"bytes"
	"net"
	"os/exec"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/scenarios"
)

// dotting is a connection on which the client's server_name gets a dot at its
// end. Go's client takes it off, and then finds that the handshake was altered.
type dotting struct{ *net.TCPConn }

func (d dotting) Write(p []byte) (int, error) {
	// Both names have the same length, so that no length has to change.
	_, err := d.TCPConn.Write(bytes.Replace(p, []byte("localhostx"), []byte("localhost."), 1))
	return len(p), err
}

func TestServerNameThatEndsInADot(t *testing.T) {
	t.Parallel()
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed")
	}
	for name, tt := range map[string]struct {
		peer    scenarios.TLS
		args    []string
		version string // empty if the handshake does not complete
	}{
		"healthy":       {peerTLS("", nil), nil, "TLSv1.2"},
		"TLS 1.2":       {peerTLS("1.2", nil), nil, "TLSv1.2"},
		"TLS 1.3":       {peerTLS("1.3", nil), nil, ""},
		"client of 1.3": {peerTLS("", nil), []string{"-tls1_3"}, ""},
		"client certificate": {peerTLS("", func(p *scenarios.TLS) {
			p.ClientCertificate.Mode = scenarios.ClientCertificateRequest
		}), nil, "TLSv1.2"},
		"suites": {peerTLS("1.2", func(p *scenarios.TLS) {
			p.CipherSuites = []string{"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"}
		}), nil, "TLSv1.2"},
		"records": {peerTLS("", func(p *scenarios.TLS) { p.Records = &scenarios.Records{CorruptFinished: true} }), nil, ""},
		"one-byte records": {peerTLS("", func(p *scenarios.TLS) {
			p.Records = &scenarios.Records{OneByte: true, WarningAlerts: 1}
		}), nil, "TLSv1.2"},
		"groups": {peerTLS("", func(p *scenarios.TLS) { p.Groups = []string{"X25519MLKEM768"} }), nil, ""},
		"ALPN":   {peerTLS("", func(p *scenarios.TLS) { p.ALPN = []string{"h2"} }), nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := meet(t, newEngine(t, tt.peer), func(c *net.TCPConn) {
				runOpenSSL(t, c, openssl, append(tt.args, "-servername", "localhost.", "-CAfile", caFile(t, "root"))...)
			})
			if r.Completed != (tt.version != "") || r.Completed && r.Version != tt.version {
				t.Fatalf("completed %v, %q: %v", r.Completed, r.Version, r.Err)
			}
			said := r.Remark
			if r.Err != nil {
				said = r.Err.Error()
			}
			if !strings.Contains(said, "ends in a dot, against RFC 6066 section 3") {
				t.Errorf("it says %q", said)
			}
			if r.ClientHello == nil || r.ClientHello.ServerName != "localhost." || r.ClientHello.Bytes == 0 {
				t.Errorf("hello %+v", r.ClientHello)
			}
		})
	}
}

// The hook is called once, whichever engine conducts the handshake.
func TestHookOfAServerNameThatEndsInADot(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"localhost", "localhostx"} {
		calls := 0
		config := clientTLS()
		config.ServerName, config.InsecureSkipVerify = name, true
		r := meetWith(t, newEngine(t, peerTLS("", nil)), Hooks{ClientHello: func(*Result) error {
			calls++
			return nil
		}}, func(c *net.TCPConn) { _ = talk(dotting{c}, config) })
		if calls != 1 {
			t.Errorf("%s: the hook was called %d times (%v)", name, calls, r.Err)
		}
	}
}

func TestMalformedHelloIsRefused(t *testing.T) {
	t.Parallel()
	r := meet(t, newEngine(t, peerTLS("", nil)), func(c *net.TCPConn) {
		_, _ = c.Write([]byte{recordHandshake, 3, 1, 0, 5, messageClientHello, 0, 0, 1, 0})
		answer := make([]byte, 7)
		if _, err := c.Read(answer); err != nil || answer[0] != recordAlert {
			t.Errorf("answer % x, %v", answer, err)
		}
	})
	checkAlert(t, r, "peer decode_error")
	if r.ClientHello != nil || r.Completed {
		t.Errorf("hello %+v, completed %v", r.ClientHello, r.Completed)
	}
}

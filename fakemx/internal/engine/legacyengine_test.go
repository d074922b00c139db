package engine

import (
	"crypto/tls"
	"net"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/scenarios"
)

// legacyPeer serves RSA key exchange, which crypto/tls can still do as a
// client.
func legacyPeer(t *testing.T, edit func(*scenarios.TLS)) Engine {
	t.Helper()
	certificate, err := testPKI().TLSCertificateOf("leaf-rsa", "intermediate")
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(peerTLS("", func(p *scenarios.TLS) {
		p.MinVersion, p.Legacy = "1.0", &scenarios.Legacy{}
		p.CipherSuites = []string{"TLS_RSA_WITH_AES_128_CBC_SHA"}
		edit(p)
	}), testPKI(), Options{Now: now, Certificate: &certificate})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func legacyClient() *tls.Config {
	config := clientTLS()
	config.CipherSuites = []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA}
	return config
}

func TestLegacyEngine(t *testing.T) {
	t.Parallel()
	e := legacyPeer(t, func(*scenarios.TLS) {})
	var failed error
	r := meet(t, e, func(c *net.TCPConn) { failed = talk(c, legacyClient()) })
	if failed != nil || !r.Completed || r.Version != "TLSv1.2" || r.CipherSuite != "TLS_RSA_WITH_AES_128_CBC_SHA" || r.Bits != 128 {
		t.Fatalf("client %v, peer %v: %s %s %d", failed, r.Err, r.Version, r.CipherSuite, r.Bits)
	}
	if r.ClientHello == nil || r.ClientHello.ServerName != "localhost" || r.ClientHello.Bytes == 0 {
		t.Errorf("hello %+v", r.ClientHello)
	}
	checkAlert(t, r, "none")
}

// Both engines ask for certificates and refuse them in the same way.
func TestLegacyClientCertificates(t *testing.T) {
	t.Parallel()
	for _, mode := range []scenarios.ClientCertificateMode{
		scenarios.ClientCertificateIgnore, scenarios.ClientCertificateRequest, scenarios.ClientCertificateRequire,
		scenarios.ClientCertificateReject, scenarios.ClientCertificateEnforce,
	} {
		e := legacyPeer(t, func(p *scenarios.TLS) {
			p.ClientCertificate.Mode = mode
			if mode != scenarios.ClientCertificateIgnore {
				p.ClientCertificate.Trust = []string{"client-ca"}
			}
		})
		for _, a := range answers {
			if a.name == unreadable {
				continue // each engine has an alert of its own
			}
			t.Run(string(mode)+" "+a.name, func(t *testing.T) {
				t.Parallel()
				word := a.word
				if mode == scenarios.ClientCertificateIgnore {
					word = VerifyNot
				}
				checkAnswer(t, e, legacyClient(), a.chain, word, refusedBy(mode, "1.2", a.name, word, a.enforced))
			})
		}
	}
}

func TestLegacyAuthoritiesAreSent(t *testing.T) {
	t.Parallel()
	e := legacyPeer(t, func(p *scenarios.TLS) {
		p.ClientCertificate = scenarios.ClientCertificate{
			Mode: scenarios.ClientCertificateRequest, Authorities: []string{"client-ca"}, Unrelated: 400,
		}
	})
	var acceptable [][]byte
	config := legacyClient()
	config.GetClientCertificate = func(info *tls.CertificateRequestInfo) (*tls.Certificate, error) {
		acceptable = info.AcceptableCAs
		return &tls.Certificate{}, nil
	}
	meet(t, e, func(c *net.TCPConn) {
		if err := talk(c, config); err != nil {
			t.Error(err)
		}
	})
	if len(acceptable) != 401 {
		t.Errorf("%d authorities, want 401", len(acceptable))
	}
}

// A server of the age of TLS 1.0 knows no supported_versions: it says what it
// speaks, and leaves it to the client to mind.
func TestOldServerAnswersWithItsVersion(t *testing.T) {
	t.Parallel()
	for version, said := range map[scenarios.TLSVersion]string{"1.0": "301", "1.1": "302"} {
		e := legacyPeer(t, func(p *scenarios.TLS) {
			p.MinVersion, p.MaxVersion = version, version
			p.CipherSuites = []string{"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"}
		})
		config := clientTLS()
		config.MinVersion = 0
		var failed error
		r := meet(t, e, func(c *net.TCPConn) { failed = talk(c, config) })
		if failed == nil || !strings.Contains(failed.Error(), "server selected unsupported protocol version "+said) {
			t.Errorf("TLS %s: the client says %v", version, failed)
		}
		checkAlert(t, r, "client protocol_version")
		if r.Version != "TLSv"+string(version) || !r.ByClient || len(r.ClientHello.Versions) < 2 {
			t.Errorf("TLS %s: %s, by client %v, hello %+v", version, r.Version, r.ByClient, r.ClientHello)
		}
	}
}

func TestLegacyEngineSeesAlerts(t *testing.T) {
	t.Parallel()
	e := legacyPeer(t, func(*scenarios.TLS) {})
	untrusting := legacyClient()
	untrusting.RootCAs = nil
	r := meet(t, e, func(c *net.TCPConn) { _ = talk(c, untrusting) })
	checkAlert(t, r, "client bad_certificate")
	if !r.ByClient || r.Completed {
		t.Errorf("by client %v, completed %v", r.ByClient, r.Completed)
	}

	modern := clientTLS()
	modern.CipherSuites = []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}
	r = meet(t, e, func(c *net.TCPConn) { _ = talk(c, modern) })
	checkAlert(t, r, "peer handshake_failure")
	if r.ByClient {
		t.Error("our alert is put down to the client")
	}
}

func TestLegacyClientVanishes(t *testing.T) {
	t.Parallel()
	e := legacyPeer(t, func(*scenarios.TLS) {})
	for _, left := range []int{0, 3, 60, 300} {
		r := meet(t, e, func(c *net.TCPConn) {
			_ = talk(&vanishing{TCPConn: c, left: left, how: byFIN}, legacyClient())
		})
		if r.Completed || !r.ByClient || r.Err == nil {
			t.Errorf("after %d octets: completed %v, by client %v, %v", left, r.Completed, r.ByClient, r.Err)
		}
	}
}

func TestLegacyRefusesAKeyOfTheWrongKind(t *testing.T) {
	t.Parallel()
	peer := peerTLS("", func(p *scenarios.TLS) {
		p.Legacy, p.CipherSuites = &scenarios.Legacy{}, []string{"TLS_RSA_WITH_AES_128_CBC_SHA"}
	})
	if kind := testPKI().Recipe().Certificates["leaf"].Key; kind != "" && kind != certgen.ECDSAP256 {
		t.Fatalf("the healthy leaf has a key of kind %s", kind)
	}
	if _, err := New(peer, testPKI(), Options{Now: now}); err == nil {
		t.Error("an ECDSA key was taken for RSA key exchange")
	}
}

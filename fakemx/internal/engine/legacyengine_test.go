package engine

import (
	"crypto/tls"
	"net"
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
	for name, tt := range map[string]struct {
		mode   scenarios.ClientCertificateMode
		answer *tls.Certificate
		word   string
	}{
		"never asked": {scenarios.ClientCertificateIgnore, answer(t, []string{"client"}), VerifyNot},
		"zero-length": {scenarios.ClientCertificateRequest, answer(t, nil), VerifyNo},
		"presented":   {scenarios.ClientCertificateRequest, answer(t, []string{"client"}), VerifyFail},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := legacyPeer(t, func(p *scenarios.TLS) { p.ClientCertificate.Mode = tt.mode })
			config := legacyClient()
			config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return tt.answer, nil }
			var failed error
			r := meet(t, e, func(c *net.TCPConn) { failed = talk(c, config) })
			if failed != nil || !r.Completed || r.Version != "TLSv1.2" || r.CipherSuite != "TLS_RSA_WITH_AES_128_CBC_SHA" || r.Bits != 128 {
				t.Fatalf("client %v, peer %v: %s %s %d", failed, r.Err, r.Version, r.CipherSuite, r.Bits)
			}
			if r.ClientHello == nil || r.ClientHello.ServerName != "localhost" || r.ClientHello.Bytes == 0 {
				t.Errorf("hello %+v", r.ClientHello)
			}
			presented := tt.word == VerifyFail
			if r.Verify != tt.word || r.CertificateRequested != (tt.word != VerifyNot) ||
				r.CertificateAnswered != r.CertificateRequested || r.CertificatePresented != presented ||
				(len(r.PeerCertificates) == 1) != presented {
				t.Errorf("verify %s, requested %v, answered %v, presented %v, %d certificates",
					r.Verify, r.CertificateRequested, r.CertificateAnswered, r.CertificatePresented, len(r.PeerCertificates))
			}
			checkAlert(t, r, "none")
		})
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

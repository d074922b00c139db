package engine

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/fakemx/fakemx/scenarios"
)

// answers are what clients answer to a CertificateRequest, by the names of the
// certificates; word is sendmail's for a peer that trusts client-ca.
var answers = []struct {
	name  string
	chain []string
	word  string
	// enforced is the alert that says what is wrong, in mode enforce.
	enforced string
}{
	{name: "zero-length", word: VerifyNo},
	{name: "trusted", chain: []string{"client"}, word: VerifyOK},
	{name: "trusted, below an intermediate", chain: []string{"client-below", "client-intermediate"}, word: VerifyOK},
	{name: "leaf only", chain: []string{"client-below"}, word: VerifyFail, enforced: "unknown_ca"},
	{name: "untrusted", chain: []string{"client-untrusted"}, word: VerifyFail, enforced: "unknown_ca"},
	{name: "expired", chain: []string{"client-expired"}, word: VerifyFail, enforced: "certificate_expired"},
	{name: "not yet valid", chain: []string{"client-early"}, word: VerifyFail, enforced: "certificate_expired"},
	{
		name: "below an expired intermediate", chain: []string{"client-below-expired", "client-intermediate-expired"},
		word: VerifyFail, enforced: "certificate_expired",
	},
	{
		name: "beside an expired certificate", chain: []string{"client-below", "client-intermediate", "client-expired"}, word: VerifyOK,
	},
	{name: "wrong usage", chain: []string{"client-wrong-usage"}, word: VerifyFail, enforced: "unsupported_certificate"},
	{name: "broken signature", chain: []string{"client-broken"}, word: VerifyFail, enforced: "bad_certificate"},
	{name: "unknown critical extension", chain: []string{"client-critical"}, word: VerifyFail, enforced: "certificate_unknown"},
	{name: "unreadable", chain: []string{unreadable}, word: VerifyFail},
}

const unreadable = "unreadable"

// answer is the certificate of a client that sends it whoever is asking.
func answer(t *testing.T, chain []string) *tls.Certificate {
	t.Helper()
	if len(chain) == 0 {
		return &tls.Certificate{}
	}
	if chain[0] == unreadable {
		return &tls.Certificate{Certificate: [][]byte{{0x30, 3, 1, 1, 0}}, PrivateKey: testPKI().Certificate("client").Key}
	}
	c, err := testPKI().TLSCertificateOf(chain...)
	if err != nil {
		t.Fatal(err)
	}
	return &c
}

// refusedBy is the alert with which a mode refuses an answer; empty if it does
// not.
func refusedBy(mode scenarios.ClientCertificateMode, version, name, word, enforced string) string {
	required := mode == scenarios.ClientCertificateRequire || mode == scenarios.ClientCertificateEnforce
	switch {
	case mode == scenarios.ClientCertificateIgnore:
		return ""
	case name == unreadable:
		return "peer decode_error"
	case required && word == VerifyNo && version == "1.3":
		return "peer certificate_required"
	case required && word == VerifyNo:
		return "peer handshake_failure"
	case mode == scenarios.ClientCertificateReject && word != VerifyNo:
		return "peer bad_certificate"
	case mode == scenarios.ClientCertificateEnforce && enforced != "":
		return "peer " + enforced
	}
	return ""
}

func TestClientCertificates(t *testing.T) {
	t.Parallel()
	for _, mode := range []scenarios.ClientCertificateMode{
		scenarios.ClientCertificateIgnore, scenarios.ClientCertificateRequest, scenarios.ClientCertificateRequire,
		scenarios.ClientCertificateReject, scenarios.ClientCertificateEnforce,
	} {
		for _, version := range []string{"1.2", "1.3"} {
			e := newEngine(t, peerTLS(version, func(p *scenarios.TLS) {
				p.ClientCertificate.Mode = mode
				if mode != scenarios.ClientCertificateIgnore {
					p.ClientCertificate.Trust = []string{"client-ca"}
				}
			}))
			for _, a := range answers {
				t.Run(string(mode)+" "+version+" "+a.name, func(t *testing.T) {
					t.Parallel()
					word := a.word
					if mode == scenarios.ClientCertificateIgnore {
						word = VerifyNot
					}
					checkAnswer(t, e, clientTLS(), a.chain, word, refusedBy(mode, version, a.name, word, a.enforced))
				})
			}
		}
	}
}

// checkAnswer holds the result of a handshake with a client that answers with
// chain against sendmail's word and the alert that refuses it.
func checkAnswer(t *testing.T, e Engine, config *tls.Config, chain []string, word, refused string) {
	t.Helper()
	certificate := answer(t, chain)
	config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return certificate, nil }
	var failed error
	r := meet(t, e, func(c *net.TCPConn) { failed = talk(c, config) })
	asked := word != VerifyNot
	presented := asked && len(chain) > 0
	if r.Verify != word || r.CertificateRequested != asked || r.CertificateAnswered != asked ||
		r.CertificatePresented != presented || r.ByClient {
		t.Errorf("verify %s, requested %v, answered %v, presented %v, by client %v; want %s, %v, %[7]v, %[8]v, false",
			r.Verify, r.CertificateRequested, r.CertificateAnswered, r.CertificatePresented, r.ByClient, word, asked, presented)
	}
	readable := len(chain)
	if !asked || readable > 0 && chain[0] == unreadable {
		readable = 0
	}
	if len(r.PeerCertificates) != readable {
		t.Errorf("%d certificates recorded, want %d", len(r.PeerCertificates), readable)
	}
	if r.Completed != (refused == "") || (failed == nil) != r.Completed {
		t.Errorf("completed %v, client %v, peer %v", r.Completed, failed, r.Err)
	}
	if refused == "" {
		refused = "none"
	}
	checkAlert(t, r, refused)
}

// The signature over the handshake is by another key than the certificate's.
func TestClientSignsWithAnotherKey(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"1.2", "1.3"} {
		config := clientTLS()
		certificate := answer(t, []string{"client"})
		certificate.PrivateKey = testPKI().Certificate("client-below").Key
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return certificate, nil }
		e := newEngine(t, peerTLS(version, func(p *scenarios.TLS) {
			p.ClientCertificate.Mode = scenarios.ClientCertificateRequest
		}))
		r := meet(t, e, func(c *net.TCPConn) { _ = talk(c, config) })
		checkAlert(t, r, "peer decrypt_error")
		if r.Completed || !r.CertificatePresented {
			t.Errorf("TLS %s: completed %v, presented %v", version, r.Completed, r.CertificatePresented)
		}
	}
}

// Keys with which crypto/tls does not deal are refused in every mode, and the
// record does not say that no certificate came.
func TestClientKeysThatNobodyChecks(t *testing.T) {
	t.Parallel()
	n := new(big.Int).Lsh(big.NewInt(1), 9000)
	for name, tt := range map[string]struct {
		key   any
		alert string
	}{
		"Ed448":    {make(ed25519.PublicKey, ed25519.PublicKeySize), "peer unsupported_certificate"},
		"RSA 9001": {&rsa.PublicKey{N: n.Add(n, big.NewInt(1)), E: 65537}, "peer bad_certificate"},
	} {
		ca := testPKI().Certificate("client-ca")
		template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: noon.Add(-time.Hour), NotAfter: noon.Add(time.Hour)}
		der, err := x509.CreateCertificate(rand.Reader, template, ca.Parsed, tt.key, ca.Key)
		if err != nil {
			t.Fatal(err)
		}
		// The algorithm of the key becomes another one; nobody looks at the signature.
		der = bytes.Replace(der, []byte{6, 3, 0x2b, 0x65, 0x70}, []byte{6, 3, 0x2b, 0x65, 0x71}, 1)
		for _, version := range []string{"1.2", "1.3"} {
			config := clientTLS()
			config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
				return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: testPKI().Certificate("client").Key}, nil
			}
			e := newEngine(t, peerTLS(version, func(p *scenarios.TLS) { p.ClientCertificate.Mode = scenarios.ClientCertificateRequest }))
			r := meet(t, e, func(c *net.TCPConn) { _ = talk(c, config) })
			checkAlert(t, r, tt.alert)
			if r.Completed || r.ByClient || !r.CertificatePresented || r.Verify != VerifyFail {
				t.Errorf("%s, TLS %s: completed %v, by client %v, presented %v, verify %s",
					name, version, r.Completed, r.ByClient, r.CertificatePresented, r.Verify)
			}
		}
	}
}

// What a client answers to the list of authorities is its own business; the
// peer's is that they are sent.
func TestAuthoritiesAreSent(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"1.2", "1.3"} {
		e := newEngine(t, peerTLS(version, func(p *scenarios.TLS) {
			p.ClientCertificate = scenarios.ClientCertificate{
				Mode: scenarios.ClientCertificateRequest, Authorities: []string{"client-ca"}, Unrelated: 400,
			}
		}))
		var acceptable [][]byte
		config := clientTLS()
		config.GetClientCertificate = func(info *tls.CertificateRequestInfo) (*tls.Certificate, error) {
			acceptable = info.AcceptableCAs
			return &tls.Certificate{}, nil
		}
		r := meet(t, e, func(c *net.TCPConn) {
			if err := talk(c, config); err != nil {
				t.Error(err)
			}
		})
		if len(acceptable) != 401 {
			t.Errorf("TLS %s: %d authorities, want 401", version, len(acceptable))
		}
		if !r.CertificateRequested || r.Verify != VerifyNo {
			t.Errorf("TLS %s: requested %v, verify %s", version, r.CertificateRequested, r.Verify)
		}
	}
}

// A resumed session asks for nothing and goes by the certificate of the first.
func TestResumption(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"1.2", "1.3"} {
		for _, mode := range []scenarios.ClientCertificateMode{
			scenarios.ClientCertificateIgnore, scenarios.ClientCertificateRequest, scenarios.ClientCertificateEnforce,
		} {
			t.Run(version+" "+string(mode), func(t *testing.T) {
				t.Parallel()
				e := newEngine(t, peerTLS(version, func(p *scenarios.TLS) {
					p.SessionTickets = true
					p.ClientCertificate.Mode = mode
					if mode != scenarios.ClientCertificateIgnore {
						p.ClientCertificate.Trust = []string{"client-ca"}
					}
				}))
				config := clientTLS()
				config.ClientSessionCache = tls.NewLRUClientSessionCache(1)
				config.Certificates = []tls.Certificate{*answer(t, []string{"client"})}
				first, second := twice(t, e, config)
				if first.Resumed || !second.Resumed || !second.Completed {
					t.Fatalf("resumed %v, then %v (%v)", first.Resumed, second.Resumed, second.Err)
				}
				if second.CertificateRequested || second.CertificateAnswered || second.Verify != first.Verify {
					t.Errorf("requested %v, answered %v, verify %s after %s",
						second.CertificateRequested, second.CertificateAnswered, second.Verify, first.Verify)
				}
			})
		}
	}
}

func TestNoTicketsNoResumption(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"1.2", "1.3"} {
		e := newEngine(t, peerTLS(version, func(p *scenarios.TLS) { p.SessionTickets = false }))
		config := clientTLS()
		config.ClientSessionCache = tls.NewLRUClientSessionCache(1)
		if _, second := twice(t, e, config); second.Resumed || !second.Completed {
			t.Errorf("TLS %s: resumed %v, completed %v", version, second.Resumed, second.Completed)
		}
	}
}

func twice(t *testing.T, e Engine, config *tls.Config) (first, second *Result) {
	t.Helper()
	var failed error
	client := func(c *net.TCPConn) { failed = errors.Join(failed, talk(c, config)) }
	first, second = meet(t, e, client), meet(t, e, client)
	if failed != nil {
		t.Fatal(failed)
	}
	return first, second
}

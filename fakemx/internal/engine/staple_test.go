package engine

import (
	"crypto/tls"
	"net"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/fakemx/fakemx/scenarios"
)

func TestStaple(t *testing.T) {
	t.Parallel()
	for staple, want := range map[scenarios.Staple]struct {
		status  int
		current bool
	}{
		scenarios.StapleGood:    {ocsp.Good, true},
		scenarios.StapleRevoked: {ocsp.Revoked, true},
		scenarios.StapleExpired: {ocsp.Good, false},
	} {
		for _, version := range []string{"1.2", "1.3"} {
			r := seeStaple(t, newEngine(t, peerTLS(version, func(p *scenarios.TLS) { p.Staple = staple })))
			if r == nil {
				t.Errorf("%s, TLS %s: no staple", staple, version)
				continue
			}
			if r.Status != want.status || now().Before(r.NextUpdate) != want.current || now().Before(r.ThisUpdate) {
				t.Errorf("%s, TLS %s: status %d, from %v to %v", staple, version, r.Status,
					r.ThisUpdate.Format(time.DateTime), r.NextUpdate.Format(time.DateTime))
			}
		}
	}
}

// seeStaple is what a client gets with the certificate; nil for nothing.
func seeStaple(t *testing.T, e Engine) *ocsp.Response {
	t.Helper()
	var staple *ocsp.Response
	config := clientTLS()
	config.VerifyConnection = func(s tls.ConnectionState) error {
		if len(s.OCSPResponse) == 0 {
			return nil
		}
		var err error
		staple, err = ocsp.ParseResponseForCert(s.OCSPResponse, s.PeerCertificates[0], s.PeerCertificates[1])
		return err
	}
	meet(t, e, func(c *net.TCPConn) {
		if err := talk(c, config); err != nil {
			t.Error(err)
		}
	})
	return staple
}

func TestNoStaple(t *testing.T) {
	t.Parallel()
	if r := seeStaple(t, newEngine(t, peerTLS("", nil))); r != nil {
		t.Errorf("a healthy peer staples %v", r)
	}
	if _, err := New(peerTLS("", func(p *scenarios.TLS) { p.Staple = "fresh" }), testPKI(), Options{Now: now}); err == nil {
		t.Error("an unknown staple was accepted")
	}
}

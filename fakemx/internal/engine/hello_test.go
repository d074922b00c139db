package engine

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"slices"
	"testing"

	"github.com/fakemx/fakemx/internal/tlsnames"
	"github.com/fakemx/fakemx/scenarios"
)

// shredder puts the first thing written, the ClientHello, into records of size
// octets each, and everything into segments of one octet.
type shredder struct {
	net.Conn
	size  int
	hello int // length of the ClientHello message, once it is written
}

func (s *shredder) Write(p []byte) (int, error) {
	out := p
	if s.hello == 0 {
		body := p[recordHeaderLen:]
		s.hello = len(body)
		out = nil
		for part := range slices.Chunk(body, s.size) {
			out = append(out, recordHandshake, 3, 1, byte(len(part)>>8), byte(len(part)))
			out = append(out, part...)
		}
	}
	for i := range out {
		if _, err := s.Conn.Write(out[i : i+1]); err != nil {
			return i, err
		}
	}
	return len(p), nil
}

func TestHelloIsMeasuredHoweverItComes(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"1.2", "1.3"} {
		for _, size := range []int{1, 3, 100, 1 << 14} {
			e := newEngine(t, peerTLS(version, nil))
			var octets int
			var failed error
			r := meet(t, e, func(c *net.TCPConn) {
				s := &shredder{Conn: c, size: size}
				failed = talk(s, clientTLS())
				octets = s.hello
			})
			if failed != nil {
				t.Fatalf("records of %d: %v", size, failed)
			}
			if r.ClientHello.Bytes != octets || octets == 0 {
				t.Errorf("TLS %s, records of %d: a hello of %d octets was measured as %d", version, size, octets, r.ClientHello.Bytes)
			}
		}
	}
}

func TestHelloIsRecorded(t *testing.T) {
	t.Parallel()
	config := clientTLS()
	config.MinVersion = tls.VersionTLS12
	config.CurvePreferences = []tls.CurveID{tls.X25519, tls.CurveP256}
	config.CipherSuites = []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}
	config.NextProtos = []string{"smtp"}
	r := meet(t, newEngine(t, peerTLS("1.2", nil)), func(c *net.TCPConn) { _ = talk(c, config) })
	h := r.ClientHello
	if h == nil {
		t.Fatal("no hello was recorded")
	}
	if h.ServerName != "localhost" || !slices.Equal(h.Versions, []uint16{tls.VersionTLS13, tls.VersionTLS12}) ||
		!slices.Contains(h.CipherSuites, tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256) ||
		!slices.Equal(h.Groups, []tls.CurveID{tls.X25519, tls.CurveP256}) || !slices.Equal(h.ALPN, []string{"smtp"}) {
		t.Errorf("recorded %+v", *h)
	}
}

func TestSuiteBits(t *testing.T) {
	t.Parallel()
	for suite, want := range map[string]int{
		"TLS_RSA_WITH_RC4_128_SHA": 128, "TLS_RSA_WITH_3DES_EDE_CBC_SHA": 112,
		"TLS_RSA_WITH_NULL_SHA": 0, "TLS_AES_256_GCM_SHA384": 256,
	} {
		if got := suiteBits(suite); got != want {
			t.Errorf("%s has %d bits, want %d", suite, got, want)
		}
	}
}

// Whatever the client's versions, the middlebox that such a peer stands for
// ends the connection without a word.
func TestLongHelloIsDropped(t *testing.T) {
	t.Parallel()
	config := clientTLS()
	for limit, dropped := range map[int]bool{1: true, 200: true, 1 << 14: false} {
		e := newEngine(t, peerTLS("", func(p *scenarios.TLS) { p.MaxClientHello = limit }))
		var octets int
		r := meet(t, e, func(c *net.TCPConn) {
			seen := &counting{Conn: c}
			_ = talk(seen, config)
			octets = seen.octets
		})
		if r.Completed == dropped || errors.Is(r.Err, errIntolerant) != dropped || r.ByClient || (octets == 0) != dropped {
			t.Errorf("limit %d: completed %v, error %v, by client %v, %d octets sent", limit, r.Completed, r.Err, r.ByClient, octets)
		}
		if r.ClientHello == nil || r.ClientHello.Bytes == 0 {
			t.Errorf("limit %d: the hello is not recorded", limit)
		}
		checkAlert(t, r, "none")
	}
}

func TestVersionIntolerance(t *testing.T) {
	t.Parallel()
	e := newEngine(t, peerTLS("1.2", func(p *scenarios.TLS) { p.VersionIntolerant = true }))
	for offered, want := range map[uint16]string{tls.VersionTLS12: "none", tls.VersionTLS13: "peer handshake_failure"} {
		config := clientTLS()
		config.MaxVersion = offered
		r := meet(t, e, func(c *net.TCPConn) { _ = talk(c, config) })
		checkAlert(t, r, want)
		if r.Completed != (want == "none") || r.ByClient {
			t.Errorf("%x: completed %v, by client %v", offered, r.Completed, r.ByClient)
		}
	}
}

func TestWithoutSNI(t *testing.T) {
	t.Parallel()
	wrong := testPKI().Certificate("client").DER
	for name, tt := range map[string]struct {
		without    scenarios.WithoutSNI
		serverName string
		wrong      bool
		alert      string
	}{
		"right name":         {scenarios.WithoutSNI{Send: []string{"client"}}, "localhost", false, "none"},
		"other name":         {scenarios.WithoutSNI{Send: []string{"client"}}, "other.test", true, "none"},
		"no name":            {scenarios.WithoutSNI{Send: []string{"client"}}, "", true, "none"},
		"right name, alert":  {scenarios.WithoutSNI{Alert: "unrecognized_name"}, "localhost", false, "none"},
		"other name, alert":  {scenarios.WithoutSNI{Alert: "unrecognized_name"}, "other.test", false, "peer unrecognized_name"},
		"no name, any alert": {scenarios.WithoutSNI{Alert: "access_denied"}, "", false, "peer access_denied"},
	} {
		for _, version := range []string{"1.2", "1.3"} {
			e := newEngine(t, peerTLS(version, func(p *scenarios.TLS) { p.WithoutSNI = &tt.without }))
			config := &tls.Config{ServerName: tt.serverName, InsecureSkipVerify: true, Time: now}
			var got []byte
			config.VerifyPeerCertificate = func(raw [][]byte, _ [][]*x509.Certificate) error {
				got = raw[0]
				return nil
			}
			r := meet(t, e, func(c *net.TCPConn) { _ = talk(c, config) })
			checkAlert(t, r, tt.alert)
			if bytes.Equal(got, wrong) != tt.wrong || r.Completed != (tt.alert == "none") {
				t.Errorf("%s, TLS %s: wrong certificate %v, completed %v", name, version, bytes.Equal(got, wrong), r.Completed)
			}
			if r.ByClient {
				t.Errorf("%s, TLS %s: put down to the client", name, version)
			}
		}
	}
}

// The front plays its faults from the hook: then nothing else is said.
func TestHookEndsTheHandshake(t *testing.T) {
	t.Parallel()
	checkHookEnds(t, newEngine(t, peerTLS("", nil)))
	checkHookEnds(t, legacyPeer(t, func(*scenarios.TLS) {}))
}

func checkHookEnds(t *testing.T, e Engine) {
	t.Helper()
	broken := errors.New("enough")
	var octets int
	hooks := Hooks{ClientHello: func(r *Result) error {
		if r.ClientHello == nil {
			t.Error("the hook cannot see the hello")
		}
		return broken
	}}
	r := meetWith(t, e, hooks, func(c *net.TCPConn) {
		seen := &counting{Conn: c}
		_ = talk(seen, legacyClient())
		octets = seen.octets
	})
	if !errors.Is(r.Err, broken) || r.ByClient || octets != 0 {
		t.Errorf("error %v, by client %v, %d octets sent", r.Err, r.ByClient, octets)
	}
	checkAlert(t, r, "none")
}

// The alert of a hook is the last that the client sees.
func TestHookSendsAnAlert(t *testing.T) {
	t.Parallel()
	checkHookAlerts(t, newEngine(t, peerTLS("", nil)))
	checkHookAlerts(t, legacyPeer(t, func(*scenarios.TLS) {}))
}

func checkHookAlerts(t *testing.T, e Engine) {
	t.Helper()
	for _, name := range tlsnames.FatalAlerts() {
		code, _ := tlsnames.Alert(name)
		var failed error
		p, c := sockets(t)
		hooks := Hooks{ClientHello: func(r *Result) error {
			return errors.Join(io.EOF, r.SendAlert(p, code))
		}}
		done := make(chan *Result)
		go func() {
			_, r := e.Handshake(t.Context(), p, hooks)
			done <- r
		}()
		failed = talk(c, legacyClient())
		r := <-done
		if got, ok := remoteAlert(failed); !ok || got != code {
			t.Errorf("sent alert %d, the client saw %v", code, failed)
		}
		if a := r.Alert(); a == nil || a.Code != code || a.FromClient {
			t.Errorf("sent alert %d, recorded %v", code, a)
		}
	}
}

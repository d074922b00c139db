package legacy

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx/internal/engine/enginetest"
)

// goClient is a configuration of crypto/tls that takes everything.
func goClient() *tls.Config {
	return &tls.Config{
		InsecureSkipVerify: true,
		MinVersion:         tls.VersionTLS10,
		ServerName:         "mx.example.test",
	}
}

// roundTrip sends the payload in writes of one octet first, then at once, and
// reads it back, up to close_notify.
func roundTrip(t *testing.T, conn *tls.Conn) {
	t.Helper()
	sent := make(chan error, 1)
	go func() {
		for i := range oneByOne {
			if _, err := conn.Write(enginetest.Payload[i : i+1]); err != nil {
				sent <- err
				return
			}
		}
		_, err := conn.Write(enginetest.Payload[oneByOne:])
		sent <- errors.Join(err, conn.CloseWrite())
	}()
	got, err := io.ReadAll(conn)
	if err := errors.Join(err, <-sent); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, enginetest.Payload) {
		t.Fatalf("got %d octets back that are not the %d sent", len(got), len(enginetest.Payload))
	}
}

func dialGo(t *testing.T, addr string, c *tls.Config) (*tls.Conn, error) {
	t.Helper()
	raw, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { raw.Close() })
	_ = raw.SetDeadline(time.Now().Add(enginetest.Patience))
	conn := tls.Client(raw, c)
	return conn, conn.HandshakeContext(context.Background())
}

func TestGoClient(t *testing.T) {
	rsaOnly, ecdsaOnly := enginetest.RSA(), enginetest.ECDSA()
	tests := []struct {
		suite       string
		certificate tls.Certificate
		versions    []uint16
	}{
		{"TLS_RSA_WITH_3DES_EDE_CBC_SHA", rsaOnly, []uint16{VersionTLS10, VersionTLS11, VersionTLS12}},
		{"TLS_RSA_WITH_AES_128_CBC_SHA", rsaOnly, []uint16{VersionTLS10, VersionTLS11, VersionTLS12}},
		{"TLS_RSA_WITH_AES_256_CBC_SHA", rsaOnly, []uint16{VersionTLS10, VersionTLS11, VersionTLS12}},
		{"TLS_RSA_WITH_AES_128_GCM_SHA256", rsaOnly, []uint16{VersionTLS12}},
		{"TLS_RSA_WITH_AES_256_GCM_SHA384", rsaOnly, []uint16{VersionTLS12}},
		{"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", rsaOnly, []uint16{VersionTLS10, VersionTLS11, VersionTLS12}},
		{"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", rsaOnly, []uint16{VersionTLS10, VersionTLS11, VersionTLS12}},
		{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", rsaOnly, []uint16{VersionTLS12}},
		{"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", rsaOnly, []uint16{VersionTLS12}},
		{"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", ecdsaOnly, []uint16{VersionTLS10, VersionTLS11, VersionTLS12}},
		{"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", ecdsaOnly, []uint16{VersionTLS12}},
	}
	for _, tt := range tests {
		for _, version := range tt.versions {
			t.Run(tt.suite+"/"+tls.VersionName(version), func(t *testing.T) {
				c := &Config{MaxVersion: version, CipherSuites: ids(t, tt.suite), Certificate: tt.certificate}
				addr, wait := serve(t, c, nil)
				client := goClient()
				client.CipherSuites = c.CipherSuites
				conn, err := dialGo(t, addr, client)
				if err != nil {
					t.Fatal(err)
				}
				roundTrip(t, conn)
				got := wait()
				if got.err != nil || !got.state.HandshakeComplete {
					t.Fatalf("server: %v, complete %v", got.err, got.state.HandshakeComplete)
				}
				if s := conn.ConnectionState(); s.Version != version || s.CipherSuite != c.CipherSuites[0] {
					t.Errorf("client has version %#x, suite %#x", s.Version, s.CipherSuite)
				}
				if s := got.state; s.Version != version || s.CipherSuiteName != tt.suite {
					t.Errorf("server has version %#x, suite %s", s.Version, s.CipherSuiteName)
				}
			})
		}
	}
}

func TestGoClientCurves(t *testing.T) {
	for _, curve := range curves {
		t.Run(curve.name, func(t *testing.T) {
			addr, wait := serve(t, config(t, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"), nil)
			client := goClient()
			client.CurvePreferences = []tls.CurveID{curve.id}
			conn, err := dialGo(t, addr, client)
			if err != nil {
				t.Fatal(err)
			}
			roundTrip(t, conn)
			if got := wait().state.Group; got != curve.name {
				t.Errorf("group %q, want %q", got, curve.name)
			}
		})
	}
}

func TestClientHelloIsRecorded(t *testing.T) {
	addr, wait := serve(t, config(t, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"), nil)
	client := goClient()
	client.MinVersion = tls.VersionTLS12
	client.NextProtos = []string{"smtp", "x"}
	client.CurvePreferences = []tls.CurveID{tls.CurveP256, tls.CurveP384}
	conn, err := dialGo(t, addr, client)
	if err != nil {
		t.Fatal(err)
	}
	roundTrip(t, conn)
	s := wait().state
	hello := s.ClientHello
	if hello == nil {
		t.Fatal("no ClientHello")
	}
	switch {
	case s.ServerName != "mx.example.test" || hello.ServerName != s.ServerName:
		t.Errorf("server name %q", s.ServerName)
	case !slices.Equal(hello.Versions, []uint16{tls.VersionTLS13, tls.VersionTLS12}):
		t.Errorf("versions %x", hello.Versions)
	case !slices.Equal(hello.ALPN, client.NextProtos):
		t.Errorf("ALPN %q", hello.ALPN)
	case !slices.Equal(hello.Groups, client.CurvePreferences):
		t.Errorf("groups %v", hello.Groups)
	case !slices.Contains(hello.CipherSuites, s.CipherSuite):
		t.Errorf("cipher suites %x", hello.CipherSuites)
	case hello.Bytes < 100:
		t.Errorf("%d octets", hello.Bytes)
	case !s.ExtendedMasterSecret || s.SignatureScheme == 0:
		t.Errorf("extended master secret %v, signature %v", s.ExtendedMasterSecret, s.SignatureScheme)
	}
}

// TestVersionTooLow: a server without what the client insists on is told so.
func TestVersionTooLow(t *testing.T) {
	c := config(t, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA")
	c.MaxVersion = VersionTLS11
	addr, wait := serve(t, c, nil)
	client := goClient()
	client.MinVersion = tls.VersionTLS12
	if conn, err := dialGo(t, addr, client); err == nil {
		t.Fatal("the client goes down to TLS 1.1")
	} else {
		conn.Close()
	}
	got := wait()
	var alert *AlertError
	if !errors.As(got.err, &alert) || !alert.Received || alert.Alert.Code != alertProtocolVersion {
		t.Errorf("server: %v, want the client's protocol_version", got.err)
	}
	if got.state.ReceivedAlert == nil || got.state.ReceivedAlert.Level != LevelFatal {
		t.Errorf("received alert %v", got.state.ReceivedAlert)
	}
}

func TestClientCertificate(t *testing.T) {
	certificates := map[string]struct {
		certificate tls.Certificate
		n           int
	}{
		"none": {tls.Certificate{}, 0}, "rsa": {enginetest.RSA(), 1}, "ecdsa": {enginetest.ECDSA(), 1},
	}
	for name, tt := range certificates {
		for _, version := range []uint16{VersionTLS10, VersionTLS11, VersionTLS12} {
			t.Run(name+"/"+tls.VersionName(version), func(t *testing.T) {
				c := config(t, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA")
				c.MaxVersion, c.RequestClientCertificate = version, true
				addr, wait := serve(t, c, nil)
				client := goClient()
				client.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
					return &tt.certificate, nil
				}
				conn, err := dialGo(t, addr, client)
				if err != nil {
					t.Fatal(err)
				}
				roundTrip(t, conn)
				got := wait()
				if got.err != nil {
					t.Fatal(got.err)
				}
				if s := got.state; !s.ClientCertificateRequested || s.PeerCertificates == nil || len(s.PeerCertificates) != tt.n {
					t.Fatalf("requested %v, chain of %d", s.ClientCertificateRequested, len(s.PeerCertificates))
				}
				for _, der := range got.state.PeerCertificates {
					if _, err := x509.ParseCertificate(der); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
}

// TestClientCertificateStolen: a certificate without its key is not believed.
func TestClientCertificateStolen(t *testing.T) {
	stolen := enginetest.RSA()
	other := enginetest.ECDSA()
	for name, certificate := range map[string]tls.Certificate{
		"rsa":   {Certificate: stolen.Certificate, PrivateKey: impostor(t, stolen)},
		"ecdsa": {Certificate: other.Certificate, PrivateKey: impostor(t, other)},
	} {
		t.Run(name, func(t *testing.T) {
			c := config(t, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")
			c.RequestClientCertificate = true
			addr, wait := serve(t, c, nil)
			client := goClient()
			client.Certificates = []tls.Certificate{certificate}
			conn, err := dialGo(t, addr, client)
			if err == nil {
				t.Error("the handshake completes")
			}
			conn.Close()
			if got := wait(); !errors.Is(got.err, errClientSignature) || got.state.SentAlert.Code != alertDecryptError {
				t.Errorf("server: %v", got.err)
			}
		})
	}
}

// TestForcedSignature: Go's client refuses signatures it did not offer.
func TestForcedSignature(t *testing.T) {
	c := config(t, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")
	c.SignatureScheme = PKCS1WithMD5
	addr, wait := serve(t, c, nil)
	conn, err := dialGo(t, addr, goClient())
	if err == nil {
		t.Error("the client takes MD5")
	}
	conn.Close()
	got := wait()
	if got.state.SignatureScheme != PKCS1WithMD5 || got.state.ReceivedAlert == nil {
		t.Errorf("signature %v, alert %v", got.state.SignatureScheme, got.state.ReceivedAlert)
	}
}

func TestNoCloseNotify(t *testing.T) {
	for _, silent := range []bool{false, true} {
		c := config(t, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")
		c.NoCloseNotify = silent
		addr, wait := serve(t, c, nil)
		raw, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		seen := &lastRecord{Conn: raw}
		conn := tls.Client(seen, goClient())
		roundTrip(t, conn)
		wait()
		conn.Close()
		if alerted := recordType(seen.typ) == typeAlert; alerted == silent {
			t.Errorf("NoCloseNotify %v: last record has type %d", silent, seen.typ)
		}
	}
}

// lastRecord keeps the type of the last record read. crypto/tls reads headers
// alone or together with whole records.
type lastRecord struct {
	net.Conn
	data []byte
	typ  byte
}

func (l *lastRecord) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	l.data = append(l.data, p[:n]...)
	for len(l.data) >= recordHeaderLen {
		whole := recordHeaderLen + int(l.data[3])<<8 + int(l.data[4])
		l.typ = l.data[0]
		if len(l.data) < whole {
			break
		}
		l.data = l.data[whole:]
	}
	return n, err
}

func TestHandshakeContextEnds(t *testing.T) {
	client, server := net.Pipe()
	defer client.Close()
	ctx, cancel := context.WithCancel(context.Background())
	conn := Server(server, config(t, "TLS_RSA_WITH_AES_128_CBC_SHA"))
	go func() {
		// The server is inside the handshake once it reads.
		_, _ = client.Write([]byte{byte(typeHandshake)})
		cancel()
	}()
	if err := conn.HandshakeContext(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, context.Canceled) {
		t.Errorf("read: %v", err)
	}
}

// TestOddRecords: messages in small records and warnings are no obstacle.
func TestOddRecords(t *testing.T) {
	for _, version := range []uint16{VersionTLS10, VersionTLS11, VersionTLS12} {
		c := config(t, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA")
		c.MaxVersion, c.FragmentHandshake, c.NameWarnings = version, 1, 3
		addr, wait := serve(t, c, nil)
		conn, err := dialGo(t, addr, goClient())
		if err != nil {
			t.Fatal(err)
		}
		roundTrip(t, conn)
		if s := wait().state; s.Version != version || s.SentAlert != nil {
			t.Errorf("version %#04x, alert %v", s.Version, s.SentAlert)
		}
	}
}

// TestServersOrderOfGroups: the server's groups go before the client's, and a
// group that it does not name is not used.
func TestServersOrderOfGroups(t *testing.T) {
	c := config(t, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA")
	c.Groups = []tls.CurveID{tls.X25519MLKEM768, tls.CurveP384, tls.CurveP256}
	addr, wait := serve(t, c, nil)
	conn, err := dialGo(t, addr, goClient())
	if err != nil {
		t.Fatal(err)
	}
	roundTrip(t, conn)
	if got := wait().state.Group; got != "secp384r1" {
		t.Errorf("group %q, want secp384r1", got)
	}

	c.Groups = []tls.CurveID{tls.X25519MLKEM768}
	addr, wait = serve(t, c, nil)
	if conn, err := dialGo(t, addr, goClient()); err == nil {
		t.Error("it agrees on a group that the server does not name")
	} else {
		conn.Close()
	}
	if a := wait().state.SentAlert; a == nil || a.Code != alertHandshakeFailure {
		t.Errorf("alert %v", a)
	}
}

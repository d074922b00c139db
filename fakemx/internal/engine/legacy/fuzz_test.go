package legacy

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx/internal/engine/enginetest"
)

// checkError holds what every function that reads hostile octets promises: an
// error that asks for an alert, or the end of the stream.
func checkError(t *testing.T, err error) {
	t.Helper()
	var a *AlertError
	if err != nil && !errors.As(err, &a) && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error without an alert: %v", err)
	}
}

// FuzzRecords reads records in clear, or protected by one of the suites.
func FuzzRecords(f *testing.F) {
	f.Add(uint8(255), uint8(0), record(typeHandshake, []byte("hello")))
	for i := range suites {
		_, seal := pair(f, &suites[i], VersionTLS12)
		w := &recordWriter{version: VersionTLS12, protection: seal}
		if err := w.add(typeApplicationData, []byte("hello")); err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(i), uint8(2), w.pending)
	}
	f.Fuzz(func(t *testing.T, suite, version uint8, octets []byte) {
		r := newRecordReader(bytes.NewReader(octets))
		if int(suite) < len(suites) {
			r.version = VersionTLS10 + uint16(version%3)
			r.protection, _ = pair(t, &suites[suite], r.version)
		}
		for {
			_, content, err := r.next()
			if err != nil {
				checkError(t, err)
				return
			}
			if len(content) > maxPlaintext {
				t.Errorf("%d octets in a record", len(content))
			}
		}
	})
}

func FuzzClientHello(f *testing.F) {
	f.Add(newPuppet(nil).helloBody())
	f.Add(extended(0, 0, 0, 6, 0, 4, 0, 0, 1, 'x', 0, 10, 0, 4, 0, 2, 0, 23)[recordHeaderLen+handshakeHeaderLen:])
	f.Add(extended(0, 16, 0, 7, 0, 5, 4, 's', 'm', 't', 'p', 0, 23, 0, 0, 0xff, 1, 0, 1, 0)[recordHeaderLen+handshakeHeaderLen:])
	f.Add(extended(0, 43, 0, 3, 2, 3, 4, 0, 13, 0, 4, 0, 2, 4, 1)[recordHeaderLen+handshakeHeaderLen:])
	f.Fuzz(func(t *testing.T, body []byte) {
		h, err := parseClientHello(body)
		if err != nil {
			checkError(t, err)
			return
		}
		if h.Bytes != len(body)+handshakeHeaderLen || len(h.random) != randomLen || len(h.Versions) == 0 {
			t.Errorf("incomplete: %+v", h)
		}
		if n := 2 * (len(h.CipherSuites) + len(h.Groups) + len(h.schemes)); n > len(body) {
			t.Errorf("lists of %d octets out of %d", n, len(body))
		}
	})
}

func FuzzClientKeyExchange(f *testing.F) {
	f.Add(uint8(0), []byte{0, 2, 3, 4})
	for i, c := range curves {
		key, err := c.curve.GenerateKey(ones{})
		if err != nil {
			f.Fatal(err)
		}
		point := key.PublicKey().Bytes()
		f.Add(uint8(i+1), append([]byte{byte(len(point))}, point...))
	}
	f.Fuzz(func(t *testing.T, kind uint8, body []byte) {
		var exchange keyExchange = &dhe{prime: dhPrimes[512], secret: two}
		if i := int(kind) % (len(curves) + 1); i > 0 {
			c := curves[i-1]
			secret, err := c.curve.GenerateKey(ones{})
			if err != nil {
				t.Fatal(err)
			}
			exchange = &ecdhe{id: c.id, name: c.name, secret: secret}
		}
		secret, err := exchange.premaster(body)
		checkError(t, err)
		if err == nil && len(secret) == 0 {
			t.Error("empty premaster secret")
		}
	})
}

// FuzzServer gives a whole stream to a server that asks for a certificate.
func FuzzServer(f *testing.F) {
	f.Add(hello(0, 3, 3))
	f.Add([]byte("EHLO client.example.test\r\n"))
	f.Add(append(hello(offsetSuites+2, 0xc0, 0x09),
		handshakeRecord(typeCertificate, []byte{0, 0, 0})...))
	c := &Config{
		CipherSuites: ids(f, puppetSuite, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"),
		Certificate:  enginetest.ECDSA(), DHPrimeBits: 512, RequestClientCertificate: true,
	}
	f.Fuzz(func(t *testing.T, octets []byte) {
		conn := Server(&stream{Reader: bytes.NewReader(octets)}, c)
		err := conn.HandshakeContext(context.Background())
		if err == nil {
			t.Fatal("the handshake completes")
		}
		checkError(t, err)
		if s := conn.State(); s.HandshakeComplete {
			t.Error("the state says that the handshake is complete")
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	})
}

// ones is a source of randomness that is none.
type ones struct{}

func (ones) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 1
	}
	return len(p), nil
}

// stream is a connection from which everything has come already.
type stream struct{ *bytes.Reader }

func (*stream) Write(p []byte) (int, error)      { return len(p), nil }
func (*stream) Close() error                     { return nil }
func (*stream) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (*stream) RemoteAddr() net.Addr             { return &net.TCPAddr{} }
func (*stream) SetDeadline(time.Time) error      { return nil }
func (*stream) SetReadDeadline(time.Time) error  { return nil }
func (*stream) SetWriteDeadline(time.Time) error { return nil }

package dane_test

import (
	"context"
	"crypto/tls"
	"net"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/certgen"
)

// A server is a TLS server for one connection.
type server struct {
	addr string
	// asked gets the name in the SNI extension, before the handshake ends.
	asked chan string
}

// serve starts a server with that chain, whose first certificate has the key.
// The connection goes over TCP: a pipe without a buffer would block a client
// that sends an alert while the server still writes.
func serve(t *testing.T, pki *certgen.PKI, chain string) server {
	t.Helper()
	leaf, _, _ := strings.Cut(chain, " ")
	certificate := tls.Certificate{Certificate: chainOf(t, pki, chain), PrivateKey: pki.Certificate(leaf).Key}
	s := server{asked: make(chan string, 1)}
	config := &tls.Config{GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		s.asked <- hello.ServerName
		return &certificate, nil
	}}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = listener.Addr().String()
	done := make(chan struct{})
	go func() {
		defer close(done)
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		peer := tls.Server(conn, config)
		if peer.HandshakeContext(context.Background()) == nil {
			_, _ = peer.Read(make([]byte, 1)) // until the client is gone
		}
	}()
	t.Cleanup(func() {
		listener.Close()
		<-done
	})
	return s
}

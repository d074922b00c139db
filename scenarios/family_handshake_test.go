package scenarios

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"testing"
)

// TestHandshakes: a client that does not verify finishes TLS with the peer's
// certificates, or does not, as the facts say.
func TestHandshakes(t *testing.T) {
	t.Parallel()
	for _, s := range certified() {
		if s.Name == "rsa-512" || s.Peer.TLS.Legacy != nil {
			continue // crypto/tls will not use such a key, and has no such TLS
		}
		if s.Facts.Completes == Lenient {
			continue // it is left to the client
		}
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			pki := build(t, s)
			err := handshake(t, pki.TLSCertificate())
			if completes := err == nil; completes != (s.Facts.Completes != No) {
				t.Errorf("the handshake ends with %v, completes is %s", err, s.Facts.Completes)
			}
		})
	}
}

// handshake returns the client's error. It goes through the kernel, whose
// buffers let both sides speak at once.
func handshake(t *testing.T, c tls.Certificate) error {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		_ = tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{c}, MinVersion: tls.VersionTLS12}).Handshake()
		_ = conn.Close()
	}()
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	err = tls.Client(conn, &tls.Config{InsecureSkipVerify: true}).Handshake()
	_ = conn.Close()
	_ = listener.Close()
	<-served
	return err
}

// TestWithoutSNIPresentsAnotherName: the certificate for clients without SNI is
// sound in every respect but the name.
func TestWithoutSNIPresentsAnotherName(t *testing.T) {
	t.Parallel()
	s := MustGet("sni-required")
	s.Peer.PKI.Send = s.Peer.TLS.WithoutSNI.Send
	pki := build(t, s)
	if said := verifyGo(t, pki, "", "localhost"); said != "x509.HostnameError" {
		t.Errorf("as localhost it is %q, want a mismatch of the name", said)
	}
	if said := verifyGo(t, pki, "", "other.fakemx.test"); said != "ok" {
		t.Errorf("as other.fakemx.test it is %q", said)
	}
}

// TestTheExportedClientCertificateIsVerified: what the healthy PKI gives to a
// client is what client-certificate-verified looks for.
func TestTheExportedClientCertificateIsVerified(t *testing.T) {
	t.Parallel()
	s := MustGet("client-certificate-verified")
	pki := build(t, s)
	certificate, ok := pki.ClientTLSCertificate()
	if !ok {
		t.Fatal("no client certificate is exported")
	}
	roots := x509.NewCertPool()
	for _, name := range s.Peer.TLS.ClientCertificate.Trust {
		roots.AddCert(pki.Certificate(name).Parsed)
	}
	_, err := certificate.Leaf.Verify(x509.VerifyOptions{
		Roots: roots, CurrentTime: builtAt, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	if err != nil {
		t.Error(err)
	}
}

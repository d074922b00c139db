package engine

import (
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/scenarios"
)

// OpenSSL's TLS 1.3 clients send an alert about the server's certificate in
// clear, where crypto/tls expects it encrypted: only the tap sees which it was.
// The error says the same in all versions.
func TestAlertsOfOpenSSL(t *testing.T) {
	t.Parallel()
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed")
	}
	for name, tt := range map[string]struct {
		trust, host  string
		alert, error string
	}{
		"untrusted":  {"client-ca", "localhost", "client unknown_ca", "remote error: tls: unknown certificate authority"},
		"other name": {"root", "other.test", "client bad_certificate", "remote error: tls: bad certificate"},
		"all well":   {"root", "localhost", "none", "<nil>"},
	} {
		for _, version := range []string{"1.2", "1.3"} {
			t.Run(name+" "+version, func(t *testing.T) {
				t.Parallel()
				e := newEngine(t, peerTLS(version, func(p *scenarios.TLS) {
					p.ClientCertificate.Mode = scenarios.ClientCertificateRequest
				}))
				r := meet(t, e, func(c *net.TCPConn) {
					runOpenSSL(t, c, openssl, "-CAfile", caFile(t, tt.trust), "-verify_hostname", tt.host)
				})
				checkAlert(t, r, tt.alert)
				if got := fmt.Sprint(r.Err); got != tt.error {
					t.Errorf("error %q, want %q", got, tt.error)
				}
				if r.Completed != (tt.alert == "none") || r.ByClient == r.Completed {
					t.Errorf("completed %v, by client %v: %v", r.Completed, r.ByClient, r.Err)
				}
			})
		}
	}
}

func caFile(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: testPKI().Certificate(name).DER})
	if err := os.WriteFile(path, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// runOpenSSL lets s_client use a connection that is there already: it connects
// to a socket of ours, which is joined to the other.
func runOpenSSL(t *testing.T, conn *net.TCPConn, openssl string, args ...string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Error(err)
		return
	}
	defer l.Close()
	attime := []string{"-attime", "1780315200"} // noon
	args = append([]string{"s_client", "-connect", l.Addr().String(), "-verify_return_error"}, append(attime, args...)...)
	cmd := exec.CommandContext(t.Context(), openssl, args...)
	cmd.Stdin = strings.NewReader("")
	if err := cmd.Start(); err != nil {
		t.Error(err)
		return
	}
	inner, err := l.Accept()
	if err != nil {
		t.Error(err)
		return
	}
	join(conn, inner.(*net.TCPConn))
	_ = cmd.Wait() // it fails where it should
}

// join passes on what comes on either connection until both have ended.
func join(a, b *net.TCPConn) {
	done := make(chan struct{})
	go func() {
		_, _ = io.Copy(a, b)
		_ = a.CloseWrite()
		close(done)
	}()
	_, _ = io.Copy(b, a)
	_ = b.CloseWrite()
	<-done
	_ = b.Close()
}

package legacy

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx/internal/engine/enginetest"
)

// unpackedPostfix is where e2e/setup.sh unpacks Debian's postfix package, so
// that its client can be used without installing a mail server.
const unpackedPostfix = "../../../../e2e/.tools/postfix"

// postfixConfig is what posttls-finger insists on, with users of Debian's base
// system in place of postfix's own.
const postfixConfig = `compatibility_level = 3.6
mail_owner = mail
setgid_group = games
default_privs = nobody
myhostname = client.example.test
`

// finger returns a posttls-finger command.
func finger(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	root, err := filepath.Abs(unpackedPostfix)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(root, "usr/sbin/posttls-finger")
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no posttls-finger, run e2e/setup.sh to unpack it: %v", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), enginetest.Patience)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = append(os.Environ(), "MAIL_CONFIG="+postfixDir(t), "LD_LIBRARY_PATH="+filepath.Join(root, "usr/lib/postfix"))
	return cmd
}

// postfixDir makes a configuration that seems old: Postfix waits for one that
// could still be being written.
func postfixDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "main.cf")
	past := time.Now().Add(-time.Hour)
	err := errors.Join(os.WriteFile(path, []byte(postfixConfig), 0o600), os.Chtimes(path, past, past))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// startTLS speaks SMTP until TLS begins.
func startTLS(conn net.Conn) error {
	r := bufio.NewReader(conn)
	say := func(lines string) error {
		_, err := fmt.Fprint(conn, lines)
		return err
	}
	expect := func(verb string) error {
		line, err := r.ReadString('\n')
		if err == nil && !strings.HasPrefix(line, verb) {
			err = fmt.Errorf("expected %s, got %q", verb, line)
		}
		return err
	}
	return errors.Join(say("220 mx.example.test ESMTP\r\n"), expect("EHLO"),
		say("250-mx.example.test\r\n250 STARTTLS\r\n"), expect("STARTTLS"), say("220 go ahead\r\n"))
}

// TestPostfix shows what Postfix's client does at each of its security levels.
// It sends EHLO inside TLS, and the echo of that makes it leave.
func TestPostfix(t *testing.T) {
	const (
		untrusted = "Untrusted TLS connection established .* cipher "
		anonymous = "Anonymous TLS connection established .* cipher "
		sigalg    = "legacy sigalg disallowed or unsupported"
		noCommon  = "SSL alert number 40"
	)
	tests := []struct {
		name   string
		suites []string
		config func(*Config)
		// may and verify are what it says; encrypt is as may.
		may, verify string
		completes   [2]bool // at may, at verify
	}{
		{"adh", []string{"TLS_DH_anon_WITH_AES_128_GCM_SHA256"}, nil, anonymous + "ADH-AES128-GCM-SHA256", noCommon, [2]bool{true, false}},
		{"aecdh", []string{"TLS_ECDH_anon_WITH_AES_128_CBC_SHA"}, nil, anonymous + "AECDH-AES128-SHA", noCommon, [2]bool{true, false}},
		{"null", []string{"TLS_RSA_WITH_NULL_SHA"}, nil, noCommon, noCommon, [2]bool{}},
		{"dhe-512", diffieHellman, primeOf(512), "dh key too small", "dh key too small", [2]bool{}},
		{"dhe-768", diffieHellman, primeOf(768), "dh key too small", "dh key too small", [2]bool{}},
		{"dhe-1024", diffieHellman, primeOf(1024), untrusted + "DHE-RSA-AES128-GCM-SHA256", untrusted, [2]bool{true, true}},
		{"dhe-2048", diffieHellman, primeOf(2048), untrusted + "DHE-RSA-AES128-GCM-SHA256", untrusted, [2]bool{true, true}},
		{"tls-1.0", ordinary[1:], upTo(VersionTLS10), untrusted, sigalg, [2]bool{true, false}},
		{"tls-1.1", ordinary[1:], upTo(VersionTLS11), untrusted, sigalg, [2]bool{true, false}},
		{"tls-1.2", ordinary, upTo(VersionTLS12), untrusted, untrusted, [2]bool{true, true}},
		{"sha1", ordinary, signedBy(PKCS1WithSHA1), untrusted, "wrong signature type", [2]bool{true, false}},
		{"md5", ordinary, signedBy(PKCS1WithMD5), "wrong signature type", "wrong signature type", [2]bool{}},
		{
			"no-secure-renegotiation", ordinary, func(c *Config) { c.NoSecureRenegotiation = true },
			"unsafe legacy renegotiation disabled", "unsafe legacy renegotiation disabled", [2]bool{},
		},
	}
	for _, tt := range tests {
		for _, level := range []string{"may", "encrypt", "verify"} {
			t.Run(tt.name+"/"+level, func(t *testing.T) {
				c := config(t, tt.suites...)
				if tt.config != nil {
					tt.config(c)
				}
				said, completes := tt.may, tt.completes[0]
				if level == "verify" {
					said, completes = tt.verify, tt.completes[1]
				}
				addr, wait := serve(t, c, startTLS)
				_, port, _ := net.SplitHostPort(addr)
				out, err := finger(t, "-c", "-l", level, "-L", "summary", "[127.0.0.1]:"+port).CombinedOutput()
				if err != nil {
					t.Fatalf("%v\n%s", err, out)
				}
				if got := wait(); got.state.HandshakeComplete != completes {
					t.Errorf("completes: want %v, server: %v", completes, got.err)
				}
				enginetest.Match(t, said, string(out))
			})
		}
	}
}

func primeOf(bits int) func(*Config)    { return func(c *Config) { c.DHPrimeBits = bits } }
func upTo(version uint16) func(*Config) { return func(c *Config) { c.MaxVersion = version } }
func signedBy(s tls.SignatureScheme) func(*Config) {
	return func(c *Config) { c.SignatureScheme = s }
}

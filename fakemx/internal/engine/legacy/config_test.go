package legacy

import (
	"crypto"
	"crypto/tls"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/fakemx/internal/engine/enginetest"
)

func TestCheck(t *testing.T) {
	ecdsaSuite := ids(t, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA")
	gcm := ids(t, "TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_128_GCM_SHA256")
	tests := []struct {
		name string
		edit func(*Config)
		want string
	}{
		{"good", func(*Config) {}, ""},
		{"ssl 3.0", func(c *Config) { c.MinVersion = 0x0300 }, "MinVersion: expected 0x0301 to 0x0303 (TLS 1.0 to 1.2), got 0x0300"},
		{"tls 1.3", func(c *Config) { c.MaxVersion = tls.VersionTLS13 }, "MaxVersion: expected 0x0301"},
		{"upside down", func(c *Config) { c.MinVersion, c.MaxVersion = VersionTLS12, VersionTLS11 }, "MinVersion: expected at most MaxVersion 0x0302"},
		{"no suites", func(c *Config) { c.CipherSuites = nil }, "CipherSuites: expected at least one"},
		{"unknown suite", func(c *Config) { c.CipherSuites = []uint16{0x002f, 0x0005} }, "CipherSuites[1]: TLS_RSA_WITH_RC4_128_SHA is not"},
		{"suite too new", func(c *Config) { c.CipherSuites, c.MaxVersion = gcm, VersionTLS11 }, "CipherSuites[1]: TLS_RSA_WITH_AES_128_GCM_SHA256 needs TLS 1.2"},
		{"no key", func(c *Config) { c.Certificate = tls.Certificate{} }, "CipherSuites[0]: TLS_RSA_WITH_AES_128_CBC_SHA needs a Certificate with a crypto.Signer"},
		{"ecdsa key", func(c *Config) { c.Certificate = enginetest.ECDSA() }, "CipherSuites[0]: TLS_RSA_WITH_AES_128_CBC_SHA needs a Certificate with an RSA key"},
		{"rsa key", func(c *Config) { c.CipherSuites = ecdsaSuite }, "needs a Certificate with an ECDSA key"},
		{"key that only signs", func(c *Config) { c.Certificate.PrivateKey = onlySigner{enginetest.RSA().PrivateKey.(crypto.Signer)} }, "needs a Certificate with a crypto.Decrypter"},
		{"odd prime", func(c *Config) { c.DHPrimeBits = 1023 }, "DHPrimeBits: expected 512, 768, 1024 or 2048, got 1023"},
		{"strong signature", func(c *Config) { c.SignatureScheme = tls.PKCS1WithSHA256 }, "SignatureScheme: expected PKCS1WithMD5"},
		{"signature before tls 1.2", func(c *Config) { c.SignatureScheme, c.MaxVersion = PKCS1WithSHA1, VersionTLS11 }, "SignatureScheme: needs TLS 1.2"},
		{"nothing signed", func(c *Config) { c.SignatureScheme = PKCS1WithSHA1 }, "SignatureScheme: none of CipherSuites"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := config(t, "TLS_RSA_WITH_AES_128_CBC_SHA")
			tt.edit(c)
			err := c.Check()
			if tt.want == "" && err == nil {
				return
			}
			if err == nil || tt.want == "" || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// onlySigner hides what else a key can do.
type onlySigner struct{ crypto.Signer }

func TestSuiteID(t *testing.T) {
	for _, s := range suites {
		if id, err := SuiteID(s.name); err != nil || id != s.id {
			t.Errorf("%s: got %#04x, %v", s.name, id, err)
		}
		if name := tls.CipherSuiteName(s.id); strings.HasPrefix(name, "TLS_") && name != s.name {
			t.Errorf("%#04x is %s, not %s", s.id, name, s.name)
		}
	}
	if _, err := SuiteID("TLS_AES_128_GCM_SHA256"); err == nil {
		t.Error("a suite of TLS 1.3 is known")
	}
}

// TestBadConfig: a handshake with a Config that cannot be played ends in
// internal_error, and so does one whose key fails.
func TestBadConfig(t *testing.T) {
	broken := config(t, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")
	broken.Certificate.PrivateKey = brokenKey{enginetest.RSA().PrivateKey.(crypto.Signer)}
	odd := config(t, puppetSuite)
	odd.DHPrimeBits = 1
	for name, c := range map[string]*Config{"key": broken, "prime": odd} {
		t.Run(name, func(t *testing.T) {
			addr, wait := serve(t, c, nil)
			conn, err := dialGo(t, addr, goClient())
			if err == nil {
				t.Error("the handshake completes")
			}
			conn.Close()
			var a *AlertError
			if s := wait(); !errors.As(s.err, &a) || a.Alert.Code != alertInternalError {
				t.Errorf("got %v", s.err)
			}
		})
	}
}

// brokenKey cannot sign.
type brokenKey struct{ crypto.Signer }

var errBroken = errors.New("key is broken")

func (brokenKey) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return nil, errBroken
}

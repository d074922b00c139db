package fakemx_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/fakemx/store"
	"github.com/fakemx/fakemx/scenarios"
)

// What makes no sense is an error that names the field.
func TestConfigErrorsNameTheField(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	good := otherPKI(t).TLSCertificate()
	var noListener *net.TCPListener
	type edit = func(*fakemx.Config)
	for name, tt := range map[string]struct {
		edit  edit
		field string
		says  string
	}{
		"no scenario":           {func(c *fakemx.Config) { c.Scenario = scenarios.Scenario{} }, "Scenario", "MustGet"},
		"user without a name":   {func(c *fakemx.Config) { c.Users = map[string]string{"": "x"} }, "Users", "identity"},
		"user without password": {func(c *fakemx.Config) { c.Users = map[string]string{"anna": ""} }, "Users", `"anna"`},
		"unplayable scenario":   {func(c *fakemx.Config) { c.Scenario.Peer.TLS.MaxVersion = "9" }, "Scenario", "max_version"},
		"port in use":           {func(c *fakemx.Config) { c.Listen = taken.Addr().String() }, "Listen", "address already in use"},
		"no address":            {func(c *fakemx.Config) { c.Listen = "nowhere" }, "Listen", "missing port"},
		"SMTPS port in use":     {func(c *fakemx.Config) { c.SMTPS = taken.Addr().String() }, "SMTPS", "address already in use"},
		"nil listener":          {func(c *fakemx.Config) { c.Listener = noListener }, "Listener", "nil *net.TCPListener"},
		"nil SMTPS listener":    {func(c *fakemx.Config) { c.SMTPSListener = noListener }, "SMTPSListener", "nil *net.TCPListener"},
		"two ways to listen":    {func(c *fakemx.Config) { c.Listen, c.Listener = "127.0.0.1:0", listener(t) }, "Listener", "Config.Listen"},
		"two ways for SMTPS":    {func(c *fakemx.Config) { c.SMTPS, c.SMTPSListener = "127.0.0.1:0", listener(t) }, "SMTPSListener", "Config.SMTPS"},
		"host name of two":      {func(c *fakemx.Config) { c.Hostname = "a b\r\n250 x" }, "Hostname", `"a b\r\n250 x"`},
		"empty label":           {func(c *fakemx.Config) { c.Hostname = "a..b" }, "Hostname", "host name such as"},
		"long label":            {func(c *fakemx.Config) { c.Hostname = strings.Repeat("a", 64) }, "Hostname", "host name such as"},
		"long name":             {func(c *fakemx.Config) { c.Hostname = strings.Repeat("a.", 128) + "a" }, "Hostname", "host name such as"},
		"literal as host name":  {func(c *fakemx.Config) { c.Hostname = "[127.0.0.1]" }, "Hostname", "IP address"},
		"domain of two":         {func(c *fakemx.Config) { c.Domain = "a\r\n250 x" }, "Domain", "address literal"},
		"domain, no brackets":   {func(c *fakemx.Config) { c.Domain = "::1" }, "Domain", "address literal"},
		"domain, literal of v6": {func(c *fakemx.Config) { c.Domain = "[::1]" }, "Domain", "address literal"},
		"first":                 {func(c *fakemx.Config) { c.First = -1 }, "First", "expected 0 to"},
		"message too large":     {func(c *fakemx.Config) { c.MaxMessageBytes = 4 << 30 }, "MaxMessageBytes", "expected 0 to 4294967295"},
		"message below zero":    {func(c *fakemx.Config) { c.MaxMessageBytes = -1 }, "MaxMessageBytes", "got -1"},
		"recipients":            {func(c *fakemx.Config) { c.MaxRecipients = -1 }, "MaxRecipients", "got -1"},
		"connections":           {func(c *fakemx.Config) { c.MaxConnections = -1 }, "MaxConnections", "got -1"},
		"endless timeout":       {func(c *fakemx.Config) { c.Timeout = 2500000 * time.Hour }, "Timeout", "at most 24h"},
		"negative timeout":      {func(c *fakemx.Config) { c.Timeout = -1 }, "Timeout", "got -1ns"},
		"no records":            {func(c *fakemx.Config) { c.MaxRecordBytes = -1 }, "MaxRecordBytes", "to keep no records, set MaxSessions to -1"},
		"no messages":           {func(c *fakemx.Config) { c.Store = &store.Memory{MaxMessages: -1} }, "Store", "to keep no messages, use store.Discard"},
		"no room":               {func(c *fakemx.Config) { c.Store = &store.Memory{MaxBytes: -1} }, "Store", "0 or more"},
		"nil store":             {func(c *fakemx.Config) { c.Store = (*store.Maildir)(nil) }, "Store", "got a nil *store.Maildir"},
		"empty PKI":             {func(c *fakemx.Config) { c.PKI = &certgen.PKI{} }, "PKI", "certgen.Build"},
		"PKI without a CA":      {func(c *fakemx.Config) { c.Scenario, c.PKI = enforcing(), otherPKI(t) }, "PKI", "no usable certificate"},
		"PKI in a file":         {func(c *fakemx.Config) { c.PKIDir = file }, "PKIDir", "file"},
		"no certificate":        {func(c *fakemx.Config) { c.Certificate = &tls.Certificate{} }, "Certificate", "got none"},
		"no DER":                {func(c *fakemx.Config) { c.Certificate = &tls.Certificate{Certificate: [][]byte{[]byte("-----BEGIN")}} }, "Certificate", "certificates in DER form"},
		"no key":                {func(c *fakemx.Config) { c.Certificate = &tls.Certificate{Certificate: good.Certificate} }, "Certificate", "crypto.Signer"},
		"another key": {func(c *fakemx.Config) {
			c.Certificate = &tls.Certificate{Certificate: good.Certificate, PrivateKey: key}
		}, "Certificate", "another key"},
	} {
		c := fakemx.Config{Scenario: scenarios.MustGet("healthy")}
		tt.edit(&c)
		s, err := fakemx.New(c)
		if err == nil {
			t.Errorf("%s: no error", name)
			_ = s.Close()
			continue
		}
		of, ok := errors.AsType[*fakemx.ConfigError](err)
		if !ok || of.Field != tt.field || !strings.HasPrefix(err.Error(), "Config."+tt.field+": ") || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %q does not say %q of %s", name, err, tt.says, tt.field)
		}
		for _, l := range []net.Listener{c.Listener, c.SMTPSListener} {
			if l != nil && l != net.Listener(noListener) && !closed(l) {
				t.Errorf("%s: the listener is left open", name)
			}
		}
	}
}

func listener(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func closed(l net.Listener) bool {
	_, err := net.Dial("tcp", l.Addr().String())
	return err != nil
}

// Listeners of the caller are served, and closed with the server.
func TestGivenListeners(t *testing.T) {
	t.Parallel()
	smtp, smtps := listener(t), listener(t)
	s := play(t, nil, func(c *fakemx.Config) { c.Listener, c.SMTPSListener = smtp, smtps })
	if s.Addr() != smtp.Addr().String() || s.SMTPSAddr() != smtps.Addr().String() {
		t.Errorf("the peer is at %s and %s", s.Addr(), s.SMTPSAddr())
	}
	if err := deliver(s, s.ClientTLS(), nil); err != nil {
		t.Error(err)
	}
	conn, err := tls.Dial("tcp", s.SMTPSAddr(), s.ClientTLS())
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if !closed(smtp) || !closed(smtps) {
		t.Error("a listener is left open")
	}
}

// A listener need not be of TCP.
func TestListenerOnSocketFile(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "fakemx-") //nolint:usetesting // a path of t.TempDir may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	l, err := net.Listen("unix", filepath.Join(dir, "smtp"))
	if err != nil {
		t.Skipf("no socket files here: %v", err)
	}
	s := play(t, nil, func(c *fakemx.Config) { c.Listener = l })
	conn, err := s.DialContext(t.Context(), "tcp", "ignored:25")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	greeting := make([]byte, 3)
	if _, err := conn.Read(greeting); err != nil || string(greeting) != "220" {
		t.Errorf("greeted by %q, error %v", greeting, err)
	}
}

// The name that the peer gives itself need not be the one by which it is
// reached.
func TestDomain(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ hostname, domain, reached, greets string }{
		"neither":           {"", "", "localhost", "mx.healthy.fakemx.test"},
		"host name":         {"mail.example.test", "", "mail.example.test", "mail.example.test"},
		"both":              {"mail.example.test", "inside.example.test", "mail.example.test", "inside.example.test"},
		"domain":            {"", "inside.example.test", "localhost", "inside.example.test"},
		"address literal":   {"", "[192.0.2.1]", "localhost", "[192.0.2.1]"},
		"literal of IPv6":   {"", "[IPv6:2001:db8::1]", "localhost", "[IPv6:2001:db8::1]"},
		"reached at IP":     {"192.0.2.1", "", "192.0.2.1", "[192.0.2.1]"},
		"reached at IPv6":   {"2001:db8::1", "", "2001:db8::1", "[IPv6:2001:db8::1]"},
		"reached at its IP": {"127.0.0.1", "", "127.0.0.1", "[127.0.0.1]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := play(t, nil, func(c *fakemx.Config) { c.Hostname, c.Domain = tt.hostname, tt.domain })
			if s.Host() != tt.reached {
				t.Errorf("reached by %q, want %q", s.Host(), tt.reached)
			}
			c := dialTo(t, s.Addr())
			if text := c.want(220); !strings.HasPrefix(text, tt.greets+" ") {
				t.Errorf("greeting %q, want %s", text, tt.greets)
			}
			if first, _, _ := strings.Cut(c.say("EHLO x", 250), "\n"); first != tt.greets {
				t.Errorf("the peer calls itself %q, want %s", first, tt.greets)
			}
			c.startTLS(s.ClientTLS()) // the certificate is for the name by which it is reached
			c.quit()
		})
	}
}

// chained is a certificate with two issuers above it, in the order that send
// says, and its PKI.
func chained(t *testing.T, send ...string) tls.Certificate {
	t.Helper()
	pki, err := certgen.Build(certgen.Recipe{
		Certificates: map[string]*certgen.Certificate{
			"root":   {CA: true},
			"middle": {CA: true, Issuer: "root"},
			"leaf":   {DNSNames: []string{"localhost"}, Issuer: "middle"},
		},
		Send: send, Trust: []string{"root"},
	}, certgen.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return pki.TLSCertificate()
}

// Clients trust what a certificate of the caller leads to.
func TestRootsOfGivenCertificate(t *testing.T) {
	t.Parallel()
	for name, certificate := range map[string]tls.Certificate{
		"self-signed":     otherPKI(t).TLSCertificate(),
		"with its root":   chained(t, "leaf", "middle", "root"),
		"without root":    chained(t, "leaf", "middle"),
		"out of order":    chained(t, "leaf", "root", "middle"),
		"leaf alone":      chained(t, "leaf"),
		"an extra beside": chained(t, "leaf", "middle", "root", "leaf"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := play(t, nil, func(c *fakemx.Config) { c.Certificate = &certificate })
			if err := deliver(s, s.ClientTLS(), nil); err != nil {
				t.Error(err)
			}
			text, err := os.ReadFile(s.CAFile())
			if err != nil {
				t.Fatal(err)
			}
			pool := x509.NewCertPool()
			pool.AppendCertsFromPEM(text)
			if !pool.Equal(s.Roots()) {
				t.Error("CAFile has other roots than Roots")
			}
			if other := play(t, nil); other.Roots().Equal(s.Roots()) {
				t.Error("the roots are those of a PKI that is not in use")
			}
		})
	}
}

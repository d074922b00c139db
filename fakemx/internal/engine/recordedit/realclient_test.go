package recordedit

import (
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"testing"

	"github.com/fakemx/fakemx/fakemx/internal/engine/enginetest"
)

// clients are those that every case is proved with; their words are those of
// OpenSSL 3.0, GnuTLS 3.7 and Go.
var clients = map[string]enginetest.Client{
	"openssl": enginetest.OpenSSL,
	"gnutls":  enginetest.GnuTLS,
	"go": func(_ *testing.T, addr string, _ ...string) enginetest.Run {
		err := talk(addr, goClient())
		return enginetest.Run{Echoed: enginetest.Payload, Said: fmt.Sprint(err), Err: err}
	},
}

// says is what the clients say who refuse; the others complete.
type says map[string]string

func insert(at Point, r Record, count int) Edits {
	return Edits{Insertions: []Insertion{{At: at, Record: r, Count: count}}}
}

func TestClients(t *testing.T) {
	finished := says{
		"openssl": "digest check failed", "gnutls": "TLS Finished packet calculation",
		"go": "Finished message was incorrect|invalid server finished hash",
	}
	tests := []struct {
		name         string
		edits        Edits
		tls12, tls13 says
		only         uint16 // if zero, both versions
	}{
		{name: "none"},
		{name: "one-octet records", edits: harmless["octets"]},
		{name: "corrupt finished", edits: Edits{CorruptFinished: true}, tls12: finished, tls13: finished},
		{
			name: "warning before server hello", edits: insert(BeforeServerHello, Alert(LevelWarning, 112), 1),
		},
		{
			// In TLS 1.3 the level means nothing (RFC 8446 section 6).
			name: "warning before certificate", edits: insert(BeforeCertificate, Alert(LevelWarning, 112), 1),
			tls13: says{"openssl": "SSL alert number 112", "gnutls": `Received alert \[112\]`, "go": "unrecognized name"},
		},
		{
			name: "user canceled before certificate", edits: insert(BeforeCertificate, Alert(LevelWarning, 90), 1),
			tls13: says{"gnutls": `Received alert \[90\]`},
		},
		{
			name: "user canceled before data", edits: insert(BeforeData, Alert(LevelWarning, 90), 1),
			tls13: says{"gnutls": `Received alert \[90\]`},
		},
		{
			name: "many warnings before data", edits: insert(BeforeData, Alert(LevelWarning, 90), 32),
			tls12: says{"openssl": "too many warn alerts", "go": "too many ignored records"},
			tls13: says{"openssl": "too many warn alerts", "gnutls": `Received alert \[90\]`, "go": "too many ignored records"},
		},
		{
			name: "hello request", edits: insert(BeforeData, HelloRequest(), 1),
			// OpenSSL and GnuTLS begin to renegotiate, which crypto/tls refuses;
			// the refusal may reach s_client as a failed write.
			tls12: says{"openssl": "alert unexpected message|write:errno", "gnutls": "Rehandshake was requested", "go": "no renegotiation"},
			tls13: says{"openssl": "unexpected message", "gnutls": "unexpected TLS packet", "go": "unexpected handshake message"},
		},
		{name: "key update", edits: insert(BeforeData, KeyUpdate(false), 1), only: tls.VersionTLS13},
		{name: "early key update", edits: insert(AfterFinished, KeyUpdate(false), 1), only: tls.VersionTLS13},
		{name: "key updates requested", edits: insert(BeforeData, KeyUpdate(true), 8), only: tls.VersionTLS13},
		{
			// OpenSSL knows no limit.
			name: "key update storm", edits: insert(BeforeData, KeyUpdate(false), 1000), only: tls.VersionTLS13,
			tls13: says{"gnutls": "Too many handshake packets", "go": "too many non-advancing records"},
		},
	}
	for _, tt := range tests {
		for _, version := range versions {
			if tt.only != 0 && tt.only != version {
				continue
			}
			refusals := map[uint16]says{tls.VersionTLS12: tt.tls12, tls.VersionTLS13: tt.tls13}[version]
			for client := range clients {
				t.Run(fmt.Sprint(tt.name, "/", tls.VersionName(version), "/", client), func(t *testing.T) {
					s := ofVersion(version, tt.edits)
					meet(t, s, client, refusals[client])
				})
			}
		}
	}
}

// meet lets a client meet a server, and checks that it completes or refuses
// with the words given.
func meet(t *testing.T, s *server, client, refusal string, args ...string) served {
	t.Helper()
	addr, wait := s.serve(t)
	run := clients[client](t, addr, args...)
	got := wait()
	switch {
	case refusal != "" && run.Err == nil:
		t.Errorf("the client completes, want it to say %q", refusal)
	case refusal != "":
		enginetest.Match(t, refusal, run.Said)
	case run.Err != nil || string(run.Echoed) != string(enginetest.Payload):
		t.Errorf("want the client to complete, it fails: %v\n%s\nserver: %v, %v", run.Err, run.Said, got.err, got.read)
	}
	return got
}

// TestAlerts: a fatal alert reaches the client at every point, in clear and
// encrypted.
func TestAlerts(t *testing.T) {
	words := says{"openssl": "SSL alert number 40", "gnutls": `Received alert \[40\]`, "go": "remote error: tls: handshake failure"}
	for _, version := range versions {
		for _, at := range points {
			for client := range clients {
				t.Run(fmt.Sprint(tls.VersionName(version), "/", at, "/", client), func(t *testing.T) {
					said := words[client]
					if client == "openssl" && version == tls.VersionTLS12 && at == BeforeFinished {
						said = "data between ccs and finished"
					}
					meet(t, ofVersion(version, insert(at, Alert(LevelFatal, 40), 1)), client, said)
				})
			}
		}
	}
}

// TestCorruptFinishedAlert: what the clients answer with. OpenSSL sends its
// alert in clear in TLS 1.3, where crypto/tls expects none.
func TestCorruptFinishedAlert(t *testing.T) {
	want := map[string]map[uint16]int{
		"openssl": {tls.VersionTLS12: 51, tls.VersionTLS13: -1},
		"gnutls":  {tls.VersionTLS12: 51, tls.VersionTLS13: 51},
		"go":      {tls.VersionTLS12: 40, tls.VersionTLS13: 51},
	}
	for client, alerts := range want {
		for version, alert := range alerts {
			t.Run(client+"/"+tls.VersionName(version), func(t *testing.T) {
				got := meet(t, ofVersion(version, Edits{CorruptFinished: true}), client, ".")
				if got.alert != alert {
					t.Errorf("alert %d, want %d (%v, %v)", got.alert, alert, got.err, got.read)
				}
			})
		}
	}
}

// TestTLS13Suites: the suite is the client's choice.
func TestTLS13Suites(t *testing.T) {
	for _, name := range []string{"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"} {
		t.Run(name, func(t *testing.T) {
			s := ofVersion(tls.VersionTLS13, insert(BeforeData, KeyUpdate(false), 3))
			s.edits.FragmentHandshake = 9
			got := meet(t, s, "openssl", "", "-ciphersuites", name)
			if suite := tls.CipherSuiteName(got.state.CipherSuite); suite != name {
				t.Errorf("suite %s", suite)
			}
		})
	}
}

// TestCanaryClients: a client that could do TLS 1.3 sees the canary, one that
// could not completes.
func TestCanaryClients(t *testing.T) {
	tests := []struct {
		client, refusal string
		args            []string
	}{
		{"openssl", "inappropriate fallback", nil},
		{"openssl", "", []string{"-tls1_2"}},
		{"gnutls", "illegal parameter", nil},
		{"gnutls", "", []string{"--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.2"}},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.client, tt.args), func(t *testing.T) {
			s := ofVersion(tls.VersionTLS12, Edits{})
			s.config.Rand = DowngradeCanary(rand.Reader)
			meet(t, s, tt.client, tt.refusal, tt.args...)
		})
	}
}

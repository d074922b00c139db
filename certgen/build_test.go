package certgen

import (
	"crypto/x509"
	"testing"
	"time"
)

// clock is the time at which the tests build.
var clock = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// options are deterministic.
func options() Options {
	return Options{
		Now:  func() time.Time { return clock },
		Keys: SeededKeys("test"),
		Vars: map[string][]string{"{hostname}": {"mx.fakemx.test", "localhost"}, "{ip}": {"127.0.0.1", "::1"}, "{none}": nil},
	}
}

// threeTier is a sound recipe: root, intermediate, leaf.
func threeTier() Recipe {
	return Recipe{
		Certificates: map[string]*Certificate{
			"root":         {CA: true, Subject: Subject{Organization: "TEST ONLY", CommonName: "root"}},
			"intermediate": {CA: true, Issuer: "root", Subject: Subject{CommonName: "intermediate"}},
			"leaf": {
				Issuer:      "intermediate",
				Subject:     Subject{CommonName: "{hostname}"},
				DNSNames:    []string{"{hostname}", "{none}"},
				IPAddresses: []string{"{ip}"},
			},
		},
		Send:  []string{"leaf", "intermediate"},
		Trust: []string{"root"},
	}
}

func TestBuildMakesAChainThatVerifies(t *testing.T) {
	pki, err := Build(threeTier(), options())
	if err != nil {
		t.Fatal(err)
	}
	leaf := pki.Certificate("leaf").Parsed
	intermediates := x509.NewCertPool()
	intermediates.AddCert(pki.Certificate("intermediate").Parsed)
	for _, host := range []string{"mx.fakemx.test", "localhost", "127.0.0.1", "::1"} {
		_, err := leaf.Verify(x509.VerifyOptions{DNSName: host, Roots: pki.Roots(), Intermediates: intermediates, CurrentTime: clock})
		if err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
	if _, err := leaf.Verify(x509.VerifyOptions{DNSName: "localhost", Roots: pki.Roots(), CurrentTime: clock}); err == nil {
		t.Error("verified without the intermediate")
	}
}

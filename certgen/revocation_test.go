package certgen

import (
	"bytes"
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"
)

// revocable is threeTier with a certificate that may sign OCSP responses, made
// at the time of the test: openssl takes no other for these.
func revocable(t *testing.T) *PKI {
	t.Helper()
	recipe := threeTier()
	recipe.Certificates["responder"] = &Certificate{Issuer: "intermediate", Subject: Subject{CommonName: "responder"}, ExtendedKeyUsages: []string{"OCSPSigning"}}
	o := options()
	o.Now = nil
	pki, err := Build(recipe, o)
	if err != nil {
		t.Fatal(err)
	}
	return pki
}

// temporary writes data to a file.
func temporary(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOpenSSLHeedsTheCRL(t *testing.T) {
	pki := revocable(t)
	for _, c := range []struct {
		name    string
		options CRLOptions
		verdict string
	}{
		{"nobody", CRLOptions{}, ": OK"},
		{"another", CRLOptions{Revoked: []string{"responder"}}, ": OK"},
		{"the leaf", CRLOptions{Revoked: []string{"responder", "leaf"}}, "error 23 at 0 depth"},
		{"stale", CRLOptions{StatusOptions: StatusOptions{ThisUpdate: Days(-9), NextUpdate: Days(-8)}}, "error 12 at 0 depth"},
		{"early", CRLOptions{StatusOptions: StatusOptions{ThisUpdate: Days(8), NextUpdate: Days(9)}}, "error 11 at 0 depth"},
	} {
		der, err := pki.CRL("intermediate", c.options)
		if err != nil {
			t.Fatal(err)
		}
		text := tool(t, der, "openssl", "crl", "-inform", "DER", "-noout", "-text")
		if revoked := strings.Count(text, "Key Compromise"); revoked != len(c.options.Revoked) {
			t.Errorf("%s: %d are revoked:\n%s", c.name, revoked, text)
		}
		crl := temporary(t, der)
		got := tool(t, nil, "openssl", "verify", "-crl_check", "-CRLfile", crl, "-CAfile", temporary(t, pki.CAPEM()),
			"-untrusted", temporary(t, pki.ChainPEM()), temporary(t, pki.Certificate("leaf").PEM()))
		if !strings.Contains(got, c.verdict) {
			t.Errorf("%s: openssl says %q, want %q", c.name, got, c.verdict)
		}
	}
}

func TestCRLIsDeterministicAndSigned(t *testing.T) {
	pki := mustBuild(t, threeTier())
	o := CRLOptions{StatusOptions: StatusOptions{Now: options().Now}, Revoked: []string{"leaf"}}
	first, err := pki.CRL("intermediate", o)
	if err != nil {
		t.Fatal(err)
	}
	second, err := pki.CRL("intermediate", o)
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("the second differs, %v", err)
	}
	list, err := x509.ParseRevocationList(first)
	if err != nil {
		t.Fatal(err)
	}
	if err := list.CheckSignatureFrom(pki.Certificate("intermediate").Parsed); err != nil {
		t.Error(err)
	}
	if !list.ThisUpdate.Equal(clock.Add(-time.Hour)) || !list.NextUpdate.Equal(clock.Add(24*time.Hour)) {
		t.Errorf("from %v to %v", list.ThisUpdate, list.NextUpdate)
	}
	if serial := list.RevokedCertificateEntries[0].SerialNumber; serial.Cmp(pki.Certificate("leaf").Serial()) != 0 {
		t.Errorf("revokes %x", serial)
	}
}

// A recipe can say that an issuer's list is stale or signed by somebody else;
// what CRL is told goes before that.
func TestRecipeDescribesTheCRL(t *testing.T) {
	recipe := threeTier()
	recipe.CRLs = map[string]*CRL{"intermediate": {ThisUpdate: Days(-9), NextUpdate: Days(-8), SignedBy: "root"}}
	pki := mustBuild(t, recipe)
	read := func(issuer string, o CRLOptions) *x509.RevocationList {
		t.Helper()
		o.Now = options().Now
		der, err := pki.CRL(issuer, o)
		if err != nil {
			t.Fatal(err)
		}
		list, err := x509.ParseRevocationList(der)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	list := read("intermediate", CRLOptions{})
	if !list.ThisUpdate.Equal(clock.AddDate(0, 0, -9)) || !list.NextUpdate.Equal(clock.AddDate(0, 0, -8)) {
		t.Errorf("from %v to %v", list.ThisUpdate, list.NextUpdate)
	}
	if list.Issuer.CommonName != "intermediate" {
		t.Errorf("the issuer is %s", list.Issuer)
	}
	if err := list.CheckSignatureFrom(pki.Certificate("intermediate").Parsed); err == nil {
		t.Error("the issuer's key made the signature")
	}
	if err := list.CheckSignatureFrom(pki.Certificate("root").Parsed); err != nil {
		t.Error(err)
	}
	if list = read("intermediate", CRLOptions{StatusOptions: StatusOptions{NextUpdate: Days(2)}}); !list.NextUpdate.Equal(clock.AddDate(0, 0, 2)) {
		t.Errorf("until %v although the caller says otherwise", list.NextUpdate)
	}
	if list = read("root", CRLOptions{}); !list.NextUpdate.Equal(clock.Add(24*time.Hour)) || list.CheckSignatureFrom(pki.Certificate("root").Parsed) != nil {
		t.Errorf("the root's list is not sound: until %v", list.NextUpdate)
	}
}

func TestCRLRefuses(t *testing.T) {
	pki := mustBuild(t, threeTier())
	for says, o := range map[string]CRLOptions{
		`"x" is not a certificate`:           {Revoked: []string{"x"}},
		`"intermediate" is issued by "root"`: {Revoked: []string{"intermediate"}},
		"is not later":                       {StatusOptions: StatusOptions{NextUpdate: Days(-1)}},
	} {
		if _, err := pki.CRL("intermediate", o); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want %s", err, says)
		}
	}
	if _, err := pki.CRL("x", CRLOptions{}); err == nil {
		t.Error("an unknown issuer is taken")
	}
}

func TestOpenSSLHeedsTheOCSPResponse(t *testing.T) {
	pki := revocable(t)
	for _, c := range []struct {
		name   string
		status Status
		o      OCSPOptions
		shows  []string
	}{
		{"good", StatusGood, OCSPOptions{}, []string{"Response verify OK", ": good", "Responder Id: CN = intermediate"}},
		{"revoked", StatusRevoked, OCSPOptions{}, []string{"Response verify OK", ": revoked", "Reason: keyCompromise"}},
		{"unknown", StatusUnknown, OCSPOptions{}, []string{"Response verify OK", ": unknown"}},
		{"by a responder", StatusGood, OCSPOptions{Responder: "responder"}, []string{"Response verify OK", ": good", "Responder Id: CN = responder"}},
		{"by a responder that must not", StatusGood, OCSPOptions{Responder: "leaf"}, []string{"missing ocspsigning usage"}},
		{"stale", StatusGood, OCSPOptions{StatusOptions: StatusOptions{ThisUpdate: Days(-9), NextUpdate: Days(-8)}}, []string{"Response verify OK", "status expired"}},
	} {
		der, err := pki.OCSP("leaf", c.status, c.o)
		if err != nil {
			t.Fatal(err)
		}
		got := tool(t, nil, "openssl", "ocsp", "-respin", temporary(t, der), "-text", "-CAfile", temporary(t, pki.CAPEM()),
			"-issuer", temporary(t, pki.Certificate("intermediate").PEM()), "-cert", temporary(t, pki.Certificate("leaf").PEM()),
			"-verify_other", temporary(t, pki.Certificate("intermediate").PEM()))
		for _, part := range c.shows {
			if !strings.Contains(got, part) {
				t.Errorf("%s: openssl lacks %q:\n%s", c.name, part, got)
			}
		}
	}
}

func TestOCSPIsAboutOddCertificatesToo(t *testing.T) {
	recipe := threeTier()
	recipe.Certificates["leaf"].NegativeSerial = true
	recipe.Certificates["intermediate"].Key = RSA1024
	recipe.Certificates["intermediate"].NegativeSerial = true
	pki := mustBuild(t, recipe)
	der, err := pki.OCSP("leaf", StatusRevoked, OCSPOptions{StatusOptions: StatusOptions{Now: options().Now}})
	if err != nil {
		t.Fatal(err)
	}
	response, err := ocsp.ParseResponse(der, nil)
	if err != nil {
		t.Fatal(err)
	}
	if response.SerialNumber.Sign() >= 0 || !response.RevokedAt.Equal(clock.Add(-time.Hour)) {
		t.Errorf("serial %x, revoked at %v", response.SerialNumber, response.RevokedAt)
	}
}

func TestOCSPRefuses(t *testing.T) {
	recipe := threeTier()
	recipe.Certificates["root"].Key = Ed25519
	pki := mustBuild(t, recipe)
	for says, call := range map[string]func() ([]byte, error){
		`"x" is not a certificate`: func() ([]byte, error) { return pki.OCSP("x", StatusGood, OCSPOptions{}) },
		`"y" is not a certificate`: func() ([]byte, error) { return pki.OCSP("leaf", StatusGood, OCSPOptions{Responder: "y"}) },
		`"fine" is not a status`:   func() ([]byte, error) { return pki.OCSP("leaf", "fine", OCSPOptions{}) },
		"is not later": func() ([]byte, error) {
			return pki.OCSP("leaf", StatusGood, OCSPOptions{StatusOptions: StatusOptions{NextUpdate: Days(-1)}})
		},
		"ed25519": func() ([]byte, error) { return pki.OCSP("intermediate", StatusGood, OCSPOptions{}) },
	} {
		if _, err := call(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want %s", err, says)
		}
	}
}

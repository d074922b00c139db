package certgen

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"slices"
	"testing"
)

// mustBuild builds with options.
func mustBuild(t *testing.T, recipe Recipe) *PKI {
	t.Helper()
	pki, err := Build(recipe, options())
	if err != nil {
		t.Fatal(err)
	}
	return pki
}

// holds tells whether a tls.Certificate consists of those certificates and the
// key of another.
func holds(pki *PKI, c tls.Certificate, key string, names ...string) bool {
	chain, err := pki.ChainOf(names...)
	return err == nil && slices.EqualFunc(c.Certificate, chain, bytes.Equal) && c.PrivateKey == pki.Certificate(key).Key
}

func TestPKINamesItsCertificates(t *testing.T) {
	pki := mustBuild(t, threeTier())
	if got, want := pki.Names(), []string{"intermediate", "leaf", "root"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if c := pki.Certificate("leaf"); c == nil || c.Name != "leaf" || !bytes.Equal(c.Parsed.Raw, c.DER) {
		t.Errorf("got %v", c)
	}
	if c := pki.Certificate("x"); c != nil {
		t.Errorf("got %v", c)
	}
	if _, err := pki.ChainOf("leaf", "x"); err == nil {
		t.Error("an unknown name is taken")
	}
}

func TestTLSCertificateIsWhatIsSent(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*Recipe)
		key  string
		sent []string
	}{
		{"sound", func(*Recipe) {}, "leaf", []string{"leaf", "intermediate"}},
		{"another's key", func(r *Recipe) { r.Key = "root" }, "root", []string{"leaf", "intermediate"}},
		{"nothing", func(r *Recipe) { r.Send, r.Key = nil, "leaf" }, "leaf", nil},
		{"the wrong way round", func(r *Recipe) { r.Send, r.Key = []string{"intermediate", "leaf"}, "leaf" }, "leaf", []string{"intermediate", "leaf"}},
		{"clutter", func(r *Recipe) { r.Send = []string{"leaf", "leaf", "root"} }, "leaf", []string{"leaf", "leaf", "root"}},
	} {
		recipe := threeTier()
		c.edit(&recipe)
		pki := mustBuild(t, recipe)
		got := pki.TLSCertificate()
		if !holds(pki, got, c.key, c.sent...) || !slices.EqualFunc(pki.Chain(), got.Certificate, bytes.Equal) {
			t.Errorf("%s: chain or key differ", c.name)
		}
		if (got.Leaf == nil) != (len(c.sent) == 0) {
			t.Errorf("%s: leaf is %v", c.name, got.Leaf)
		}
		if !bytes.Equal(pki.KeyPEM(), pki.Certificate(c.key).KeyPEM()) {
			t.Errorf("%s: another key is exported", c.name)
		}
	}
}

func TestTLSCertificateOf(t *testing.T) {
	pki := mustBuild(t, threeTier())
	if got, err := pki.TLSCertificateOf("root", "leaf"); err != nil || !holds(pki, got, "root", "root", "leaf") {
		t.Errorf("got %v, %v", got, err)
	}
	for _, names := range [][]string{nil, {"x"}} {
		if _, err := pki.TLSCertificateOf(names...); err == nil {
			t.Errorf("%q is taken", names)
		}
	}
}

func TestClientTLSCertificateEndsBelowTheAnchor(t *testing.T) {
	if _, ok := mustBuild(t, threeTier()).ClientTLSCertificate(); ok {
		t.Error("a recipe without a client has one")
	}
	for client, want := range map[string][]string{
		"leaf":         {"leaf", "intermediate"},
		"intermediate": {"intermediate"},
		"root":         {"root"},
	} {
		recipe := threeTier()
		recipe.Client = client
		pki := mustBuild(t, recipe)
		if got, ok := pki.ClientTLSCertificate(); !ok || !holds(pki, got, client, want...) {
			t.Errorf("%s: got %d certificates, %v", client, len(got.Certificate), ok)
		}
	}
	recipe := threeTier()
	recipe.Client, recipe.Trust = "leaf", []string{"intermediate"}
	pki := mustBuild(t, recipe)
	if got, _ := pki.ClientTLSCertificate(); !holds(pki, got, "leaf", "leaf") {
		t.Error("the chain goes beyond an anchor that is an intermediate")
	}
}

func TestRootsOf(t *testing.T) {
	pki := mustBuild(t, withClient())
	for set, names := range map[string][]string{"": {"root", "twin"}, "old": {"twin"}, "none": nil} {
		want := x509.NewCertPool()
		for _, name := range names {
			want.AddCert(pki.Certificate(name).Parsed)
		}
		if got, err := pki.RootsOf(set); err != nil || !got.Equal(want) {
			t.Errorf("set %q is not %q, %v", set, names, err)
		}
	}
	if _, err := pki.RootsOf("x"); err == nil {
		t.Error("an unknown set is taken")
	}
}

func TestEmptyPKI(t *testing.T) {
	t.Parallel()
	var p PKI
	if c := p.TLSCertificate(); len(c.Certificate) > 0 || c.PrivateKey != nil {
		t.Errorf("it has the certificate %v", c)
	}
	if _, err := p.Write(t.TempDir()); err == nil {
		t.Error("it was written")
	}
}

// TestRecipeIsACopy: who changes it changes nothing else.
func TestRecipeIsACopy(t *testing.T) {
	t.Parallel()
	pki, err := Build(threeTier(), options())
	if err != nil {
		t.Fatal(err)
	}
	got := pki.Recipe()
	got.Send[0] = "changed"
	got.Certificates["leaf"].DNSNames[0] = "changed.test"
	delete(got.Certificates, "root")
	if again := pki.Recipe(); again.Send[0] == "changed" || again.Certificates["leaf"].DNSNames[0] == "changed.test" || again.Certificates["root"] == nil {
		t.Errorf("the recipe changed: %+v", again)
	}
}

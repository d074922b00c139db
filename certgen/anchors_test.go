package certgen

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// inScenario is threeTier as one of several: the intermediate's name is the
// scenario's own, the root's is not.
func inScenario() Recipe {
	recipe := threeTier()
	recipe.Certificates["intermediate"].Subject.CommonName = "{scenario} intermediate"
	return recipe
}

// sharing is options for a scenario that shares its authorities.
func sharing(a *Anchors, scenario string) Options {
	o := at(0)
	o.Vars["{scenario}"] = []string{scenario}
	o.Anchors = a
	return o
}

func mustShare(t *testing.T, r Recipe, o Options) *PKI {
	t.Helper()
	pki, err := Build(r, o)
	if err != nil {
		t.Fatal(err)
	}
	return pki
}

func TestAnchorsAreShared(t *testing.T) {
	var a Anchors
	pkis := make([]*PKI, 8)
	var building sync.WaitGroup
	for i := range pkis {
		building.Go(func() {
			var err error
			if pkis[i], err = Build(inScenario(), sharing(&a, fmt.Sprint(i))); err != nil {
				t.Error(err)
			}
		})
	}
	building.Wait()
	roots, err := a.Roots()
	if err != nil {
		t.Fatal(err)
	}
	if !roots.Equal(pkis[0].Roots()) {
		t.Error("the bundle is not the one root")
	}
	for i, pki := range pkis {
		if !pki.Certificate("root").same(pkis[0].Certificate("root")) {
			t.Errorf("%d has another root", i)
		}
		if i > 0 && pki.Certificate("intermediate").same(pkis[0].Certificate("intermediate")) {
			t.Errorf("%d has the same intermediate", i)
		}
		if pki.Certificate("root").Key != nil || pki.Certificate("root").KeyPEM() != nil {
			t.Errorf("%d has the key of the root", i)
		}
		verifies(t, pki, roots)
	}
}

// verifies checks a chain of three against roots.
func verifies(t *testing.T, pki *PKI, roots *x509.CertPool) {
	t.Helper()
	between := x509.NewCertPool()
	between.AddCert(pki.Certificate("intermediate").Parsed)
	if _, err := pki.Certificate("leaf").Parsed.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: clock}); err != nil {
		t.Error(err)
	}
}

func TestWithoutAnchorsAPKIIsItsOwn(t *testing.T) {
	one, two := mustShare(t, threeTier(), at(0)), mustShare(t, threeTier(), at(0))
	if one.Certificate("root").same(two.Certificate("root")) || one.Certificate("root").Key == nil {
		t.Error("the root is shared, or without its key")
	}
}

func TestOneNameForTwoAuthoritiesIsAnError(t *testing.T) {
	for name, edit := range map[string]func(*Recipe){
		"key":         func(r *Recipe) { r.Certificates["root"].Key = ECDSAP384 },
		"validity":    func(r *Recipe) { r.Certificates["root"].NotAfter = Days(30) },
		"path length": func(r *Recipe) { r.Certificates["root"].PathLength = new(int) },
	} {
		var a Anchors
		mustShare(t, inScenario(), sharing(&a, "first"))
		other := inScenario()
		edit(&other)
		_, err := Build(other, sharing(&a, "second"))
		if field, ok := errors.AsType[*FieldError](err); !ok || field.Path != "certificates.root.subject" || !strings.Contains(err.Error(), "another subject") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestWhatIsNotShared: a key that a PKI needs itself stays in it.
func TestWhatIsNotShared(t *testing.T) {
	for name, edit := range map[string]func(*Recipe){
		"sent first":    func(r *Recipe) { r.Send = []string{"root"} },
		"signs":         func(r *Recipe) { r.Key = "root" },
		"client":        func(r *Recipe) { r.Client = "root" },
		"with names":    func(r *Recipe) { r.Certificates["root"].DNSNames = []string{"mx.test"} },
		"no CA":         func(r *Recipe) { r.Certificates["root"].CA = false },
		"another's key": func(r *Recipe) { r.Certificates["root"].KeyOf = "leaf" },
		"another's name": func(r *Recipe) {
			r.Certificates["root"].Issuer, r.Certificates["other"] = "other", &Certificate{CA: true}
		},
		"without a name":   func(r *Recipe) { r.Certificates["root"].Subject = Subject{} },
		"signed by others": func(r *Recipe) { r.Certificates["root"].SignedBy = "leaf" },
	} {
		var a Anchors
		recipe := inScenario()
		edit(&recipe)
		pki := mustShare(t, recipe, sharing(&a, "x"))
		if pki.Certificate("root").Key == nil {
			t.Errorf("%s: the key is missing", name)
		}
		if roots, err := a.Roots(); err != nil || !roots.Equal(pki.Roots()) {
			t.Errorf("%s: what is trusted is not in the bundle: %v", name, err)
		}
	}
}

// TestTwinsAreTwo: a recipe may have two authorities of one name on purpose, and
// what shares the key of an authority is as little allowed to sign.
func TestTwinsAreTwo(t *testing.T) {
	var a Anchors
	recipe := withClient()
	recipe.Certificates["crossed"] = &Certificate{CA: true, Issuer: "twin", SubjectOf: "root", KeyOf: "root"}
	one, two := mustShare(t, recipe, sharing(&a, "one")), mustShare(t, recipe, sharing(&a, "two"))
	for _, name := range []string{"root", "twin"} {
		if !one.Certificate(name).same(two.Certificate(name)) {
			t.Errorf("%s is not shared", name)
		}
	}
	if one.Certificate("root").same(one.Certificate("twin")) {
		t.Error("the twins are one")
	}
	if one.Certificate("crossed").Key != nil {
		t.Error("the root's key is that of the cross-signed certificate")
	}
	if _, err := one.TLSCertificateOf("crossed"); !errors.Is(err, errShared) {
		t.Errorf("a certificate without a key can be served: %v", err)
	}
}

func TestForgottenKeysSignNothing(t *testing.T) {
	var a Anchors
	pki := mustShare(t, inScenario(), sharing(&a, "one"))
	a.Forget()
	if _, err := Build(inScenario(), sharing(&a, "two")); err == nil || !strings.Contains(err.Error(), "discarded by Forget") {
		t.Errorf("got %v", err)
	}
	if _, err := pki.CRL("intermediate", CRLOptions{StatusOptions: StatusOptions{Now: at(0).Now}, Revoked: []string{"leaf"}}); err != nil {
		t.Errorf("the intermediate makes no CRL: %v", err)
	}
}

// TestASharedAuthoritySaysBeforehand what is revoked: its CRL and its OCSP
// responses are signed before the key is forgotten.
func TestASharedAuthoritySaysBeforehand(t *testing.T) {
	for _, revoked := range [][]string{nil, {"intermediate"}} {
		var a Anchors
		recipe := inScenario()
		recipe.Revoked = revoked
		recipe.Certificates["intermediate"].OCSPURLs = []string{"http://127.0.0.1:9"}
		pki := mustShare(t, recipe, sharing(&a, "x"))
		a.Forget()
		root := pki.Certificate("root").Parsed
		der, err := pki.CRL("root", CRLOptions{Revoked: revoked})
		if err != nil {
			t.Fatal(err)
		}
		list, err := x509.ParseRevocationList(der)
		if err != nil || list.CheckSignatureFrom(root) != nil || len(list.RevokedCertificateEntries) != len(revoked) {
			t.Errorf("%v: the CRL is %v, %v", revoked, list, err)
		}
		if list.NextUpdate.Before(root.NotAfter) {
			t.Errorf("the CRL lasts until %v, its authority until %v", list.NextUpdate, root.NotAfter)
		}
		status := map[bool]Status{false: StatusGood, true: StatusRevoked}[len(revoked) > 0]
		if _, err := pki.OCSP("intermediate", status, OCSPOptions{}); err != nil {
			t.Errorf("%v: %v", revoked, err)
		}
		if _, err := pki.OCSP("intermediate", StatusUnknown, OCSPOptions{}); !errors.Is(err, errShared) {
			t.Errorf("another status: %v", err)
		}
		if _, err := pki.CRL("root", CRLOptions{Revoked: []string{"intermediate", "root"}}); !errors.Is(err, errShared) {
			t.Errorf("another CRL: %v", err)
		}
	}
}

func TestAnchorsAreKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kept")
	first := mustShare(t, inScenario(), sharing(&Anchors{Dir: dir}, "one"))
	a := &Anchors{Dir: dir}
	second := mustShare(t, inScenario(), sharing(a, "two"))
	if !first.Certificate("root").same(second.Certificate("root")) {
		t.Error("the next run has another root")
	}
	a.Forget()
	if third := mustShare(t, inScenario(), sharing(a, "three")); !third.Certificate("root").same(first.Certificate("root")) {
		t.Error("there is another root after Forget")
	}
	late := sharing(&Anchors{Dir: dir}, "four")
	late.Now = func() time.Time { return clock.Add(7*24*time.Hour - 59*time.Minute) }
	if fourth := mustShare(t, inScenario(), late); fourth.Certificate("root").same(first.Certificate("root")) {
		t.Error("a root is used until it expires")
	}
}

func TestKeptAnchorsAreGuarded(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kept")
	mustShare(t, inScenario(), sharing(&Anchors{Dir: dir}, "one"))
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if want := map[bool]fs.FileMode{true: fs.ModeDir | 0o700, false: 0o600}[d.IsDir()]; err == nil && info.Mode() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode(), want)
		}
		if !d.IsDir() {
			files++
		}
		return err
	})
	if err != nil || files != 1 {
		t.Errorf("there are %d files: %v", files, err)
	}
}

func TestAKeptAnchorThatCannotBeReadIsNamed(t *testing.T) {
	dir := t.TempDir()
	mustShare(t, inScenario(), sharing(&Anchors{Dir: dir}, "one"))
	paths, err := filepath.Glob(filepath.Join(dir, "anchors", "*.json"))
	if err != nil || len(paths) != 1 {
		t.Fatalf("%v: %v", paths, err)
	}
	if err := os.WriteFile(paths[0], []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = Build(inScenario(), sharing(&Anchors{Dir: dir}, "two"))
	if err == nil || !strings.Contains(err.Error(), paths[0]+": ") || !strings.Contains(err.Error(), "remove it") {
		t.Errorf("got %v", err)
	}
}

// TestSeveralRunsShareAFolder at once: whoever comes first makes the root.
func TestSeveralRunsShareAFolder(t *testing.T) {
	dir := t.TempDir()
	pkis := make([]*PKI, 16)
	var building sync.WaitGroup
	for i := range pkis {
		building.Go(func() {
			a := &Anchors{Dir: dir} // as another process has
			o := sharing(a, fmt.Sprint(i%4))
			var err error
			if pkis[i], _, err = LoadOrBuild(filepath.Join(dir, fmt.Sprint(i%4)), inScenario(), o); err != nil {
				t.Error(err)
				return
			}
			if _, err := pkis[i].Write(filepath.Join(dir, fmt.Sprint(i%4))); err != nil {
				t.Error(err)
			}
			if _, err := a.Write(dir); err != nil {
				t.Error(err)
			}
		})
	}
	building.Wait()
	for i, pki := range pkis {
		if pki != nil && !pki.Certificate("root").same(pkis[0].Certificate("root")) {
			t.Errorf("%d has another root", i)
		}
	}
	if got := read(t, filepath.Join(dir, "ca.pem")); !bytes.Equal(got, pkis[0].CAPEM()) {
		t.Errorf("the bundle is\n%s", got)
	}
}

// TestAKeptPKIFollowsItsAnchors: it is reused, without the authorities' keys, as
// long as the authorities are the same.
func TestAKeptPKIFollowsItsAnchors(t *testing.T) {
	dir := t.TempDir()
	built := mustKeep(t, dir, inScenario(), sharing(&Anchors{Dir: dir}, "one"), false)
	loaded := mustKeep(t, dir, inScenario(), sharing(&Anchors{Dir: dir}, "one"), true)
	if !loaded.Certificate("leaf").same(built.Certificate("leaf")) || loaded.Certificate("root").Key != nil {
		t.Error("it came back changed")
	}
	if _, err := loaded.CRL("root", CRLOptions{}); err != nil {
		t.Error(err)
	}
	if bytes.Contains(read(t, filepath.Join(dir, "pki", "root.pem")), []byte("PRIVATE KEY")) {
		t.Error("the root's key is kept with the PKI")
	}
	if err := os.RemoveAll(filepath.Join(dir, "anchors")); err != nil {
		t.Fatal(err)
	}
	mustKeep(t, dir, inScenario(), sharing(&Anchors{Dir: dir}, "one"), false)
	mustKeep(t, dir, inScenario(), sharing(nil, "one"), false)
	mustKeep(t, dir, inScenario(), sharing(nil, "one"), true)
}

// TestTheBundleGrows: what a scenario trusts stands in it, whichever run wrote
// it, and a folder that only grows is never taken away from its readers.
func TestTheBundleGrows(t *testing.T) {
	dir := t.TempDir()
	own := inScenario()
	own.Certificates["root"].Subject.CommonName = "{scenario} root"
	own.Certificates["untrusted"] = &Certificate{CA: true, Subject: Subject{CommonName: "untrusted"}}
	first := &Anchors{Dir: dir}
	mustShare(t, inScenario(), sharing(first, "one"))
	mustShare(t, inScenario(), sharing(first, "two"))
	files, err := first.Write(dir)
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(files.CADir)
	if err != nil {
		t.Fatal(err)
	}
	second := &Anchors{Dir: dir}
	mine := mustShare(t, own, sharing(second, "three"))
	if files, err = second.Write(dir); err != nil {
		t.Fatal(err)
	}
	roots := append(mine.CAPEM(), mustShare(t, inScenario(), sharing(first, "one")).CAPEM()...)
	if !bytes.Equal(read(t, files.CA), roots) {
		t.Errorf("the bundle is\n%s, want\n%s", read(t, files.CA), roots)
	}
	after, err := os.Stat(files.CADir)
	if err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(files.CADir); err != nil || len(entries) != 2 || !os.SameFile(before, after) {
		t.Errorf("the hashed folder has %v, and is the same: %v; %v", entries, os.SameFile(before, after), err)
	}
	for _, set := range []string{files.CA, files.PKCS12} {
		if info, err := os.Stat(set); err != nil || info.Mode() != 0o644 {
			t.Errorf("%s: %v, %v", set, info, err)
		}
	}
}

// FuzzParseKept: whatever stands in a file, it is an error or an authority.
func FuzzParseKept(f *testing.F) {
	dir := f.TempDir()
	if _, err := Build(threeTier(), Options{Vars: options().Vars, Anchors: &Anchors{Dir: dir}}); err != nil {
		f.Fatal(err)
	}
	paths, _ := filepath.Glob(filepath.Join(dir, "anchors", "*.json"))
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"format":1,"pem":""}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if k, err := parseKept(data); err == nil && k != nil && k.issued == nil {
			t.Error("an authority without a certificate")
		}
	})
}

// What a recipe says of a CRL holds, too, where the key that signs it is that of
// a shared authority, which is not in the PKI.
func TestASharedAuthoritySignsOddCRLs(t *testing.T) {
	recipe := threeTier()
	recipe.CRLs = map[string]*CRL{
		"root":         {ThisUpdate: Days(-9), NextUpdate: Days(-8)},
		"intermediate": {SignedBy: "root"},
	}
	o := options()
	o.Anchors = new(Anchors)
	pki, err := Build(recipe, o)
	if err != nil {
		t.Fatal(err)
	}
	for issuer, nextUpdate := range map[string]time.Time{
		"root": clock.AddDate(0, 0, -8), "intermediate": pki.Certificate("intermediate").Parsed.NotAfter,
	} {
		der, err := pki.CRL(issuer, CRLOptions{})
		if err != nil {
			t.Fatal(err)
		}
		list, err := x509.ParseRevocationList(der)
		if err != nil {
			t.Fatal(err)
		}
		if !list.NextUpdate.Equal(nextUpdate) || list.Issuer.CommonName != issuer {
			t.Errorf("the list of %s is by %s and lasts until %v", issuer, list.Issuer, list.NextUpdate)
		}
		if err := list.CheckSignatureFrom(pki.Certificate("root").Parsed); err != nil {
			t.Errorf("the list of %s: %v", issuer, err)
		}
	}
}

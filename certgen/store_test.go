package certgen

import (
	"bytes"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// at is options with another clock and keys that show whether they are new.
func at(later time.Duration) Options {
	o := options()
	o.Now = func() time.Time { return clock.Add(later) }
	o.Keys = RandomKeys()
	return o
}

// mustKeep calls LoadOrBuild and checks whether the PKI is reused.
func mustKeep(t *testing.T, dir string, r Recipe, o Options, wantReused bool) *PKI {
	t.Helper()
	pki, reused, err := LoadOrBuild(dir, r, o)
	if err != nil {
		t.Fatal(err)
	}
	if reused != wantReused {
		t.Errorf("reused is %v, want %v", reused, wantReused)
	}
	return pki
}

func TestLoadOrBuildKeepsEverything(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kept")
	o := options()
	built := mustKeep(t, dir, everything(), o, false)
	for _, loaded := range []*PKI{mustKeep(t, dir, everything(), at(time.Minute), true), mustLoad(t, dir)} {
		for _, name := range built.Names() {
			want, got := built.Certificate(name), loaded.Certificate(name)
			if !bytes.Equal(got.DER, want.DER) || !bytes.Equal(got.KeyPEM(), want.KeyPEM()) {
				t.Errorf("%s came back changed", name)
			}
			if (got.Parsed == nil) != (want.Parsed == nil) {
				t.Errorf("%s is parsed once and once not", name)
			}
		}
		if !bytes.Equal(loaded.ChainPEM(), built.ChainPEM()) || !loaded.Roots().Equal(built.Roots()) {
			t.Error("chain or roots came back changed")
		}
	}
}

// mustLoad calls Load.
func mustLoad(t *testing.T, dir string) *PKI {
	t.Helper()
	pki, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return pki
}

func TestLoadOrBuildGuardsKeys(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kept")
	mustKeep(t, dir, threeTier(), options(), false)
	for path, want := range map[string]fs.FileMode{
		".": fs.ModeDir | 0o700, "pki": fs.ModeDir | 0o700, "pki/leaf.pem": 0o600, "pki/root.pem": 0o600, "pki/recipe.json": 0o600,
	} {
		info, err := os.Stat(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode(), want)
		}
	}
}

func TestLoadOrBuildMakesAnewWhatHasChanged(t *testing.T) {
	week := 7 * 24 * time.Hour
	for _, c := range []struct {
		name   string
		edit   func(*Recipe)
		later  time.Duration
		vars   map[string][]string
		reused bool
	}{
		{name: "the same", reused: true},
		{name: "days later", later: week - 61*time.Minute, reused: true},
		{name: "about to expire", later: week - 59*time.Minute},
		{name: "expired", later: week + time.Hour},
		{name: "clock set back", later: -2 * time.Hour},
		{name: "other subject", edit: func(r *Recipe) { r.Certificates["root"].Subject.CommonName = "x" }},
		{name: "no extended key usage", edit: func(r *Recipe) { r.Certificates["leaf"].ExtendedKeyUsages = []string{} }},
		{name: "sent otherwise", edit: func(r *Recipe) { r.Send = r.Send[:1] }},
		{name: "other names", vars: map[string][]string{"{hostname}": {"other.test"}, "{ip}": nil, "{none}": nil}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			before := mustKeep(t, dir, threeTier(), at(0), false)
			recipe, o := threeTier(), at(c.later)
			if c.edit != nil {
				c.edit(&recipe)
			}
			if c.vars != nil {
				o.Vars = c.vars
			}
			after := mustKeep(t, dir, recipe, o, c.reused)
			if same := bytes.Equal(before.KeyPEM(), after.KeyPEM()); same != c.reused {
				t.Errorf("the key is the same: %v", same)
			}
			mustKeep(t, dir, recipe, o, true)
		})
	}
}

func TestLoadOrBuildKeepsPhases(t *testing.T) {
	day := 24 * time.Hour
	for _, c := range []struct {
		name     string
		from, to Offset
		later    time.Duration
		reused   bool
	}{
		{"expired stays expired", Days(-30), Days(-1), 300 * day, true},
		{"not yet valid", Days(2), Days(9), day, true},
		{"no longer not yet valid", Days(2), Days(9), 3 * day, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			recipe := Recipe{
				Certificates: map[string]*Certificate{"leaf": {NotBefore: c.from, NotAfter: c.to}},
				Send:         []string{"leaf"},
			}
			dir := t.TempDir()
			mustKeep(t, dir, recipe, at(0), false)
			mustKeep(t, dir, recipe, at(c.later), c.reused)
		})
	}
}

func TestLoadNamesTheCorruptFile(t *testing.T) {
	other, err := Build(threeTier(), at(0))
	if err != nil {
		t.Fatal(err)
	}
	leaf := other.Certificate("leaf")
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	for _, c := range []struct {
		name, file string
		data       []byte
		says       string
	}{
		{"recipe cut short", "recipe.json", []byte(`{"format":1`), "not a PKI recipe"},
		{"recipe of nothing", "recipe.json", []byte(`{"format":1}`), "not a PKI recipe: certificates"},
		{"empty", "leaf.pem", nil, `expected a PEM block "CERTIFICATE"`},
		{"no PEM", "leaf.pem", []byte("hello"), `expected a PEM block "CERTIFICATE"`},
		{"no key", "leaf.pem", leaf.PEM(), `expected a PEM block "PRIVATE KEY"`},
		{"key first", "leaf.pem", join(leaf.KeyPEM(), leaf.PEM()), `expected a PEM block "CERTIFICATE"`},
		{"too much", "leaf.pem", join(leaf.PEM(), leaf.KeyPEM(), leaf.PEM()), "nothing else"},
		{"another's key", "leaf.pem", join(leaf.PEM(), other.Certificate("root").KeyPEM()), "not that of the certificate"},
		{"no certificate", "leaf.pem", join(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")}), leaf.KeyPEM()), "not a certificate"},
		{"longer certificate", "leaf.pem", join(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: append(bytes.Clone(leaf.DER), 0)}), leaf.KeyPEM()), "trailing bytes"},
		{"no private key", "leaf.pem", join(leaf.PEM(), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("x")})), "not a private key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			mustKeep(t, dir, threeTier(), at(0), false)
			path := filepath.Join(dir, "pki", c.file)
			if err := os.WriteFile(path, c.data, 0o600); err != nil {
				t.Fatal(err)
			}
			_, _, err := LoadOrBuild(dir, threeTier(), at(0))
			if err == nil || !strings.HasPrefix(err.Error(), path+": ") || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "remove "+filepath.Dir(path)) {
				t.Errorf("got %v", err)
			}
			if !bytes.Equal(read(t, path), c.data) {
				t.Error("the file was changed")
			}
		})
	}
}

func TestLoadNamesTheMissingFile(t *testing.T) {
	dir := t.TempDir()
	if _, err := Load(dir); !errors.Is(err, errNotKept) || !strings.HasPrefix(err.Error(), dir) {
		t.Errorf("empty folder: got %v", err)
	}
	mustKeep(t, dir, threeTier(), at(0), false)
	path := filepath.Join(dir, "pki", "leaf.pem")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir); !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), path) {
		t.Errorf("missing file: got %v", err)
	}
	path = filepath.Join(dir, "pki", "recipe.json")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir); err == nil || errors.Is(err, errNotKept) || !strings.Contains(err.Error(), path) {
		t.Errorf("folder in its place: got %v", err)
	}
}

func TestLoadOrBuildReplacesAnotherFormat(t *testing.T) {
	dir := t.TempDir()
	mustKeep(t, dir, threeTier(), at(0), false)
	path := filepath.Join(dir, "pki", "recipe.json")
	data := bytes.Replace(read(t, path), []byte(`"format": 1`), []byte(`"format": 0`), 1)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	mustKeep(t, dir, threeTier(), at(0), false)
}

func TestLoadOrBuildReportsFaults(t *testing.T) {
	if _, _, err := LoadOrBuild(t.TempDir(), Recipe{}, at(0)); err == nil {
		t.Error("an empty recipe is taken")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := LoadOrBuild(file, threeTier(), at(0)); err == nil {
		t.Error("a file is taken for a folder")
	}
	o := at(0)
	o.Keys = brokenKeys{&opaque{}}
	dir := t.TempDir()
	if _, _, err := LoadOrBuild(dir, threeTier(), o); err == nil || len(tree(t, dir)) > 0 {
		t.Errorf("got %v and %q", err, tree(t, dir))
	}
}

func FuzzParseIssued(f *testing.F) {
	recipe := threeTier()
	recipe.Certificates["intermediate"].Key = RSA512
	recipe.Certificates["root"].Key = Ed25519
	pki, err := Build(recipe, options())
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range pki.Names() {
		c := pki.Certificate(name)
		f.Add(append(c.PEM(), c.KeyPEM()...))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := parseIssued("fuzzed", data)
		if (c == nil) == (err == nil) {
			t.Fatalf("got %v and %v", c, err)
		}
		if err != nil {
			return
		}
		again, err := parseIssued("fuzzed", append(c.PEM(), c.KeyPEM()...))
		if err != nil || !bytes.Equal(again.DER, c.DER) {
			t.Errorf("it does not survive a round: %v", err)
		}
	})
}

func FuzzParseKey(f *testing.F) {
	for _, kind := range []KeyKind{ECDSAP256, ECDSAP384, ECDSAP521, Ed25519, RSA512} {
		key, err := SeededKeys("fuzz").Key("leaf", kind)
		if err != nil {
			f.Fatal(err)
		}
		der, err := marshalKey(key)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(der)
	}
	f.Fuzz(func(t *testing.T, der []byte) {
		key, err := parseKey(der)
		if err != nil {
			return
		}
		if _, err := marshalKey(key); err != nil {
			t.Errorf("a key that was read cannot be written: %v", err)
		}
	})
}

func FuzzParseIndex(f *testing.F) {
	f.Add([]byte(`{"format":1,"built":"2026-03-01T12:00:00Z","recipe":{"certificates":{"a":{"key":"rsa-512","path_length":0,"ca":true}},"send":["a"],"trust":["a"]}}`))
	f.Add([]byte(`{"format":1,"recipe":{"certificates":{"a":null}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		pki, err := parseIndex(data)
		if (pki == nil) == (err == nil) {
			t.Fatalf("got %v and %v", pki, err)
		}
	})
}

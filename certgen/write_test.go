package certgen

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"software.sslmate.com/src/go-pkcs12"
)

// withClient is threeTier with a client's certificate, trust sets and two
// roots of one name.
func withClient() Recipe {
	recipe := threeTier()
	recipe.Certificates["twin"] = &Certificate{CA: true, SubjectOf: "root"}
	recipe.Certificates["issuing"] = &Certificate{CA: true, Issuer: "twin", Subject: Subject{CommonName: "issuing"}}
	recipe.Certificates["client"] = &Certificate{Issuer: "issuing", Subject: Subject{CommonName: "client"}, ExtendedKeyUsages: []string{"clientAuth"}}
	recipe.Client = "client"
	recipe.Trust = []string{"root", "twin"}
	recipe.TrustSets = map[string][]string{"old": {"twin"}, "none": {}}
	return recipe
}

// written builds a recipe and writes it.
func written(t *testing.T, recipe Recipe) (*PKI, Files, string) {
	t.Helper()
	pki, err := Build(recipe, options())
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "a", "pki")
	files, err := pki.Write(dir)
	if err != nil {
		t.Fatal(err)
	}
	return pki, files, dir
}

// read returns the contents of a file.
func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// tree lists all paths below dir.
func tree(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, path)
		out = append(out, rel)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out[1:]
}

func TestWriteWritesEveryFile(t *testing.T) {
	pki, files, dir := written(t, withClient())
	leaf, client := pki.Certificate("leaf"), pki.Certificate("client")
	for path, want := range map[string][]byte{
		files.Chain:          append(leaf.PEM(), pki.Certificate("intermediate").PEM()...),
		files.Certificate:    leaf.PEM(),
		files.Key:            leaf.KeyPEM(),
		files.CA:             append(pki.Certificate("root").PEM(), pki.Certificate("twin").PEM()...),
		files.CASets["old"]:  pki.Certificate("twin").PEM(),
		files.CASets["none"]: nil,
		files.ClientChain:    append(client.PEM(), pki.Certificate("issuing").PEM()...),
		files.ClientKey:      client.KeyPEM(),
	} {
		if filepath.Dir(path) != dir {
			t.Errorf("%s is not in %s", path, dir)
		}
		if !bytes.Equal(read(t, path), want) {
			t.Errorf("%s has other contents", filepath.Base(path))
		}
	}
	hash := tool(t, pki.Certificate("root").PEM(), "openssl", "x509", "-noout", "-subject_hash")
	for i, name := range []string{"root", "twin"} {
		if !bytes.Equal(read(t, filepath.Join(files.CADir, hash+"."+string('0'+rune(i)))), pki.Certificate(name).PEM()) {
			t.Errorf("%s is not where OpenSSL looks for it", name)
		}
	}
	want := []string{"ca", "ca/" + hash + ".0", "ca/" + hash + ".1", "ca-none.pem", "ca-old.pem", "ca.p12", "ca.pem", "cert.pem", "chain.pem", "client-key.pem", "client.pem", "key.pem"}
	if got := tree(t, dir); !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWriteGuardsKeys(t *testing.T) {
	_, files, dir := written(t, withClient())
	for path, want := range map[string]fs.FileMode{
		dir:             fs.ModeDir | 0o700,
		files.Key:       0o600,
		files.ClientKey: 0o600,
		files.Chain:     0o644,
	} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode(), want)
		}
	}
}

// TestWriteOfAnotherChain: it has names of its own, and the key of its first
// certificate, which is for the owner alone.
func TestWriteOfAnotherChain(t *testing.T) {
	pki, err := Build(withClient(), options())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	files, err := pki.Write(dir, "client", "issuing")
	if err != nil {
		t.Fatal(err)
	}
	client, issuing := pki.Certificate("client"), pki.Certificate("issuing")
	for path, want := range map[string][]byte{
		files.Chain:                pki.ChainPEM(),
		files.AlternateChain:       slices.Concat(client.PEM(), issuing.PEM()),
		files.AlternateCertificate: client.PEM(),
		files.AlternateKey:         client.KeyPEM(),
	} {
		if !bytes.Equal(read(t, path), want) {
			t.Errorf("%s has other contents", filepath.Base(path))
		}
	}
	if info, err := os.Stat(files.AlternateKey); err != nil || info.Mode() != 0o600 {
		t.Errorf("the key is %v, %v", info, err)
	}
	if _, err := pki.Write(dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range tree(t, dir) {
		if strings.HasPrefix(name, "alternate") {
			t.Errorf("%s is still there", name)
		}
	}
	if _, err := pki.Write(dir, "nobody"); err == nil || !strings.Contains(err.Error(), `"nobody" is not a certificate of the PKI`) {
		t.Errorf("got %v", err)
	}
}

func TestFilesAsJSON(t *testing.T) {
	_, files, dir := written(t, threeTier())
	data, err := json.Marshal(files)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"chain_file":"DIR/chain.pem","cert_file":"DIR/cert.pem","key_file":"DIR/key.pem","ca_file":"DIR/ca.pem","ca_dir":"DIR/ca","p12_file":"DIR/ca.p12"}`
	if got := strings.ReplaceAll(string(data), dir, "DIR"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestWriteReplacesWhatItWroteBefore(t *testing.T) {
	_, _, dir := written(t, withClient())
	if err := os.WriteFile(filepath.Join(dir, "mine.txt"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	recipe := threeTier()
	recipe.Send, recipe.Key = nil, "leaf"
	recipe.Certificates["root"].Subject.CommonName = "another"
	pki, err := Build(recipe, options())
	if err != nil {
		t.Fatal(err)
	}
	files, err := pki.Write(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(read(t, files.Chain)) != 0 || files.Certificate != "" {
		t.Error("a peer that sends nothing has a chain")
	}
	got := tree(t, dir)
	for _, stale := range []string{"cert.pem", "client.pem", "client-key.pem"} {
		if slices.Contains(got, stale) {
			t.Errorf("%s is still there", stale)
		}
	}
	if !slices.Contains(got, "mine.txt") {
		t.Error("a file of somebody else is gone")
	}
	hashed, err := filepath.Glob(filepath.Join(files.CADir, "*"))
	if err != nil || len(hashed) != 1 {
		t.Errorf("the hashed directory has %q, %v", hashed, err)
	}
}

func TestWriteLeavesNothingHalfWritten(t *testing.T) {
	pki, err := Build(threeTier(), options())
	if err != nil {
		t.Fatal(err)
	}
	t.Run("a file in place of the folder", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := pki.Write(path); err == nil {
			t.Error("no error")
		}
	})
	t.Run("a folder of somebody else in place of a file", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.MkdirAll(filepath.Join(dir, "chain.pem", "x"), 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := pki.Write(dir); err == nil || !strings.Contains(err.Error(), "chain.pem is a directory") {
			t.Errorf("got %v", err)
		}
		if got, want := tree(t, dir), []string{"chain.pem", "chain.pem/x"}; !slices.Equal(got, want) {
			t.Errorf("left %q, want %q", got, want)
		}
	})
}

func TestTrustStoreIsReadable(t *testing.T) {
	recipe := withClient()
	pki, files, _ := written(t, recipe)
	store := read(t, files.PKCS12)
	certificates, err := pkcs12.DecodeTrustStore(store, TrustStorePassword)
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range recipe.Trust {
		if !bytes.Equal(certificates[i].Raw, pki.Certificate(name).DER) {
			t.Errorf("entry %d is not %s", i, name)
		}
	}
	out := tool(t, nil, "openssl", "pkcs12", "-in", files.PKCS12, "-passin", "pass:"+TrustStorePassword, "-nokeys")
	for _, part := range []string{"friendlyName: root", "friendlyName: twin", "CN = root", strings.Join(strings.Fields(string(pki.Certificate("root").PEM())), " ")} {
		if !strings.Contains(out, part) {
			t.Errorf("openssl pkcs12 lacks %q:\n%s", part, out)
		}
	}
}

func TestTrustStoreOfOddAnchors(t *testing.T) {
	recipe := threeTier()
	recipe.Certificates["root"].NegativeSerial = true
	pki, files, _ := written(t, recipe)
	if pki.Certificate("root").Parsed != nil {
		t.Fatal("crypto/x509 reads a negative serial number now")
	}
	out := tool(t, nil, "openssl", "pkcs12", "-in", files.PKCS12, "-passin", "pass:"+TrustStorePassword, "-nokeys")
	if !strings.Contains(out, "CN = root") {
		t.Errorf("openssl pkcs12 says %s", out)
	}
	recipe.Trust = nil
	_, files, _ = written(t, recipe)
	if certificates, err := pkcs12.DecodeTrustStore(read(t, files.PKCS12), TrustStorePassword); len(certificates) > 0 {
		t.Errorf("got %d certificates, %v", len(certificates), err)
	}
}

func TestHashedDirectoryIsUsableByOpenSSL(t *testing.T) {
	_, files, _ := written(t, withClient())
	out := tool(t, nil, "openssl", "verify", "-no-CAfile", "-CApath", files.CADir, "-no_check_time", "-untrusted", files.Chain, files.Certificate)
	if !strings.HasSuffix(out, ": OK") {
		t.Errorf("openssl verify says %s", out)
	}
}

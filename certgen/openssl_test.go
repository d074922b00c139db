package certgen

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// tool runs a program and returns all that it prints, with its runs of white
// space made one space. A missing program skips the test.
func tool(t *testing.T, stdin []byte, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("%s is not installed", name)
	}
	cmd := exec.Command(name, args...)
	cmd.Stdin = bytes.NewReader(stdin)
	// A verification that fails ends with an error; what it says is what counts.
	out, _ := cmd.CombinedOutput()
	return strings.Join(strings.Fields(string(out)), " ")
}

// verify has openssl verify the leaf of a PKI at the time of its making.
func verify(t *testing.T, pki *PKI, args ...string) string {
	t.Helper()
	files, err := pki.Write(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	args = append([]string{
		"verify", "-no-CApath", "-no-CAstore", "-purpose", "sslserver", "-auth_level", "1",
		"-attime", strconv.FormatInt(clock.Unix(), 10),
		"-CAfile", files.CA, "-untrusted", files.Chain,
	}, args...)
	return tool(t, nil, "openssl", append(args, files.Certificate)...)
}

func TestOpenSSLSeesEveryFeature(t *testing.T) {
	for _, f := range features {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			recipe := threeTier()
			f.edit(&recipe)
			pki, err := Build(recipe, options())
			if err != nil {
				t.Fatal(err)
			}
			if f.of == "" {
				f.of = "leaf"
			}
			text := tool(t, pki.Certificate(f.of).DER, "openssl", "x509", "-inform", "DER", "-noout", "-text")
			for _, part := range f.shows {
				if !strings.Contains(text, part) {
					t.Errorf("the text lacks %q:\n%s", part, text)
				}
			}
			for _, part := range f.hides {
				if strings.Contains(text, part) {
					t.Errorf("the text has %q:\n%s", part, text)
				}
			}
			if got := verify(t, pki, "-verify_hostname", "mx.fakemx.test"); !strings.Contains(got, f.verdict) {
				t.Errorf("openssl verify says %q, want %q", got, f.verdict)
			}
		})
	}
}

func TestResignedCertificateIsDER(t *testing.T) {
	recipe := threeTier()
	for _, f := range features {
		switch f.name {
		case "negative serial", "hash md5 by rsa-2048", "nothing critical", "padding":
			f.edit(&recipe)
		}
	}
	pki, err := Build(recipe, options())
	if err != nil {
		t.Fatal(err)
	}
	text := tool(t, pki.Certificate("leaf").DER, "openssl", "asn1parse", "-inform", "DER")
	for _, part := range []string{"prim: INTEGER :-", "md5WithRSAEncryption", "1.3.6.1.4.1.32473.1", "l= 257 prim: BIT STRING"} {
		if !strings.Contains(text, part) {
			t.Errorf("asn1parse lacks %q:\n%s", part, text)
		}
	}
}

func TestKeyFilesAreReadByOpenSSLAndGnuTLS(t *testing.T) {
	for _, kind := range []KeyKind{ECDSAP256, ECDSAP384, ECDSAP521, Ed25519, RSA512, RSA1024, RSA2048, RSA8192, RSA16384} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			recipe := threeTier()
			recipe.Certificates["leaf"].Key = kind
			pki, err := Build(recipe, options())
			if err != nil {
				t.Fatal(err)
			}
			files, err := pki.Write(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			want := tool(t, pki.Certificate("leaf").PEM(), "openssl", "x509", "-noout", "-pubkey")
			if got := tool(t, nil, "openssl", "pkey", "-in", files.Key, "-pubout"); got != want {
				t.Errorf("openssl derives %s, the certificate has %s", got, want)
			}
			if got := tool(t, nil, "certtool", "--infile", files.Key, "--key-info"); !strings.Contains(got, "Public Key Algorithm") {
				t.Errorf("certtool says %s", got)
			}
			if kind == Ed25519 {
				return // openssl dgst does not sign with it
			}
			dir := t.TempDir()
			message, signature, public := filepath.Join(dir, "message"), filepath.Join(dir, "signature"), filepath.Join(dir, "public")
			if err := os.WriteFile(message, []byte("message"), 0o600); err != nil {
				t.Fatal(err)
			}
			tool(t, nil, "openssl", "pkey", "-in", files.Key, "-pubout", "-out", public)
			tool(t, nil, "openssl", "dgst", "-sha256", "-sign", files.Key, "-out", signature, message)
			if got := tool(t, nil, "openssl", "dgst", "-sha256", "-verify", public, "-signature", signature, message); got != "Verified OK" {
				t.Errorf("openssl says %s of its own signature", got)
			}
		})
	}
}

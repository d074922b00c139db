package certgen_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/fakemx/fakemx/certgen"
)

// A peer that forgets its intermediate: the leaf alone does not lead to the
// root that clients trust.
func ExampleBuild() {
	recipe := certgen.Recipe{
		Certificates: map[string]*certgen.Certificate{
			"root":         {CA: true, Subject: certgen.Subject{CommonName: "TEST ONLY root"}},
			"intermediate": {CA: true, Issuer: "root", Subject: certgen.Subject{CommonName: "TEST ONLY issuing"}},
			"leaf":         {Issuer: "intermediate", DNSNames: []string{"{hostname}"}},
		},
		Send:  []string{"leaf"},
		Trust: []string{"root"},
	}
	now := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	pki, err := certgen.Build(recipe, certgen.Options{
		Now:  func() time.Time { return now },
		Keys: certgen.SeededKeys("example"),
		Vars: map[string][]string{"{hostname}": {"mx.fakemx.test"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	leaf := pki.Certificate("leaf").Parsed
	_, err = leaf.Verify(x509.VerifyOptions{Roots: pki.Roots(), CurrentTime: now})
	fmt.Println(leaf.DNSNames, len(pki.Chain()), errors.As(err, new(x509.UnknownAuthorityError)))
	// Output: [mx.fakemx.test] 1 true
}

// A server and its client, both configured by the PKI that an expired certificate
// comes from, and the files for programs that are not written in Go.
func ExamplePKI_Write() {
	recipe := certgen.Recipe{
		Certificates: map[string]*certgen.Certificate{
			"root": {CA: true, Subject: certgen.Subject{CommonName: "TEST ONLY root"}},
			"leaf": {Issuer: "root", DNSNames: []string{"mx.fakemx.test"}, NotBefore: certgen.Days(-97), NotAfter: certgen.Days(-7)},
		},
		Send:  []string{"leaf"},
		Trust: []string{"root"},
	}
	pki, err := certgen.Build(recipe, certgen.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	server := &tls.Config{Certificates: []tls.Certificate{pki.TLSCertificate()}}
	client := &tls.Config{RootCAs: pki.Roots(), ServerName: "mx.fakemx.test"}
	fmt.Println(len(server.Certificates), client.ServerName)

	dir, err := os.MkdirTemp("", "certgen-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	files, err := pki.Write(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, path := range []string{files.Chain, files.Key, files.CA, files.CADir, files.PKCS12} {
		fmt.Println(filepath.Base(path))
	}
	// Output:
	// 1 mx.fakemx.test
	// chain.pem
	// key.pem
	// ca.pem
	// ca
	// ca.p12
}

// A PKI that is kept: the second call takes what the first one made.
func ExampleLoadOrBuild() {
	dir, err := os.MkdirTemp("", "certgen-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	recipe := certgen.Recipe{
		Certificates: map[string]*certgen.Certificate{"leaf": {DNSNames: []string{"{hostname}"}}},
		Send:         []string{"leaf"},
		Trust:        []string{"leaf"},
	}
	options := certgen.Options{Vars: map[string][]string{"{hostname}": {"mx.fakemx.test"}}}
	for range 2 {
		pki, reused, err := certgen.LoadOrBuild(dir, recipe, options)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(pki.Certificate("leaf").Parsed.DNSNames, reused)
	}
	// Output:
	// [mx.fakemx.test] false
	// [mx.fakemx.test] true
}

// Every fault of a recipe is reported with the path of its field.
func ExampleRecipe_Validate() {
	recipe := certgen.Recipe{
		Certificates: map[string]*certgen.Certificate{"leaf": {Issuer: "rot", Hash: "sha-1"}},
		Send:         []string{"leaf"},
	}
	fmt.Println(recipe.Validate())
	// Output:
	// certificates.leaf.issuer: "rot" is not a certificate of the recipe: leaf
	// certificates.leaf.hash: "sha-1" is not a hash: md5, sha1, sha256, sha384, sha512
}

package certgen_test

import (
	"crypto/x509"
	"errors"
	"fmt"
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

package main

import (
	"os"
	"path/filepath"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/scenarios"
)

// A keyPair is a chain and its key as files, which every server of a workload
// is given.
type keyPair struct{ chain, key string }

// certificates are the chains of the run, by the kind of their keys.
type certificates struct {
	dir   string
	pairs map[certgen.KeyKind]keyPair
}

// makeCertificates makes the healthy scenario's chain, once for each kind of
// key.
func makeCertificates() (certificates, error) {
	dir, err := os.MkdirTemp("", "fakemx-bench-")
	if err != nil {
		return certificates{}, err
	}
	c := certificates{dir: dir, pairs: map[certgen.KeyKind]keyPair{}}
	for _, kind := range []certgen.KeyKind{certgen.ECDSAP256, certgen.RSA2048} {
		if err := c.make(kind); err != nil {
			c.remove()
			return certificates{}, err
		}
	}
	return c, nil
}

func (c certificates) make(kind certgen.KeyKind) error {
	recipe := scenarios.Healthy().PKI
	for _, certificate := range recipe.Certificates {
		certificate.Key = kind
	}
	pki, err := certgen.Build(recipe, certgen.Options{Vars: scenarios.MustGet("healthy").Vars(nil, nil)})
	if err != nil {
		return err
	}
	files, err := pki.Write(filepath.Join(c.dir, string(kind)))
	c.pairs[kind] = keyPair{files.Chain, files.Key}
	return err
}

func (c certificates) remove() { _ = os.RemoveAll(c.dir) }

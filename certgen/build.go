package certgen

import (
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// Options are what Build needs besides the recipe. The zero value is ready
// for use.
type Options struct {
	// Now is the clock. If nil, time.Now. Build reads it once.
	Now func() time.Time
	// Keys makes keys and serial numbers. If nil, RandomKeys().
	Keys KeySource
	// Vars are the values of placeholders by the placeholder, braces
	// included: "{hostname}". A text that holds one is repeated for each of
	// its values and dropped if there are none; a subject takes the first
	// value. A placeholder that is not in Vars is an error.
	Vars map[string][]string
}

// now reads the clock.
func (o Options) now() time.Time {
	if o.Now == nil {
		return time.Now()
	}
	return o.Now()
}

// Build makes the keys and certificates of a recipe. Faults of the recipe are
// reported as joined FieldErrors. Recipe, keys and time alone decide the
// result: with SeededKeys and a fixed clock it is the same octet by octet.
func Build(r Recipe, o Options) (*PKI, error) {
	recipe, err := r.prepare(o.Vars)
	if err != nil {
		return nil, err
	}
	b := &builder{recipe: recipe, source: o.Keys, now: o.now()}
	if b.source == nil {
		b.source = RandomKeys()
	}
	if b.keys, err = b.makeKeys(); err != nil {
		return nil, err
	}
	pki := &PKI{recipe: recipe, built: b.now, issued: make(map[string]*Issued)}
	for _, name := range slices.Sorted(maps.Keys(recipe.Certificates)) {
		if pki.issued[name], err = b.issue(name); err != nil {
			return nil, fmt.Errorf("certificates.%s: %w", name, err)
		}
	}
	return pki, nil
}

// prepare validates r and replaces its placeholders.
func (r Recipe) prepare(vars map[string][]string) (Recipe, error) {
	if err := r.Validate(); err != nil {
		return Recipe{}, err
	}
	out, err := r.expand(vars)
	if err != nil {
		return Recipe{}, err
	}
	return out, out.Validate()
}

// A builder makes one PKI.
type builder struct {
	recipe Recipe
	source KeySource
	now    time.Time
	keys   map[string]crypto.Signer
}

// makeKeys makes the key of every certificate that has one of its own, RSA
// keys side by side since they take long, and returns the keys of all.
func (b *builder) makeKeys() (map[string]crypto.Signer, error) {
	own := slices.DeleteFunc(slices.Sorted(maps.Keys(b.recipe.Certificates)), func(name string) bool {
		return b.recipe.keyOwner(name) != name
	})
	made, errs := make([]crypto.Signer, len(own)), make([]error, len(own))
	var group sync.WaitGroup
	for i, name := range own {
		kind := b.recipe.keyKind(name)
		job := func() { made[i], errs[i] = b.makeKey(name, kind) }
		if keyKinds[kind].family == familyRSA {
			group.Go(job)
		} else {
			job()
		}
	}
	group.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	keys := make(map[string]crypto.Signer)
	for name := range b.recipe.Certificates {
		keys[name] = made[slices.Index(own, b.recipe.keyOwner(name))]
	}
	return keys, nil
}

// makeKey asks the source for one key.
func (b *builder) makeKey(name string, kind KeyKind) (crypto.Signer, error) {
	key, err := b.source.Key(name, kind)
	if err != nil {
		return nil, fmt.Errorf("certificates.%s: %s key: %w", name, kind, err)
	}
	if _, err := x509.MarshalPKIXPublicKey(key.Public()); err != nil {
		return nil, fmt.Errorf("certificates.%s: %s key: %w", name, kind, err)
	}
	return key, nil
}

// issue makes the certificate of that name.
func (b *builder) issue(name string) (*Issued, error) {
	c, signer := b.recipe.Certificates[name], b.recipe.signer(name)
	tbs, err := b.draft(name)
	if err != nil {
		return nil, err
	}
	if err := tbs.change(c); err != nil {
		return nil, err
	}
	a, err := signatureAlgorithm(b.recipe.keyKind(signer), c.Hash)
	if err != nil {
		return nil, err
	}
	out, err := tbs.sign(b.keys[signer], a)
	if err != nil {
		return nil, err
	}
	if c.CorruptSignature {
		out.corrupt()
	}
	der, err := asn1.Marshal(*out)
	if err != nil {
		return nil, err
	}
	return newIssued(name, der, b.keys[name])
}

// issuer names the issuer of the certificate of that name.
func (r Recipe) issuer(name string) string {
	if issuer := r.Certificates[name].Issuer; issuer != "" {
		return issuer
	}
	return name
}

// signer names the certificate whose key signs that of that name.
func (r Recipe) signer(name string) string {
	if signer := r.Certificates[name].SignedBy; signer != "" {
		return signer
	}
	return r.issuer(name)
}

// keyOwner names the certificate that the key of that name was made for.
func (r Recipe) keyOwner(name string) string {
	for r.Certificates[name].KeyOf != "" {
		name = r.Certificates[name].KeyOf
	}
	return name
}

// keyKind is the kind of the key of the certificate of that name.
func (r Recipe) keyKind(name string) KeyKind {
	if kind := r.Certificates[r.keyOwner(name)].Key; kind != "" {
		return kind
	}
	return ECDSAP256
}

// subject is the subject of the certificate of that name.
func (r Recipe) subject(name string) Subject {
	for r.Certificates[name].SubjectOf != "" {
		name = r.Certificates[name].SubjectOf
	}
	return r.Certificates[name].Subject
}

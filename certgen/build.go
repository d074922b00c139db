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

// Options are the options of [Build]. The zero value is ready for use.
type Options struct {
	// Now is the clock. If nil, [time.Now]. Build reads it once.
	Now func() time.Time
	// Keys makes keys and serial numbers. If nil, [RandomKeys].
	Keys KeySource
	// Vars maps placeholders, including their braces ("{hostname}"), to their
	// values. A text that contains a placeholder is repeated for each of its
	// values, and dropped if there are none; a subject takes the first value. A
	// placeholder that is not in Vars is an error.
	Vars map[string][]string
	// Anchors shares self-signed CAs with other PKIs. Their private keys are
	// then held by Anchors and not by the PKI. If nil, the PKI has its own CAs
	// and their keys.
	Anchors *Anchors
}

// now reads the clock.
func (o Options) now() time.Time {
	if o.Now == nil {
		return time.Now()
	}
	return o.Now()
}

// Build makes the keys and certificates of a recipe. Errors in the recipe are
// reported as joined [FieldError] values. The result depends only on the
// recipe, the options and the time: with [SeededKeys] and a fixed clock it is
// the same, byte for byte.
func Build(r Recipe, o Options) (*PKI, error) {
	recipe, err := r.prepare(o.Vars)
	if err != nil {
		return nil, err
	}
	b := newBuilder(recipe, o)
	if b.taken, err = o.Anchors.take(b); err != nil {
		return nil, err
	}
	if b.keys, err = b.makeKeys(); err != nil {
		return nil, err
	}
	pki := &PKI{recipe: recipe, built: b.now, now: o.Now, issued: make(map[string]*Issued)}
	for _, name := range slices.Sorted(maps.Keys(recipe.Certificates)) {
		if pki.issued[name], err = b.supply(name); err != nil {
			return nil, fmt.Errorf("certificates.%s: %w", name, err)
		}
	}
	b.signStatuses(pki)
	return pki, o.Anchors.trust(pki, b.taken)
}

func newBuilder(r Recipe, o Options) *builder {
	b := &builder{recipe: r, source: o.Keys, now: o.now(), anchors: o.Anchors}
	if b.source == nil {
		b.source = RandomKeys()
	}
	return b
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
	// anchors supplies what is in taken; both may be nil.
	anchors *Anchors
	taken   map[string]*anchor
}

// makeKeys makes the key of every certificate that has one of its own, RSA
// keys side by side since they take long, and returns the keys of all.
func (b *builder) makeKeys() (map[string]crypto.Signer, error) {
	own := slices.DeleteFunc(slices.Sorted(maps.Keys(b.recipe.Certificates)), func(name string) bool {
		return b.recipe.keyOwner(name) != name || b.taken[name] != nil
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
	for i, name := range own {
		keys[name] = made[i]
	}
	for name, e := range b.taken {
		var err error
		if keys[name], err = b.anchors.signer(e, name); err != nil {
			return nil, err
		}
	}
	for name := range b.recipe.Certificates {
		keys[name] = keys[b.recipe.keyOwner(name)]
	}
	return keys, nil
}

// supply returns the certificate of that name. One whose key is that of a
// shared authority comes without it.
func (b *builder) supply(name string) (*Issued, error) {
	if e := b.taken[name]; e != nil {
		return e.issued.withoutKey(name), nil
	}
	issued, err := b.issue(name)
	if err == nil && b.taken[b.recipe.keyOwner(name)] != nil {
		issued = issued.withoutKey(name)
	}
	return issued, err
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
	a, err := c.algorithm(b.recipe.keyKind(signer))
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

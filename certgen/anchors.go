package certgen

import (
	"bytes"
	"cmp"
	"crypto"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// Anchors shares certification authorities among PKIs: if two recipes describe
// the same self-signed CA, after replacing placeholders, it has one certificate
// and one key in all PKIs built with the same Anchors. Two CAs that have the
// same subject but differ in anything else are an error, because a client that
// trusts both could not tell them apart. A self-signed CA is not shared if the
// PKI itself needs its key: if it is a server's or a client's certificate, or
// has alternative names.
//
// The zero value is ready for use. An Anchors may be used from several
// goroutines at once, and must not be copied after its first use.
type Anchors struct {
	// Dir is the directory in which the authorities are kept, in a subdirectory
	// "anchors" with mode 0700 and files with mode 0600. They are reused as
	// long as they are valid. Several processes may use the same directory. If
	// empty, the authorities are kept in memory only.
	Dir string

	writing sync.Mutex // held by who writes the bundle
	files   sync.Mutex // held by who reads and writes in Dir

	mu      sync.Mutex
	entries map[identity]*anchor
	others  []*Issued // trusted, and no authority that is shared
	now     time.Time // of the last Build
	trusted int       // certificates, shared or not
	written map[string]bundleWritten
}

// An identity is what no two authorities may have in common.
type identity struct {
	Subject Subject
	// As is the name in the recipe of an authority that repeats the subject of
	// another on purpose.
	As string
}

// An anchor is one shared authority.
type anchor struct {
	making      sync.Once
	err         error
	file        string // that keeps it, without a folder
	description []byte
	issued      *Issued // without the key
	// noneRevoked is its CRL as long as that lists nothing.
	signing     sync.Once
	noneRevoked presigned

	// Guarded by Anchors.mu:
	key     crypto.Signer // nil once it is forgotten
	trusted int           // the number of PKIs that trust it
}

// shared names the certificates of r that Anchors shares.
func (r Recipe) shared() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(r.Certificates)), func(name string) bool {
		c := r.Certificates[name]
		selfSigned := r.issuer(name) == name && r.signer(name) == name
		forItself := len(c.DNSNames)+len(c.IPAddresses)+len(c.EmailAddresses) > 0 ||
			name == r.Client || name == r.Key || len(r.Send) > 0 && name == r.Send[0]
		return !c.CA || !selfSigned || c.KeyOf != "" || forItself || r.subject(name) == Subject{}
	})
}

// identity is that of the certificate of that name.
func (r Recipe) identity(name string) identity {
	id := identity{Subject: r.subject(name)}
	if r.Certificates[name].SubjectOf != "" {
		id.As = name
	}
	return id
}

// take returns the recipe's shared authorities by their names. Those that are
// not there yet are made as the builder would make them, or read.
func (a *Anchors) take(b *builder) (map[string]*anchor, error) {
	taken := make(map[string]*anchor)
	if a == nil {
		return taken, nil
	}
	var f faults
	for _, name := range b.recipe.shared() {
		c := b.recipe.Certificates[name].clone()
		c.Subject, c.SubjectOf = b.recipe.subject(name), ""
		description, err := json.Marshal(c)
		if err != nil {
			return nil, err
		}
		e := a.entry(b.recipe.identity(name), b.now)
		e.making.Do(func() { e.err = a.supply(e, b, name, c, description) })
		switch {
		case e.err != nil:
			return nil, fmt.Errorf("certificates.%s: %w", name, e.err)
		case !bytes.Equal(e.description, description):
			f.addf("certificates."+name+".subject", "is that of another authority, which is described otherwise: a client that trusts both cannot tell them apart; "+
				"give this one another subject, for example with {scenario} in it")
		}
		taken[name] = e
	}
	return taken, f.err()
}

// entry is the anchor of that identity, empty if it is new.
func (a *Anchors) entry(id identity, now time.Time) *anchor {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.now = now
	e := a.entries[id]
	if e == nil {
		if a.entries == nil {
			a.entries = make(map[identity]*anchor)
		}
		e = &anchor{file: id.file()}
		a.entries[id] = e
	}
	return e
}

// supply fills in a new anchor: with the one that is kept, or else with a new
// one.
func (a *Anchors) supply(e *anchor, b *builder, name string, c *Certificate, description []byte) error {
	e.description = description
	issued, err := a.readOrMake(e, b, name, c)
	if err != nil {
		return err
	}
	a.mu.Lock()
	e.key = issued.Key
	a.mu.Unlock()
	e.issued = issued.withoutKey(name)
	return nil
}

// single makes one self-signed certificate and its key.
func (b *builder) single(name string, c *Certificate) (*Issued, error) {
	one := &builder{recipe: Recipe{Certificates: map[string]*Certificate{name: c}}, source: b.source, now: b.now}
	var err error
	if one.keys, err = one.makeKeys(); err != nil {
		return nil, err
	}
	return one.issue(name)
}

// signer is the key of an anchor, which is read again if it was forgotten.
func (a *Anchors) signer(e *anchor, name string) (crypto.Signer, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if e.key == nil && a.Dir != "" {
		kept, err := readKept(a.path(e.file))
		if err != nil {
			return nil, err
		}
		if kept != nil && kept.issued.same(e.issued) && kept.issued.Key != nil {
			return kept.issued.Key, nil
		}
	}
	if e.key == nil {
		return nil, fmt.Errorf("certificates.%s: its key was discarded by Forget; build all PKIs first, or keep the authorities in a directory", name)
	}
	return e.key, nil
}

// trust notes what a PKI has a client trust.
func (a *Anchors) trust(p *PKI, taken map[string]*anchor) error {
	if a == nil {
		return nil
	}
	for _, name := range p.recipe.Trust {
		e := taken[name]
		if first := a.noteTrust(p.issued[name], e); !first || a.Dir == "" {
			continue
		}
		var err error
		if e != nil {
			err = a.keepTrust(e)
		} else {
			err = a.keepOther(p, name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// noteTrust notes that a PKI has a client trust a certificate, which is that
// of an anchor or nil. It reports whether that is news.
func (a *Anchors) noteTrust(c *Issued, e *anchor) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if e != nil {
		e.trusted++
		if e.trusted > 1 {
			return false
		}
	} else {
		if slices.ContainsFunc(a.others, c.same) {
			return false
		}
		a.others = append(a.others, c)
	}
	a.trusted++
	return true
}

// Forget discards the private keys of the shared authorities, so that nothing
// more can be signed with them. Call it once all PKIs are built. Authorities
// kept in Dir are not lost: a later [Build] reads them again.
func (a *Anchors) Forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, e := range a.entries {
		e.key = nil
	}
}

// Roots returns the trust anchors of all PKIs built so far, and those that Dir
// keeps from other runs.
func (a *Anchors) Roots() (*x509.CertPool, error) {
	list, err := a.bundle()
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	for _, c := range list {
		if c.Parsed != nil {
			pool.AddCert(c.Parsed)
		}
	}
	return pool, nil
}

// bundle is what a client is to trust: first what most PKIs lead to, last what
// is only kept.
func (a *Anchors) bundle() ([]*Issued, error) {
	kept, err := a.keptTrusted()
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	var used []*anchor
	for _, e := range a.entries {
		if e.trusted > 0 {
			used = append(used, e)
		}
	}
	slices.SortFunc(used, func(x, y *anchor) int {
		return cmp.Or(y.trusted-x.trusted, cmp.Compare(x.file, y.file))
	})
	var list []*Issued
	for _, e := range used {
		list = append(list, e.issued.withoutKey(e.file))
	}
	for _, c := range slices.Concat(a.others, kept) {
		if !slices.ContainsFunc(list, c.same) {
			list = append(list, c)
		}
	}
	return list, nil
}

// same tells whether o is the same certificate.
func (c *Issued) same(o *Issued) bool { return bytes.Equal(c.DER, o.DER) }

// withoutKey is the certificate under a name, without its private key.
func (c *Issued) withoutKey(name string) *Issued {
	out := *c
	out.Name, out.Key, out.keyDER = name, nil, nil
	return &out
}

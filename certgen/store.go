package certgen

import (
	"bytes"
	"crypto"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// The folder in which LoadOrBuild keeps a PKI, and the file in it that is not
// a certificate's.
const (
	storeFolder = "pki"
	storeIndex  = "recipe.json"
)

// storeFormat is the version of the folder's form. A PKI in another form is
// made again.
const storeFormat = 1

// expiryMargin is how long a reused PKI has to stay as it was when it was
// built, so that it does not change under a running peer all too soon.
const expiryMargin = time.Hour

// index is what storeIndex holds.
type index struct {
	Format int       `json:"format"`
	Built  time.Time `json:"built"`
	Recipe Recipe    `json:"recipe"`
}

// LoadOrBuild returns the PKI that an earlier call kept in dir, or builds one
// and keeps it there, with keys in mode 0600. A PKI is reused if the recipe,
// with its placeholders replaced, is the same and if every certificate still
// has the state that it had when it was built (not yet valid, valid or expired)
// for at least another hour. It is an error if a PKI exists but cannot be read;
// the error names the file, and the PKI is left unchanged. A world-writable
// directory is an error too.
func LoadOrBuild(dir string, r Recipe, o Options) (pki *PKI, reused bool, err error) {
	recipe, err := r.prepare(o.Vars)
	if err != nil {
		return nil, false, err
	}
	kept, err := Load(dir)
	switch {
	case err == nil:
		if kept.usable(recipe, o.now()) {
			if reused, err = kept.rejoin(o); reused || err != nil {
				return kept, reused, err
			}
		}
	case !errors.Is(err, errNotKept):
		return nil, false, err
	}
	if pki, err = Build(r, o); err != nil {
		return nil, false, err
	}
	return pki, false, pki.keep(dir)
}

// errNotKept says that there is nothing to load.
var errNotKept = errors.New("no PKI is kept here")

// Load returns the PKI that [LoadOrBuild] keeps in dir, whatever its age. A
// world-writable directory is an error.
func Load(dir string) (*PKI, error) {
	if err := checkKeeper(dir); err != nil {
		return nil, err
	}
	defer lockFolder(dir)()
	folder := filepath.Join(dir, storeFolder)
	path := filepath.Join(folder, storeIndex)
	data, err := os.ReadFile(path) //nolint:gosec // the user names the folder
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", dir, errNotKept)
	}
	if err != nil {
		return nil, err
	}
	pki, err := parseIndex(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; remove %s to have it rebuilt", path, err, folder)
	}
	for name := range pki.recipe.Certificates {
		path := filepath.Join(folder, name+".pem")
		pki.issued[name], err = loadIssued(name, path)
		if err == nil && pki.issued[name].Key == nil && !slices.Contains(pki.recipe.shared(), pki.recipe.keyOwner(name)) {
			err = fmt.Errorf("expected a PEM block %q", pemKey)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w; remove %s to have it rebuilt", path, err, folder)
		}
	}
	return pki, nil
}

// parseIndex returns a PKI that lacks its certificates.
func parseIndex(data []byte) (*PKI, error) {
	var in index
	if err := json.Unmarshal(data, &in); err != nil {
		return nil, fmt.Errorf("not a PKI recipe: %w", err)
	}
	if in.Format != storeFormat {
		return nil, errNotKept
	}
	if err := in.Recipe.Validate(); err != nil {
		return nil, fmt.Errorf("not a PKI recipe: %w", err)
	}
	return &PKI{recipe: in.Recipe, built: in.Built, issued: make(map[string]*Issued)}, nil
}

// loadIssued reads the file of one certificate.
func loadIssued(name, path string) (*Issued, error) {
	data, err := os.ReadFile(path) //nolint:gosec // the user names the folder
	if err != nil {
		return nil, errors.Unwrap(err) // the path is the caller's to name
	}
	return parseIssued(name, data)
}

// rejoin has a PKI that was kept share its authorities again. It is false if it
// does not have those of o.Anchors.
func (p *PKI) rejoin(o Options) (bool, error) {
	b := newBuilder(p.recipe, o)
	var err error
	if b.taken, err = o.Anchors.take(b); err != nil {
		return false, err
	}
	for name, c := range p.issued {
		e := b.taken[name]
		if (c.Key == nil) != (b.taken[p.recipe.keyOwner(name)] != nil) || e != nil && !c.same(e.issued) {
			return false, nil
		}
	}
	b.keys = make(map[string]crypto.Signer)
	for name, e := range b.taken {
		if b.keys[name], err = o.Anchors.signer(e, name); err != nil {
			return false, err
		}
	}
	b.signStatuses(p)
	p.now = o.Now
	return true, o.Anchors.trust(p, b.taken)
}

// keep writes the PKI for Load.
func (p *PKI) keep(dir string) (err error) {
	data, err := json.MarshalIndent(index{Format: storeFormat, Built: p.built, Recipe: p.recipe}, "", "  ")
	if err != nil {
		return err
	}
	files := map[string][]byte{storeIndex: append(data, '\n')}
	for name, c := range p.issued {
		files[name+".pem"] = append(c.PEM(), c.KeyPEM()...)
	}
	s, err := newStage(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.discard()) }()
	if _, err := s.folder(storeFolder, files, modeSecret); err != nil {
		return err
	}
	return s.commit()
}

// usable tells whether the PKI is what Build would make of the recipe now, but
// for the keys and the exact times.
func (p *PKI) usable(recipe Recipe, now time.Time) bool {
	want, err := json.Marshal(recipe)
	if err != nil {
		return false
	}
	have, err := json.Marshal(p.recipe)
	if err != nil || !bytes.Equal(want, have) {
		return false
	}
	for _, c := range p.issued {
		if !c.tbs.Validity.lasts(p.built, now) {
			return false
		}
	}
	return true
}

// lasts tells whether what was built then is still what it was, for at least
// expiryMargin more.
func (v validity) lasts(built, now time.Time) bool {
	at := v.phase(built)
	return v.phase(now) == at && v.phase(now.Add(expiryMargin)) == at
}

// phase is below zero before v, zero within and above zero after it.
func (v validity) phase(at time.Time) int {
	switch {
	case at.Before(v.NotBefore):
		return -1
	case at.After(v.NotAfter):
		return 1
	default:
		return 0
	}
}

package certgen

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fakemx/fakemx/internal/atomicfile"
)

// anchorsFolder is the folder in Anchors.Dir, and anchorsFormat the version of
// the files in it. What has another format is made again.
const (
	anchorsFolder = "anchors"
	anchorsFormat = 1
)

// keptAnchor is the form of a file that keeps an authority.
type keptAnchor struct {
	Format int       `json:"format"`
	Built  time.Time `json:"built"`
	// Trusted: it is one of those that a client is given to trust.
	Trusted bool `json:"trusted"`
	// Description is that of the recipe. It is nil for what is trusted and not
	// shared, whose key is not here either.
	Description *Certificate `json:"description,omitempty"`
	// PEM is the certificate and its key.
	PEM string `json:"pem"`

	issued *Issued
}

// file is the name of the file that keeps an authority: what it is called, for
// people, and a few digits that tell it from others.
func (id identity) file() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q", id.Subject, id.As))
	word := strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(strings.TrimSpace(id.Subject.OrganizationalUnit+" "+id.Subject.CommonName)))
	return word[:min(len(word), 80)] + "-" + hex.EncodeToString(sum[:4])
}

// path is that of the file of this name.
func (a *Anchors) path(file string) string {
	return filepath.Join(a.Dir, anchorsFolder, file+".json")
}

// lock makes the folder, if need be, and keeps other processes from it until
// unlock is called.
func (a *Anchors) lock() (unlock func(), err error) {
	if err := checkKeeper(a.Dir); err != nil {
		return nil, err
	}
	folder := filepath.Join(a.Dir, anchorsFolder)
	if err := os.MkdirAll(folder, modeFolder); err != nil {
		return nil, err
	}
	// Within the process a mutex does, and blocks no thread.
	a.files.Lock()
	release := lockFolder(folder)
	return func() {
		release()
		a.files.Unlock()
	}, nil
}

// readOrMake returns the authority that is kept for e, if it is still what the
// recipe says, or makes one, which it keeps if there is a folder for that.
func (a *Anchors) readOrMake(e *anchor, b *builder, name string, c *Certificate) (*Issued, error) {
	if a.Dir == "" {
		return b.single(name, c)
	}
	unlock, err := a.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	k, err := readKept(a.path(e.file))
	if err != nil {
		return nil, err
	}
	if k != nil && k.issued.Key != nil && k.describedAs(e.description) && k.issued.tbs.Validity.lasts(k.Built, b.now) {
		return k.issued, nil
	}
	issued, err := b.single(name, c)
	if err != nil {
		return nil, err
	}
	return issued, a.keep(e.file, keptAnchor{Built: b.now, Description: c, issued: issued})
}

// describedAs tells whether the authority is what a recipe describes.
func (k *keptAnchor) describedAs(description []byte) bool {
	have, err := json.Marshal(k.Description)
	return err == nil && bytes.Equal(have, description)
}

// keepTrust keeps the news that an authority is trusted.
func (a *Anchors) keepTrust(e *anchor) error {
	unlock, err := a.lock()
	if err != nil {
		return err
	}
	defer unlock()
	k, err := readKept(a.path(e.file))
	if err != nil || k == nil || k.Trusted || !k.issued.same(e.issued) {
		return err
	}
	k.Trusted = true
	return a.keep(e.file, *k)
}

// keepOther keeps a certificate that is trusted and not shared, so that it
// stands in the bundle whoever writes that. Its key is the PKI's to keep.
func (a *Anchors) keepOther(p *PKI, name string) error {
	unlock, err := a.lock()
	if err != nil {
		return err
	}
	defer unlock()
	id := identity{Subject: p.recipe.subject(name), As: name}
	return a.keep(id.file(), keptAnchor{Built: p.built, Trusted: true, issued: p.issued[name].withoutKey(name)})
}

// keep writes a file. The folder is locked.
func (a *Anchors) keep(file string, k keptAnchor) error {
	k.Format = anchorsFormat
	k.PEM = string(append(k.issued.PEM(), k.issued.KeyPEM()...))
	data, err := json.MarshalIndent(k, "", "  ")
	if err != nil {
		return err
	}
	return atomicfile.WriteFile(a.path(file), append(data, '\n'), modeSecret)
}

// readKept reads a file; nil if there is none, or one of another format.
func readKept(path string) (*keptAnchor, error) {
	data, err := os.ReadFile(path) //nolint:gosec // the user names the folder
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	k, err := parseKept(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; remove it to have it rebuilt", path, err)
	}
	return k, nil
}

// parseKept reads the contents of a file; nil if they are of another format.
func parseKept(data []byte) (*keptAnchor, error) {
	var k keptAnchor
	if err := json.Unmarshal(data, &k); err != nil {
		return nil, fmt.Errorf("not a certification authority: %w", err)
	}
	if k.Format != anchorsFormat {
		return nil, nil
	}
	var err error
	k.issued, err = parseIssued("", []byte(k.PEM))
	return &k, err
}

// keptTrusted returns what is kept, trusted and still what it was when it was
// made, in the order of their files.
func (a *Anchors) keptTrusted() ([]*Issued, error) {
	if a.Dir == "" {
		return nil, nil
	}
	unlock, err := a.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	entries, err := os.ReadDir(filepath.Join(a.Dir, anchorsFolder))
	if err != nil {
		return nil, err
	}
	var list []*Issued
	for _, entry := range entries {
		file, ours := strings.CutSuffix(entry.Name(), ".json")
		if !ours {
			continue
		}
		k, err := readKept(a.path(file))
		if err != nil {
			return nil, err
		}
		if k != nil && k.Trusted && k.issued.tbs.Validity.lasts(k.Built, a.clock()) {
			list = append(list, k.issued.withoutKey(file))
		}
	}
	return list, nil
}

// clock is the time of the last Build, or now.
func (a *Anchors) clock() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.now.IsZero() {
		return time.Now()
	}
	return a.now
}

package certgen

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/fakemx/fakemx/internal/atomicfile"
)

// TrustFiles are the paths of the files that [Anchors.Write] has written.
type TrustFiles struct {
	// CA is the bundle of trust anchors, in PEM form.
	CA string `json:"ca_file"`
	// CADir is a directory that holds each trust anchor in a separate file,
	// with the name by which OpenSSL looks it up.
	CADir string `json:"ca_dir"`
	// PKCS12 holds the trust anchors for Java. Its password is
	// [TrustStorePassword].
	PKCS12 string `json:"p12_file"`
}

// bundleWritten is what a folder has been given.
type bundleWritten struct {
	files   TrustFiles
	trusted int // Anchors.trusted at that time
}

// Write writes the trust anchors of all PKIs built so far, and those that Dir
// keeps from other runs: a bundle, a hashed directory and a PKCS #12 file, with
// the names that [PKI.Write] gives them. It creates dir with mode 0700 if it
// does not exist. A client that reads the files at the same time sees either
// the old or the new content. If nothing has changed since the last Write to
// dir, it does nothing.
func (a *Anchors) Write(dir string) (TrustFiles, error) {
	a.mu.Lock()
	last, trusted := a.written[dir], a.trusted
	a.mu.Unlock()
	if last.files.CA != "" && last.trusted == trusted {
		return last.files, nil
	}
	files, err := a.write(dir)
	if err != nil {
		return TrustFiles{}, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.written == nil {
		a.written = make(map[string]bundleWritten)
	}
	a.written[dir] = bundleWritten{files, trusted}
	return files, nil
}

func (a *Anchors) write(dir string) (files TrustFiles, err error) {
	a.writing.Lock()
	defer a.writing.Unlock()
	s, err := newStage(dir)
	if err != nil {
		return TrustFiles{}, err
	}
	defer func() { err = errors.Join(err, s.discard()) }()
	list, err := a.bundle()
	if err != nil {
		return TrustFiles{}, err
	}
	var ders [][]byte
	for _, c := range list {
		ders = append(ders, c.DER)
	}
	store, err := trustStore(list)
	if err != nil {
		return TrustFiles{}, err
	}
	if files.CA, err = s.file("ca.pem", certificatesPEM(ders), modePublic); err != nil {
		return TrustFiles{}, err
	}
	if files.PKCS12, err = s.file("ca.p12", store, modePublic); err != nil {
		return TrustFiles{}, err
	}
	if files.CADir, err = s.hashed("ca", list); err != nil {
		return TrustFiles{}, err
	}
	return files, s.commit()
}

// hashed stages a hashed folder. If that of an earlier commit lacks some of the
// certificates and has none besides, they are added to it at once: to replace
// the folder would take it away from a client for a moment.
func (s *stage) hashed(name string, anchors []*Issued) (string, error) {
	want, err := hashed(anchors)
	if err != nil {
		return "", err
	}
	target := filepath.Join(s.target, name)
	have, err := readFiles(target)
	if err != nil {
		return "", err
	}
	if have == nil || !within(have, want) {
		return s.folder(name, want, modePublic)
	}
	for file, data := range want {
		if have[file] == nil {
			if err := atomicfile.WriteFile(filepath.Join(target, file), data, modePublic); err != nil {
				return "", err
			}
		}
	}
	return target, nil
}

// readFiles returns the files of a folder; nil if it is not there.
func readFiles(folder string) (map[string][]byte, error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) || !isFolder(folder) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	files := make(map[string][]byte)
	for _, entry := range entries {
		if entry.IsDir() {
			continue
		}
		if files[entry.Name()], err = os.ReadFile(filepath.Join(folder, entry.Name())); err != nil { //nolint:gosec // the user names the folder
			return nil, err
		}
	}
	return files, nil
}

// within tells whether all files of a are in b, with the same contents.
func within(a, b map[string][]byte) bool {
	for name, data := range a {
		if !bytes.Equal(data, b[name]) {
			return false
		}
	}
	return true
}

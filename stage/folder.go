package stage

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"sync"

	"github.com/fakemx/fakemx/certgen"
)

// errClosed is the error of what a closed stage no longer does.
var errClosed = errors.New("the stage is closed")

// A folder is where the files for clients are.
type folder struct {
	mu        sync.Mutex
	dir       string
	temporary bool
	removed   bool
}

// path is the folder's, which is made if it is a temporary one.
func (f *folder) path(c Config) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.removed {
		return "", errClosed
	}
	if f.dir != "" {
		return f.dir, nil
	}
	var err error
	if own := cmp.Or(c.Dir, c.PKIDir); own != "" {
		f.dir, err = filepath.Abs(own)
	} else {
		f.dir, err = os.MkdirTemp("", "fakemx-")
		f.temporary = err == nil
	}
	return f.dir, err
}

// remove removes a temporary folder. None is made afterwards.
func (f *folder) remove() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.removed = true
	if !f.temporary {
		return nil
	}
	return os.RemoveAll(f.dir)
}

// Trust writes the trust anchors of all peers started so far and returns the
// paths of the files: ca.pem and so on, in the directory that [Config.Dir]
// describes.
func (s *Stage) Trust() (certgen.TrustFiles, error) {
	dir, err := s.folder.path(s.config)
	if err != nil {
		return certgen.TrustFiles{}, err
	}
	return s.anchors.Write(dir)
}

package stage

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/fakemx/fakemx/mxdns"
)

// zoneKeysFile is where PKIDir has the secret from which the keys of the zones are
// made: a resolver's trust anchor stays right for as long as the PKIs are kept.
const zoneKeysFile = "zone-keys.secret"

// zoneKeys are the keys of the zones: those that are kept, or nil for new ones.
func (s *Stage) zoneKeys() (mxdns.KeySource, error) {
	if s.config.PKIDir == "" {
		return nil, nil
	}
	path := filepath.Join(s.config.PKIDir, zoneKeysFile)
	if err := keepSecret(path); err != nil {
		return nil, field("PKIDir", "%w", err)
	}
	text, err := os.ReadFile(path) //nolint:gosec // the caller's directory
	if err != nil {
		return nil, field("PKIDir", "%w", err)
	}
	secret := strings.TrimSpace(string(text))
	if secret == "" {
		return nil, field("PKIDir", "%w", fmt.Errorf("%s is empty; delete it to get new zone keys", path))
	}
	return mxdns.SeededKeys(secret), nil
}

// keepSecret writes a new secret into a file, unless that is there.
func keepSecret(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // as for the PKIs, whose certificates others may read
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the caller's directory
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil
	case err != nil:
		return err
	}
	_, err = fmt.Fprintln(file, rand.Text())
	return errors.Join(err, file.Close())
}

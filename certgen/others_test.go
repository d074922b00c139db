package certgen

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Where everybody can write, nobody's keys are kept, nor read.
func TestKeysAreNotKeptWhereOthersWrite(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("modes say nothing there")
	}
	for name, keep := range map[string]func(dir string) error{
		"a PKI": func(dir string) error { _, err := Load(dir); return err },
		"authorities": func(dir string) error {
			_, err := (&Anchors{Dir: dir}).keptTrusted()
			return err
		},
	} {
		dir := filepath.Join(t.TempDir(), "pki")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		err := keep(dir)
		if err == nil || !strings.Contains(err.Error(), "chmod go-w "+dir) {
			t.Errorf("%s in a directory that everybody may write: %v, want the mend", name, err)
		}
		if entries, _ := os.ReadDir(dir); len(entries) > 0 {
			t.Errorf("%s: left %v there", name, entries)
		}
		if err := os.Chmod(dir, 0o775); err != nil {
			t.Fatal(err)
		}
		if err := keep(dir); err != nil && strings.Contains(err.Error(), "chmod") {
			t.Errorf("%s in one of the owner's group: %v", name, err)
		}
	}
}

// Package house finds the files of the module, for tests that read what stands
// outside their own folder. Its own tests hold the rules of the house: which
// package may import which, what every dependency is for, and what no file says.
package house

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// Root returns the absolute path of the module: the nearest folder with a
// go.mod at or above the working directory, which for a test is its own folder.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod above the working directory; run the tests inside the repository")
		}
		dir = parent
	}
}

// Path returns the absolute path of something in the module, whether or not it
// is there. Its elements are those of the path below Root.
func Path(t testing.TB, elements ...string) string {
	t.Helper()
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(append([]string{root}, elements...)...)
}

// elsewhere holds nothing of the project. In a worktree, .git is a file.
var elsewhere = map[string]bool{".git": true, "bin": true, "e2e/.tools": true}

// Files returns the regular files of the module, as paths below Root with
// slashes, without what is built or fetched.
func Files(t testing.TB) []string {
	t.Helper()
	var files []string
	err := fs.WalkDir(os.DirFS(Path(t)), ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && elsewhere[path]:
			return fs.SkipDir
		case elsewhere[path]:
		case entry.Type().IsRegular():
			files = append(files, path)
		}
		return nil
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	return files
}

// Progress begins a line in which a test says how far it is, as in "41 of 342
// specs". The command gotest tells it to whoever waits.
const Progress = "progress: "

package atomicfile_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/fakemx/fakemx/internal/atomicfile"
)

func TestWriteReplaces(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	for _, test := range []struct {
		text string
		mode fs.FileMode
	}{{"one", 0o644}, {"two", 0o600}} {
		if err := atomicfile.WriteFile(path, []byte(test.text), test.mode); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != test.text {
			t.Errorf("the file holds %q, %v, want %q", got, err, test.text)
		}
		if info, err := os.Stat(path); runtime.GOOS != "windows" && (err != nil || info.Mode()&^test.mode != 0) {
			t.Errorf("its mode is %v, %v, want no more than %v", info.Mode(), err, test.mode)
		}
	}
	alone(t, path)
}

// A file that could not be written whole leaves the earlier one, and nothing
// else.
func TestWriteThatFailsLeavesAll(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	err := atomicfile.Write(path, 0o600, func(w io.Writer) error {
		if _, err := io.WriteString(w, "half"); err != nil {
			t.Error(err)
		}
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("the error is %v, want %v", err, broken)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "before" {
		t.Errorf("the file holds %q, %v, want what was there before", got, err)
	}
	alone(t, path)
}

func TestWriteNeedsTheDirectory(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "missing", "file")
	if err := atomicfile.WriteFile(path, nil, 0o600); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the error is %v, want %v", err, fs.ErrNotExist)
	}
}

// alone wants no other file beside one.
func alone(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("the directory holds %v, %v, want one file", entries, err)
	}
}

package store

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

func newMaildir(t *testing.T) *Maildir {
	t.Helper()
	m, err := NewMaildir(filepath.Join(t.TempDir(), "mail"))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// files are the names in a part of a maildir.
func files(t *testing.T, dir, part string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, part))
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// mustBeEmpty fails the test if anything is left in tmp or new.
func mustBeEmpty(t *testing.T, dir string) {
	t.Helper()
	for _, part := range []string{"tmp", "new"} {
		if left := files(t, dir, part); len(left) > 0 {
			t.Errorf("left in %s: %v", part, left)
		}
	}
}

func TestMaildir(t *testing.T) {
	const message = "Received: from a\r\n\tby b\r\n\r\n.\r\nbare\nlines\x00\xff"
	m := newMaildir(t)
	if err := put(m, Envelope{QueueID: "../../evil", From: "/etc"}, message); err != nil {
		t.Fatal(err)
	}
	names := files(t, m.dir, "new")
	if len(names) != 1 || len(files(t, m.dir, "tmp")) != 0 {
		t.Fatalf("in new: %v, in tmp: %v", names, files(t, m.dir, "tmp"))
	}
	path := filepath.Join(m.dir, "new", names[0])
	if got, err := os.ReadFile(path); err != nil || string(got) != message {
		t.Errorf("got %q, error %v", got, err)
	}
	for path, want := range map[string]fs.FileMode{
		m.dir: 0o700 | fs.ModeDir, filepath.Join(m.dir, "tmp"): 0o700 | fs.ModeDir,
		filepath.Join(m.dir, "cur"): 0o700 | fs.ModeDir, path: 0o600,
	} {
		if info, err := os.Stat(path); err != nil || info.Mode() != want {
			t.Errorf("%s has mode %v, error %v, want %v", path, info.Mode(), err, want)
		}
	}
}

// TestMaildirNames holds the form of https://cr.yp.to/proto/maildir.html.
func TestMaildirNames(t *testing.T) {
	m := &Maildir{host: "mx.example", now: func() time.Time { return time.Unix(1_600_000_000, 7_000) }}
	form := regexp.MustCompile(`^1600000000\.M7P\d+Q[12]R[0-9a-f]{16}\.mx\.example$`)
	first, second := m.uniqueName(), m.uniqueName()
	if !form.MatchString(first) || !form.MatchString(second) || first == second {
		t.Errorf("got %s and %s", first, second)
	}
}

func TestEscapeHost(t *testing.T) {
	for host, want := range map[string]string{
		"mx.example": "mx.example", "a/b:c": `a\057b\072c`, "a\\ \n\xff": `a\134\040\012\377`, "": "",
	} {
		if got := escapeHost(host); got != want {
			t.Errorf("escapeHost(%q) = %s, want %s", host, got, want)
		}
	}
}

// TestMaildirKeepsWhatIsThere opens a maildir that is in use.
func TestMaildirKeepsWhatIsThere(t *testing.T) {
	m := newMaildir(t)
	if err := put(m, Envelope{}, "first"); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(m.dir, 0o750); err != nil {
		t.Fatal(err)
	}
	again, err := NewMaildir(m.dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := put(again, Envelope{}, "second"); err != nil {
		t.Fatal(err)
	}
	if names := files(t, m.dir, "new"); len(names) != 2 {
		t.Errorf("in new: %v", names)
	}
	if info, err := os.Stat(m.dir); err != nil || info.Mode().Perm() != 0o750 {
		t.Errorf("mode %v, error %v", info.Mode(), err)
	}
}

func TestNewMaildirRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "below"), "/proc/fakemx", ""} {
		if _, err := NewMaildir(dir); err == nil || !strings.Contains(err.Error(), "Maildir") {
			t.Errorf("NewMaildir(%q): error %v", dir, err)
		}
	}
}

// TestMaildirFails lets the store fail at every step, and holds that the error
// is seen, says what the matter is, and leaves nothing behind.
func TestMaildirFails(t *testing.T) {
	tests := []struct {
		name string
		// harm is done before Create, and again by what it returns before Commit.
		harm func(*testing.T, *Maildir) func()
		want error
	}{
		{"disk full", func(t *testing.T, m *Maildir) func() {
			m.create = func(path string) (*os.File, error) { return standIn(t, path, "/dev/full") }
			return nil
		}, syscall.ENOSPC},
		{"sync fails", func(t *testing.T, m *Maildir) func() {
			m.create = func(path string) (*os.File, error) { return unsyncable(t, path) }
			return nil
		}, syscall.EINVAL},
		{"tmp removed", func(t *testing.T, m *Maildir) func() {
			remove(t, m, "tmp")
			return nil
		}, fs.ErrNotExist},
		{"tmp removed in between", func(t *testing.T, m *Maildir) func() {
			return func() { remove(t, m, "tmp") }
		}, fs.ErrNotExist},
		{"new removed in between", func(t *testing.T, m *Maildir) func() {
			return func() { remove(t, m, "new") }
		}, fs.ErrNotExist},
		{"folder cannot be synced", func(t *testing.T, m *Maildir) func() {
			m.sync = func(path string) error {
				if path != filepath.Join(m.dir, "new") || len(files(t, m.dir, "new")) != 1 {
					t.Errorf("%s is synced with %v in new", path, files(t, m.dir, "new"))
				}
				return syscall.EIO
			}
			return nil
		}, syscall.EIO},
		{"all removed", func(t *testing.T, m *Maildir) func() {
			return func() { remove(t, m, ".") }
		}, fs.ErrNotExist},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMaildir(t)
			err := putHarmed(m, tt.harm(t, m))
			if !errors.Is(err, tt.want) {
				t.Errorf("got error %v, want %v", err, tt.want)
			}
			for _, part := range []string{"tmp", "new", "cur"} {
				_ = os.MkdirAll(filepath.Join(m.dir, part), 0o700)
			}
			mustBeEmpty(t, m.dir)
		})
	}
}

// putHarmed is put with something happening before Commit.
func putHarmed(m *Maildir, harm func()) error {
	w, err := m.Create(Envelope{})
	if err != nil {
		return err
	}
	_, writeErr := io.WriteString(w, "message")
	if _, again := io.WriteString(w, "more"); writeErr != nil && !errors.Is(again, writeErr) {
		return errors.Join(errors.New("a Write succeeds after one has failed"), again)
	}
	if harm != nil {
		harm()
	}
	return w.Commit()
}

func remove(t *testing.T, m *Maildir, part string) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(m.dir, part)); err != nil {
		t.Error(err)
	}
}

// standIn makes the file and returns a device in its place.
func standIn(t *testing.T, path, device string) (*os.File, error) {
	t.Helper()
	f, err := createExclusive(path)
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	f, err = os.OpenFile(device, os.O_WRONLY, 0)
	if err != nil {
		t.Skipf("no such device here: %v", err)
	}
	return f, nil
}

// unsyncable makes the file and returns the end of a pipe in its place, which
// takes writes but no sync.
func unsyncable(t *testing.T, path string) (*os.File, error) {
	t.Helper()
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		return nil, err
	}
	r, w, err := os.Pipe()
	t.Cleanup(func() { _ = r.Close() })
	return w, err
}

// TestMaildirAbortAfterFailure holds that Abort cleans up after a Write that
// has failed.
func TestMaildirAbortAfterFailure(t *testing.T) {
	m := newMaildir(t)
	m.create = func(path string) (*os.File, error) { return standIn(t, path, "/dev/full") }
	w, err := m.Create(Envelope{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, "message"); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("got error %v", err)
	}
	if err := w.Abort(); err != nil {
		t.Error(err)
	}
	mustBeEmpty(t, m.dir)
}

func TestMaildirWithoutADirectory(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]*Maildir{"zero": {}, "nil": nil} {
		if w, err := m.Create(Envelope{}); w != nil || err == nil {
			t.Errorf("%s: %v, %v", name, w, err)
		}
	}
}

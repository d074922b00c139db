//go:build unix

package certgen

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// starved is set for the process that runs out of descriptors, which is one of
// its own so that no other test does.
const starved = "FAKEMX_TEST_STARVED"

// Where there are no descriptors left, no key is left behind either.
func TestNoKeyIsLeftWithoutDescriptors(t *testing.T) {
	if os.Getenv(starved) == "" {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
		cmd.Env = append(os.Environ(), starved+"=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	dir := t.TempDir()
	s, err := newStage(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.file("key.pem", []byte("secret"), modeSecret); err != nil {
		t.Fatal(err)
	}
	if _, err := s.folder("keys", map[string][]byte{"a.pem": []byte("secret")}, modeSecret); err != nil {
		t.Fatal(err)
	}
	restore := starve(t)
	_, fileErr := s.file("more.pem", nil, modeSecret)
	err = s.discard()
	restore()
	if fileErr == nil {
		t.Error("a file was made without descriptors: this test proves nothing")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".new-*")); err != nil || len(left) > 0 {
		t.Errorf("%v, and %q is left", err, left)
	}
}

// starve takes all descriptors until the function that it returns is called.
func starve(t *testing.T) (restore func()) {
	t.Helper()
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: 64, Max: 64}); err != nil {
		t.Fatal(err)
	}
	var taken []*os.File
	for {
		f, err := os.Open(os.DevNull)
		if err != nil {
			break
		}
		taken = append(taken, f)
	}
	return func() {
		for _, f := range taken {
			_ = f.Close()
		}
	}
}

package store

import (
	"errors"
	"syscall"
	"testing"
)

// TestMaildirOnFullDisk fills a real file system, where that may be mounted.
func TestMaildirOnFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("fakemx-test", dir, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("cannot mount a small file system: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	m, err := NewMaildir(dir)
	if err != nil {
		t.Fatal(err)
	}
	message := string(make([]byte, 100<<10))
	kept := 0
	for err == nil && kept < 10 {
		if err = put(m, Envelope{}, message); err == nil {
			kept++
		}
	}
	if !errors.Is(err, syscall.ENOSPC) || kept == 0 {
		t.Fatalf("after %d messages got error %v", kept, err)
	}
	if names := files(t, dir, "new"); len(names) != kept {
		t.Errorf("kept %d messages, in new: %v", kept, names)
	}
	if left := files(t, dir, "tmp"); len(left) > 0 {
		t.Errorf("left in tmp: %v", left)
	}
}

//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package certgen

import (
	"errors"
	"os"
	"syscall"
)

// lockFolder keeps other processes that lock the same folder waiting until
// unlock is called. A file system that knows no locks does without.
func lockFolder(folder string) (unlock func()) {
	f, err := os.Open(folder) //nolint:gosec // the user names the folder
	if err != nil {
		return func() {}
	}
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	return func() { _ = f.Close() } // which unlocks
}

//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package certgen

// lockFolder does nothing where there is no flock(2): two processes should not
// share a folder there.
func lockFolder(string) (unlock func()) { return func() {} }

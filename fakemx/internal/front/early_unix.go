//go:build unix

package front

import (
	"net"
	"syscall"
)

// spoken reports whether the client has sent something that is not yet read. It
// does not wait, and leaves it there.
func spoken(raw net.Conn) bool {
	socket, ok := raw.(syscall.Conn)
	if !ok {
		return false
	}
	conn, err := socket.SyscallConn()
	if err != nil {
		return false
	}
	found := false
	err = conn.Read(func(fd uintptr) bool {
		var octet [1]byte
		n, _, err := syscall.Recvfrom(int(fd), octet[:], syscall.MSG_PEEK)
		found = err == nil && n > 0
		return true
	})
	return err == nil && found
}

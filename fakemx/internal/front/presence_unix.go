//go:build unix

package front

import (
	"net"
	"syscall"
)

// presenceOf looks at a client without waiting and without taking anything from
// it, whoever else is reading. A connection that cannot be looked at is unread.
func presenceOf(raw net.Conn) presence {
	socket, ok := raw.(syscall.Conn)
	if !ok {
		return unread
	}
	conn, err := socket.SyscallConn()
	if err != nil {
		return gone // it is closed
	}
	seen := gone
	_ = conn.Control(func(fd uintptr) { // Read would wait for whoever reads
		var octet [1]byte
		switch n, _, err := syscall.Recvfrom(int(fd), octet[:], syscall.MSG_PEEK); {
		case err == syscall.EAGAIN || err == syscall.EINTR:
			seen = present
		case n > 0:
			seen = unread
		}
	})
	return seen
}

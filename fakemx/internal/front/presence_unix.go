//go:build unix

package front

import (
	"net"
	"syscall"
)

// peek looks at a client without waiting and without taking anything from it,
// whoever else is reading. It is not known of a connection that is no socket.
func peek(raw net.Conn) (seen presence, known bool) {
	socket, ok := raw.(syscall.Conn)
	if !ok {
		return 0, false
	}
	conn, err := socket.SyscallConn()
	if err != nil {
		return gone, true // it is closed
	}
	seen = gone
	_ = conn.Control(func(fd uintptr) { // Read would wait for whoever reads
		var octet [1]byte
		switch n, _, err := syscall.Recvfrom(int(fd), octet[:], syscall.MSG_PEEK); {
		case err == syscall.EAGAIN || err == syscall.EINTR:
			seen = present
		case n > 0:
			seen = unread
		}
	})
	return seen, true
}

package stage

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"
)

// fillPatience is how long a connection is waited for that is to fill the queue
// of a filter: on this machine it is there at once, or not at all.
const fillPatience = 100 * time.Millisecond

// maxInside is more than the shortest queue holds.
const maxInside = 8

// A fullQueue is a socket that accepts nothing and whose queue is full. Linux
// drops further requests for connections then.
type fullQueue struct {
	socket *os.File
	inside []net.Conn
}

// dropConnections drops all requests for connections to an address.
func dropConnections(address netip.AddrPort) (filter, error) {
	socket, err := listenWithoutQueue(address)
	if err != nil {
		return nil, fmt.Errorf("cannot drop connections to %s: %w", address, err)
	}
	return &fullQueue{socket, fill(address)}, nil
}

// fill connects to an address until nobody is let in any more.
func fill(address netip.AddrPort) (inside []net.Conn) {
	for range maxInside {
		dialer := net.Dialer{Timeout: fillPatience}
		conn, err := dialer.DialContext(context.Background(), "tcp", address.String())
		if err != nil {
			break
		}
		inside = append(inside, conn)
	}
	return inside
}

// Close frees the address (io.Closer).
func (q *fullQueue) Close() error {
	errs := []error{q.socket.Close()}
	for _, conn := range q.inside {
		errs = append(errs, conn.Close())
	}
	return errors.Join(errs...)
}

// listenWithoutQueue listens with the shortest queue that there is, which
// package net does not offer.
func listenWithoutQueue(address netip.AddrPort) (_ *os.File, err error) {
	family, at := syscall.AF_INET6, syscall.Sockaddr(&syscall.SockaddrInet6{Port: int(address.Port()), Addr: address.Addr().As16()})
	if address.Addr().Is4() {
		family, at = syscall.AF_INET, &syscall.SockaddrInet4{Port: int(address.Port()), Addr: address.Addr().As4()}
	}
	fd, err := syscall.Socket(family, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	if err = errors.Join(syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1), syscall.Bind(fd, at)); err == nil {
		err = syscall.Listen(fd, 0)
	}
	if err != nil {
		return nil, errors.Join(err, syscall.Close(fd))
	}
	return os.NewFile(uintptr(fd), address.String()), nil
}

package fakemx

import (
	"bytes"
	"net"
	"sync"
	"time"
)

// A scriptedConn is a client that sends a stream in pieces of at most step
// octets, without waiting for replies, and then ends with the error end.
type scriptedConn struct {
	step   int
	end    error
	closed chan struct{}

	mu      sync.Mutex
	stream  []byte
	over    bool
	replies bytes.Buffer
}

func newScriptedConn(stream []byte, step int, end error) *scriptedConn {
	return &scriptedConn{stream: stream, step: step, end: end, closed: make(chan struct{})}
}

// Read implements net.Conn.
func (c *scriptedConn) Read(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.over:
		return 0, net.ErrClosed
	case len(c.stream) == 0:
		return 0, c.end
	}
	n := copy(p, c.stream[:min(c.step, len(c.stream))])
	c.stream = c.stream[n:]
	return n, nil
}

// Write implements net.Conn.
func (c *scriptedConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return 0, net.ErrClosed
	}
	return c.replies.Write(p)
}

// Close implements net.Conn.
func (c *scriptedConn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.over {
		c.over = true
		close(c.closed)
	}
	return nil
}

func (c *scriptedConn) said() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.replies.Bytes()
}

func (c *scriptedConn) LocalAddr() net.Addr              { return &net.TCPAddr{IP: net.IPv6loopback, Port: 25} }
func (c *scriptedConn) RemoteAddr() net.Addr             { return &net.TCPAddr{IP: net.IPv6loopback, Port: 1025} }
func (c *scriptedConn) SetDeadline(time.Time) error      { return nil }
func (c *scriptedConn) SetReadDeadline(time.Time) error  { return nil }
func (c *scriptedConn) SetWriteDeadline(time.Time) error { return nil }

// A scriptedListener accepts the connections that it is given.
type scriptedListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newScriptedListener() *scriptedListener {
	return &scriptedListener{conns: make(chan net.Conn), closed: make(chan struct{})}
}

// Accept implements net.Listener.
func (l *scriptedListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (l *scriptedListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr implements net.Listener.
func (l *scriptedListener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv6loopback, Port: 25} }

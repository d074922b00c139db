package recordedit

import (
	"io"
	"net"
	"sync"
	"time"
)

// A Conn is a connection whose server's records are edited on their way out.
// What the client sends passes as it is.
type Conn struct {
	net.Conn
	keys   keyLog
	closed chan struct{}
	close  sync.Once

	mu     sync.Mutex
	editor *editor
	err    error // of an earlier Write
}

// New returns a connection for tls.Server. If the edits do not pass Check,
// every Write fails with its error.
func New(conn net.Conn, edits Edits) *Conn {
	c := &Conn{Conn: conn, closed: make(chan struct{}), err: edits.Check()}
	c.editor = newEditor(edits, &c.keys, conn, c.wait)
	return c
}

// KeyLog is for the KeyLogWriter of this connection's tls.Config, and of no
// other's. Nothing is edited, and no handshake completes, without it.
func (c *Conn) KeyLog() io.Writer { return &c.keys }

// Write takes whole records or parts of them, edits and sends them.
func (c *Conn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = c.editor.edit(p)
	}
	if c.err != nil {
		return 0, c.err
	}
	return len(p), nil
}

// Close closes the connection below and ends a pause.
func (c *Conn) Close() error {
	c.close.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

// wait returns once the time has come, or net.ErrClosed.
func (c *Conn) wait(over <-chan time.Time) error {
	select {
	case <-over:
		return nil
	case <-c.closed:
		return net.ErrClosed
	}
}

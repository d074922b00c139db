package legacy

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// closeTimeout bounds the sending of close_notify to a client that no longer
// reads.
const closeTimeout = 5 * time.Second

var errShutdown = errors.New("legacy tls: connection is shut down for writing")

// A Conn is the server's end of a TLS connection. One goroutine may read while
// another writes; Close and State may be called at any time.
type Conn struct {
	conn   net.Conn
	config *Config
	shared sharedState

	handshakeMu   sync.Mutex
	handshakeDone bool
	handshakeErr  error

	// inMu guards what is received; the handshake holds it throughout.
	inMu     sync.Mutex
	in       *recordReader
	messages messageBuffer
	plain    []byte // application data not read yet
	inErr    error

	// outMu guards what is sent.
	outMu  sync.Mutex
	out    *recordWriter
	next   protection // what follows the server's ChangeCipherSpec
	outErr error
}

// Server returns the server's end of a TLS connection on conn. The handshake
// is done by HandshakeContext, or by the first Read or Write.
func Server(conn net.Conn, c *Config) *Conn {
	out := newRecordWriter(conn)
	out.fragment = c.FragmentHandshake
	return &Conn{conn: conn, config: c, in: newRecordReader(conn), out: out}
}

// HandshakeContext conducts the handshake, once: later calls return the result
// of the first. If ctx ends first, the connection below is closed and ctx's
// error returned. An alert that ended the handshake is an *AlertError.
func (c *Conn) HandshakeContext(ctx context.Context) error {
	c.handshakeMu.Lock()
	defer c.handshakeMu.Unlock()
	if c.handshakeDone {
		return c.handshakeErr
	}
	stop := context.AfterFunc(ctx, func() { _ = c.conn.Close() })
	err := c.handshake()
	if !stop() {
		err = ctx.Err()
	}
	c.handshakeDone, c.handshakeErr = true, err
	return err
}

func (c *Conn) handshake() error {
	c.inMu.Lock()
	defer c.inMu.Unlock()
	h := &handshake{conn: c, config: c.config}
	if err := c.abort(h.run()); err != nil {
		if _, ok := errors.AsType[*AlertError](err); !ok {
			err = fmt.Errorf("legacy tls: handshake broken off: %w", err)
		}
		return err
	}
	c.shared.update(func(s *State) { s.HandshakeComplete = true })
	return nil
}

// Read reads application data. io.EOF means that the client closed, with
// close_notify or between two records. A read that timed out can be repeated.
func (c *Conn) Read(p []byte) (int, error) {
	if err := c.HandshakeContext(context.Background()); err != nil {
		return 0, err
	}
	c.inMu.Lock()
	defer c.inMu.Unlock()
	for len(c.plain) == 0 && len(p) > 0 {
		if c.inErr != nil {
			return 0, c.inErr
		}
		if err := c.abort(c.fill()); err != nil {
			if timeout, ok := errors.AsType[net.Error](err); !ok || !timeout.Timeout() {
				c.inErr = err
			}
			return 0, err
		}
	}
	n := copy(p, c.plain)
	c.plain = c.plain[n:]
	return n, nil
}

// Write sends application data, each record at once.
func (c *Conn) Write(p []byte) (int, error) {
	if err := c.HandshakeContext(context.Background()); err != nil {
		return 0, err
	}
	c.outMu.Lock()
	defer c.outMu.Unlock()
	n := 0
	for n < len(p) {
		if c.outErr != nil {
			return n, c.outErr
		}
		part := p[n:min(len(p), n+maxPlaintext)]
		if c.outErr = c.out.add(typeApplicationData, part); c.outErr == nil {
			c.outErr = c.out.flush()
		}
		if c.outErr == nil {
			n += len(part)
		}
	}
	return n, c.outErr
}

// CloseWrite sends close_notify, unless the Config forbids it, and refuses
// further writes. Reading goes on. It fails if there can be no writes any more.
func (c *Conn) CloseWrite() error {
	if !c.State().HandshakeComplete {
		return errors.New("legacy tls: CloseWrite before the handshake is complete")
	}
	c.outMu.Lock()
	defer c.outMu.Unlock()
	return c.closeNotify()
}

// Close sends close_notify, unless the Config forbids it, and closes the
// connection below.
func (c *Conn) Close() error {
	// A write under way would have to end first: then there is no
	// close_notify.
	if c.State().HandshakeComplete && c.outMu.TryLock() {
		_ = c.conn.SetWriteDeadline(time.Now().Add(closeTimeout))
		_ = c.closeNotify()
		c.outMu.Unlock()
	}
	return c.conn.Close()
}

// closeNotify needs outMu.
func (c *Conn) closeNotify() error {
	if c.outErr != nil {
		return c.outErr
	}
	c.outErr = errShutdown
	if c.config.NoCloseNotify {
		return nil
	}
	return c.writeAlert(Alert{Level: LevelWarning, Code: alertCloseNotify})
}

// State returns what is known so far.
func (c *Conn) State() State { return c.shared.get() }

// LocalAddr is that of the connection below.
func (c *Conn) LocalAddr() net.Addr { return c.conn.LocalAddr() }

// RemoteAddr is that of the connection below.
func (c *Conn) RemoteAddr() net.Addr { return c.conn.RemoteAddr() }

// SetDeadline is that of the connection below; a write that timed out cannot
// be repeated.
func (c *Conn) SetDeadline(t time.Time) error { return c.conn.SetDeadline(t) }

// SetReadDeadline is that of the connection below.
func (c *Conn) SetReadDeadline(t time.Time) error { return c.conn.SetReadDeadline(t) }

// SetWriteDeadline is that of the connection below; see SetDeadline.
func (c *Conn) SetWriteDeadline(t time.Time) error { return c.conn.SetWriteDeadline(t) }

package front

import (
	"context"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/fakemx/fakemx/fakemx/internal/engine"
	"github.com/fakemx/fakemx/scenarios"
)

// mode says what the next octets of the client are.
type mode uint8

const (
	modeCommand mode = iota
	modeAuth         // a response of an AUTH exchange
	modeText         // the text of DATA
	modeChunk        // the octets of a BDAT chunk
	modeSkip         // those of one that is refused
)

// A Conn is one connection as go-smtp sees it, either its clear or its TLS
// part. Its methods belong to go-smtp's goroutine for that connection.
type Conn struct {
	f        *Front
	s        *session
	wire     net.Conn       // the socket, or TLS upon it
	tls      *engine.Result // nil in clear
	implicit bool           // TLS is to begin with the first byte
	begun    bool           // the greeting has been dealt with
	resumed  bool           // goes on a session whose clear part greeted already
	over     bool           // the session is over, or goes on in another Conn
	handed   bool           // it goes on in another Conn

	mode   mode
	in     buffer
	inward []byte // for go-smtp to read next
	chunk  int64  // octets of the BDAT chunk still to come
	// carried are the octets of the message that go-smtp has been given, and
	// abandoned says that it is not to be stored.
	carried   int64
	abandoned atomic.Bool
	pace      pace // of the message, or of a chunk that is passed over

	// limited is when the limit of time of wire was last set, as time since the
	// front began; zero if never.
	limited time.Duration

	reply   []byte // what go-smtp has written of a reply so far
	awaited awaited
	out     []byte // replies for the client that are not yet sent
	instead []byte // what is sent in place of the next reply; nil for nothing

	state     dialogue
	envelope  envelope
	path      string              // the address of the MAIL or RCPT that is to be answered, where a fault may match it
	params    string              // what follows that address
	quoted    string              // the mailbox of that MAIL or RCPT, if its local part is quoted
	text      *text               // of DATA; nil if none is under way
	stumbles  int                 // commands that were no commands
	struck    int                 // octets of the message seen, for faults in its midst
	quit      bool                // QUIT has been seen
	exchanged bool                // an AUTH command has been seen, if only in part
	mechanism string              // of the last AUTH command
	offered   *engine.ClientHello // that has come, as long as TLS is not completed
	drip      *drip               // how the next replies go out; nil for all at once
}

// drip sends octets one at a time.
type drip struct{ delay time.Duration }

// dialogue is what the front must know of go-smtp's state.
type dialogue struct {
	greeted   bool // EHLO or HELO was accepted
	esmtp     bool // it was EHLO
	mailing   bool // between MAIL and the end of the transaction
	chunking  bool // between the first BDAT and the last
	closed554 bool // the greeting was 554: only QUIT is taken
}

func newConn(f *Front, s *session, wire net.Conn) *Conn {
	return &Conn{f: f, s: s, wire: wire, awaited: awaited{kind: awaitGreeting}}
}

// TLS is what the handshake showed; nil in clear.
func (c *Conn) TLS() *engine.Result { return c.tls }

// ESMTP reports whether the client introduced itself by EHLO.
func (c *Conn) ESMTP() bool { return c.state.esmtp }

// Observer is the session's observer.
func (c *Conn) Observer() Observer { return c.s.see }

// Abandoned reports that the message whose end go-smtp sees is not to be
// stored, since the client broke it off or it is too large.
func (c *Conn) Abandoned() bool { return c.abandoned.Load() }

// SetTransaction tells the front whether go-smtp is in a mail transaction.
func (c *Conn) SetTransaction(open bool) {
	c.state.mailing = open
	c.envelope = envelope{}
}

// Read gives go-smtp the next piece: one command, or a part of a message.
func (c *Conn) Read(p []byte) (int, error) {
	c.in.borrow(p)
	for len(c.inward) == 0 {
		if c.over {
			return 0, errGone
		}
		if err := c.advance(); err != nil {
			c.lost(err)
		}
	}
	c.in.giveBack()        // before p is written to
	n := copy(p, c.inward) // which may be a part of p
	c.inward = c.inward[n:]
	return n, nil
}

func (c *Conn) advance() error {
	switch c.mode {
	case modeAuth:
		return c.readResponse()
	case modeText:
		return c.finishText()
	case modeChunk:
		return c.readChunk()
	case modeSkip:
		return c.readSkipped()
	default:
		return c.readCommand()
	}
}

// errGone ends go-smtp's side of a connection. It is not io.EOF, which go-smtp
// takes for the proper end of a BDAT chunk that breaks off.
var errGone = net.ErrClosed

// lost sorts out who ended a connection on which a read failed.
func (c *Conn) lost(err error) {
	c.instead = nil
	switch {
	case c.over:
	case timedOut(err):
		c.s.see.Text(Event, timeLimit)
		c.s.see.Ended(Us, Timeout)
		c.say("421 4.4.2 Time limit reached, closing connection")
		c.bye()
	case c.tls != nil && c.tls.NoteError(err):
		// crypto/tls has sent a fatal alert.
		c.s.see.Text(Event, "TLS failed: "+err.Error())
		c.s.see.Ended(Us, TLSAlert)
		c.over = true
	default:
		c.s.see.Ended(Client, c.clientsEnding(err))
		c.over = true
	}
}

const timeLimit = "time limit reached"

// fill waits for more from the client, after everything has been said to it.
func (c *Conn) fill() error {
	c.flush()
	if c.over {
		return errGone
	}
	return c.in.fill(c.wire)
}

// deadline starts the time that the client has for what it is to send or to take
// next. A limit that was set a moment ago will do, since setting one costs as
// much as a command. No wait is cut short, but some go on for a sixteenth longer.
func (c *Conn) deadline() {
	now, slack := time.Since(c.f.began), c.f.o.Timeout/16
	if c.limited != 0 && now-c.limited <= slack {
		return
	}
	c.limited = now
	_ = c.wire.SetDeadline(c.f.began.Add(now + c.f.o.Timeout + slack))
}

// usualReply is how much room for replies is kept while a connection waits.
const usualReply = 128

// flush sends what is to be sent.
func (c *Conn) flush() {
	if len(c.out) == 0 {
		return
	}
	out, d := c.out, c.drip
	c.out, c.drip = c.out[:0], nil
	if cap(out) > usualReply {
		c.out = nil
	}
	step := len(out)
	if d != nil {
		step = 1
	}
	for !c.over {
		c.send(out[:step])
		if out = out[step:]; len(out) == 0 {
			return
		}
		c.f.pause(d.delay)
	}
}

// send writes to the client, which has some time to take it.
func (c *Conn) send(p []byte) {
	c.deadline()
	_, err := c.wire.Write(p)
	switch {
	case err == nil:
		return
	case timedOut(err):
		c.s.see.Text(Event, timeLimit)
		c.s.see.Ended(Us, Timeout)
	default:
		c.s.see.Ended(Client, c.clientsEnding(err))
	}
	c.over = true
}

// begin does what comes before the first reply: TLS, if it begins with the
// first byte.
func (c *Conn) begin() {
	c.begun = true
	if c.resumed || c.strike(scenarios.AtConnect) {
		return
	}
	if c.implicit && !c.strike(scenarios.AtHandshake) {
		c.s.see.Text(Event, "TLS begins with the first byte")
		if wire, r := c.handshake(); wire != nil {
			c.wire, c.tls = wire, r
		}
	}
}

// handshake conducts TLS on the socket. If it fails, the session is over.
func (c *Conn) handshake() (net.Conn, *engine.Result) {
	_ = c.wire.SetDeadline(time.Now().Add(c.f.o.Timeout))
	wire, r := c.f.o.Engine.Handshake(c.f.life, c.wire, engine.Hooks{ClientHello: c.strikeHello, Session: c.s.number})
	if !r.Completed && c.f.life.Err() != nil && (errors.Is(r.Err, context.Canceled) || errors.Is(r.Err, net.ErrClosed)) {
		r.Err = errShutdown
	}
	c.s.see.TLS(c.tlsMode(), r)
	if c.over {
		return nil, r
	}
	if wire != nil {
		if a := r.Alert(); a != nil && !a.FromClient {
			c.s.see.Ended(Us, TLSAlert) // a fatal alert of ours follows the handshake
		}
		return wire, r
	}
	c.noteFailure(r)
	c.hangUp()
	return nil, r
}

// errShutdown is why a handshake did not complete that Kill broke off.
var errShutdown = errors.New("the peer was shut down")

// noteFailure tells who ended a handshake that did not complete.
func (c *Conn) noteFailure(r *engine.Result) {
	switch {
	case r.ByClient:
		c.s.see.Ended(Client, endingOf(r.Err, r))
	case timedOut(r.Err):
		c.s.see.Ended(Us, Timeout)
	case r.Alert() != nil:
		c.s.see.Ended(Us, TLSAlert)
	default:
		c.s.see.Ended(Us, Close)
	}
}

// clientsEnding is how a client ended a connection on which a read or a write
// failed.
func (c *Conn) clientsEnding(err error) Ending { return endingOf(err, c.tls) }

// endingOf tells a client's alert from a RST and from a FIN. To write behind a
// RST is EPIPE.
func endingOf(err error, r *engine.Result) Ending {
	if r != nil {
		if a := r.Alert(); a != nil && a.FromClient {
			return TLSAlert
		}
	}
	if errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) {
		return Reset
	}
	return Close
}

func (c *Conn) tlsMode() string {
	if c.implicit {
		return "implicit"
	}
	return "starttls"
}

// hangUp ends the connection with a FIN and waits a moment for the client's
// own end, since unread octets would make the kernel send a RST, which can
// take the last alert or reply with it.
func (c *Conn) hangUp() {
	c.over = true
	half, ok := c.s.raw.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	_ = c.s.raw.SetReadDeadline(time.Now().Add(lingerTime))
	_, _ = io.Copy(io.Discard, io.LimitReader(c.s.raw, lingerOctets))
}

const (
	lingerTime   = 500 * time.Millisecond
	lingerOctets = 1 << 20
)

// Close ends the connection, unless it goes on inside TLS.
func (c *Conn) Close() error {
	if !c.handed && !c.over {
		c.part()
	}
	c.in.release()
	c.in = buffer{}
	if !c.handed {
		c.f.finish(c.s)
	}
	return nil
}

// part ends a session that go-smtp ends. In clear a client that said QUIT and
// nothing behind it has no more to say: there is nothing to wait for.
func (c *Conn) part() {
	if !c.quit || c.tls != nil || c.in.len() > 0 {
		c.bye()
		return
	}
	c.flush()
	c.over = true
}

// LocalAddr implements net.Conn.
func (c *Conn) LocalAddr() net.Addr { return c.s.raw.LocalAddr() }

// RemoteAddr implements net.Conn.
func (c *Conn) RemoteAddr() net.Addr { return c.s.raw.RemoteAddr() }

// SetDeadline implements net.Conn. The front holds the limits of time itself:
// go-smtp does not renew its own inside a message.
func (c *Conn) SetDeadline(time.Time) error { return nil }

// SetReadDeadline implements net.Conn, as SetDeadline does.
func (c *Conn) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline implements net.Conn, as SetDeadline does.
func (c *Conn) SetWriteDeadline(time.Time) error { return nil }

// Package front stands between the wire and go-smtp. It speaks for the peer
// until a command is go-smtp's to answer, and decides what of the answer the
// client gets to see: greeting, EHLO, STARTTLS, faults and the transcript are
// its own. To go-smtp it is a listener whose connections are already in the
// state, clear or TLS, in which they will stay.
package front

import (
	"context"
	"errors"
	"maps"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fakemx/fakemx/fakemx/internal/engine"
	"github.com/fakemx/fakemx/scenarios"
)

// Options say what a Front plays and within which limits. All are needed.
type Options struct {
	// Peer is the peer, with its placeholders replaced.
	Peer   scenarios.Peer
	Engine engine.Engine
	// Mechanisms are the SASL mechanisms that can work, given what the
	// handshake showed; nil means in clear.
	Mechanisms func(*engine.Result) []string
	// MaxMessageBytes bounds a message, as it bounds those of go-smtp, and is
	// announced by SIZE.
	MaxMessageBytes int64
	// MaxConnections bounds the connections open at once.
	MaxConnections int
	// Timeout bounds every wait for the client.
	Timeout time.Duration
	// Now is the time by which rates are reckoned.
	Now func() time.Time
	// Observe is called for every accepted connection.
	Observe func(remote, local net.Addr) Observer
}

// Party is one side of a connection.
type Party string

// The parties, and what is no text of either.
const (
	Client Party = "client"
	Us     Party = "peer"
	Event  Party = "event"
)

// An Ending is a way to end a connection.
type Ending string

// The endings.
const (
	Quit     Ending = "quit"
	Close    Ending = "close" // a FIN
	Reset    Ending = "reset" // a RST
	TLSAlert Ending = "alert"
	Timeout  Ending = "timeout"  // the limit of time
	Shutdown Ending = "shutdown" // the server's
)

// An Observer is told what happens on one connection. Its methods are called
// from the connection's goroutine, Done last and once.
type Observer interface {
	// Line is a line that one side sent, without its end. It is not valid
	// beyond the call.
	Line(from Party, line []byte)
	// Lines are lines that one side sent at once. They do not change.
	Lines(from Party, lines []string)
	// Text is an event, or what stands for something that a side sent.
	Text(from Party, text string)
	// Hello is an EHLO or HELO that was accepted.
	Hello(name string, esmtp bool)
	// TLS is a handshake, completed or not.
	TLS(mode string, r *engine.Result)
	// Fault is a fault that was played.
	Fault(f scenarios.Fault)
	// Shown says that the client can see what is wrong with the peer, where that
	// is neither a fault nor in TLS.
	Shown()
	// Early is a client that spoke before it was greeted.
	Early()
	// Exposed is an AUTH command in clear, by mechanism; secret says whether
	// the secret itself was on the wire.
	Exposed(mechanism string, secret bool)
	// Trapped is a trap that the client's own doing sprang.
	Trapped(t scenarios.Trap)
	// Command is a command that came, by its verb in upper case; empty for what
	// is no command of SMTP.
	Command(verb string, inClear bool)
	// Ended says who ended the connection, and how; the first call counts, and
	// returns true.
	Ended(by Party, how Ending) bool
	// Done is the end of the connection.
	Done()
}

// A Front begins sessions, and is the net.Listener from which go-smtp takes
// those that go on inside TLS.
type Front struct {
	o       Options
	began   time.Time
	count   atomic.Int64 // sessions so far, for counted faults
	ready   chan *Conn
	stopped chan struct{}
	stop    sync.Once
	life    context.Context // ends with Kill
	end     context.CancelFunc

	// matching: a fault matches addresses. The windows are by index of the
	// faults that have a rate.
	matching bool
	showing  showing
	windows  map[int]*window

	// What is offered in both parts of a session; nil before the first EHLO.
	welcomeClear, welcomeTLS atomic.Pointer[welcome]

	mu       sync.Mutex
	sessions map[*session]struct{}
	killed   bool      // no session is begun any more
	ended    sync.Cond // signalled when a session ends
}

// session is one TCP connection; it outlives the change from clear to TLS.
type session struct {
	number      int // from 1, in the order of acceptance
	raw         net.Conn
	see         Observer
	done        sync.Once
	early       bool  // the client spoke before it was greeted
	tooFast     []int // the faults, by index, whose rate it exceeds
	messages    int   // accepted so far
	unencrypted bool  // the peer speaks in clear where TLS should begin
	// injected: replies were put behind the 220 to STARTTLS.
	injected bool
}

// New returns a Front that has accepted nothing yet.
func New(o Options) *Front {
	f := &Front{
		o: o, began: time.Now(), ready: make(chan *Conn), stopped: make(chan struct{}),
		sessions: make(map[*session]struct{}), matching: matching(o.Peer), showing: showingOf(o.Peer), windows: newWindows(o.Peer),
	}
	f.ended.L = &f.mu
	f.life, f.end = context.WithCancel(context.Background())
	return f
}

// Accepting is a listener that accepts from l for go-smtp, until l is closed.
// With implicit, TLS begins with the first byte, unless the peer is one that
// gets this wrong.
func (f *Front) Accepting(l net.Listener, implicit bool) net.Listener {
	return &accepting{Listener: l, f: f, implicit: implicit}
}

type accepting struct {
	net.Listener
	f        *Front
	implicit bool
}

// Accept implements net.Listener. It passes over clients that are too many.
func (a *accepting) Accept() (net.Conn, error) {
	for {
		raw, err := a.Listener.Accept()
		switch {
		case err == nil:
			if c := a.f.take(raw, a.implicit); c != nil {
				return c, nil
			}
		case temporary(err):
			a.f.pause(acceptPause) // out of file descriptors: wait for some to come free
		default:
			return nil, err
		}
	}
}

const acceptPause = 50 * time.Millisecond

func temporary(err error) bool {
	var ne interface{ Temporary() bool }
	return errors.As(err, &ne) && ne.Temporary()
}

// take begins a session; it returns nil if there are too many.
func (f *Front) take(raw net.Conn, implicit bool) *Conn {
	s := &session{number: int(f.count.Add(1)), raw: raw, see: f.o.Observe(raw.RemoteAddr(), raw.LocalAddr()), tooFast: f.tooFast()}
	if !f.add(s) {
		f.turnAway(s)
		return nil
	}
	c := newConn(f, s, raw)
	smtp := f.o.Peer.SMTP
	c.implicit = smtp.ImplicitTLS
	if implicit {
		c.implicit, s.unencrypted = !smtp.PlaintextSMTPS, smtp.PlaintextSMTPS
	}
	return c
}

// turnAway tells one client too many to come back later (RFC 5321 section
// 3.8). The reply fits the socket's buffer, so that nothing waits here.
func (f *Front) turnAway(s *session) {
	const reply = "421 4.7.0 Too many connections, try again later"
	_ = s.raw.SetWriteDeadline(time.Now().Add(time.Second))
	_, _ = s.raw.Write([]byte(reply + "\r\n"))
	s.see.Text(Us, reply)
	s.see.Ended(Us, Close)
	// The observer may leave its goroutine, which must not be the one that
	// accepts connections.
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		f.finish(s)
	}()
	<-finished
}

func (f *Front) add(s *session) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.killed || len(f.sessions) >= f.o.MaxConnections {
		return false
	}
	f.sessions[s] = struct{}{}
	return true
}

// push hands a connection to go-smtp; false if the front has been stopped.
func (f *Front) push(c *Conn) bool {
	select {
	case f.ready <- c:
		return true
	case <-f.stopped:
		return false
	}
}

// pause waits, but not beyond Kill.
func (f *Front) pause(d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-f.life.Done():
	}
}

// finish closes a session's connection and lets it be recorded.
func (f *Front) finish(s *session) {
	s.done.Do(func() {
		defer f.forget(s) // whatever becomes of the observer
		_ = s.raw.Close()
		s.see.Done()
	})
}

func (f *Front) forget(s *session) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.sessions, s)
	f.ended.Broadcast()
}

// Accept implements net.Listener.
func (f *Front) Accept() (net.Conn, error) {
	select {
	case c := <-f.ready:
		return c, nil
	case <-f.stopped:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener. It accepts no more connections; those that
// are open go on.
func (f *Front) Close() error {
	f.stop.Do(func() { close(f.stopped) })
	return nil
}

// Addr implements net.Listener. A front may serve several listeners and has no
// address of its own.
func (f *Front) Addr() net.Addr { return &net.TCPAddr{} }

// Open is how many sessions are open.
func (f *Front) Open() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.sessions)
}

// Observers are those of the open sessions, in the order in which they began.
func (f *Front) Observers() []Observer {
	f.mu.Lock()
	defer f.mu.Unlock()
	open := slices.SortedFunc(maps.Keys(f.sessions), func(a, b *session) int { return a.number - b.number })
	list := make([]Observer, len(open))
	for i, s := range open {
		list[i] = s.see
	}
	return list
}

// Wait returns when no session is open.
func (f *Front) Wait() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for len(f.sessions) > 0 {
		f.ended.Wait()
	}
}

// Kill ends all open connections and lets no other begin. Why is told to those
// sessions that it cuts off.
func (f *Front) Kill(why string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.killed = true
	for s := range f.sessions {
		s.cutOff(why)
	}
	f.end()
	for s := range f.sessions {
		_ = s.raw.Close()
	}
}

// cutOff notes that a session is about to be cut off, unless its client has closed
// its side, which we may have been too busy to see.
func (s *session) cutOff(why string) {
	if seen, known := peek(s.raw); known && seen == gone {
		s.see.Ended(Client, Close)
	} else if s.see.Ended(Us, Shutdown) {
		s.see.Text(Event, why)
	}
}

package stage

import (
	"context"
	"io"
	"slices"
	"sync"
	"unsafe"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/mxdns"
)

// An Event is something that happened on a [Stage]. Exactly one of its fields
// is set. All subscribers share what it points to, so it must not be modified.
type Event struct {
	// Session is the record of a finished session.
	Session *fakemx.Session
	// Query is a query that the DNS is about to answer.
	Query *mxdns.Query
	// Fetch is a connection to the policy host. It is told of when the answer is
	// about to be sent, or when the connection ends without one.
	Fetch *PolicyFetch
	// Report is a TLS report that came, or what came in its place. Whoever sent
	// it has not been answered yet.
	Report *TLSReport
	// Dropped is the number of events missing at this point because the
	// [Subscription] had no room for them.
	Dropped int
}

// weight is about how many bytes of memory the event takes: of a session, as many
// as its record as JSON has.
func (e Event) weight() int64 {
	w := int64(unsafe.Sizeof(e))
	if e.Session != nil {
		w += int64(len(e.Session.AppendJSON(nil)))
	}
	if q := e.Query; q != nil {
		w += int64(unsafe.Sizeof(*q)) + int64(len(q.Client)+len(q.Name)+len(q.Scenario))
	}
	if f := e.Fetch; f != nil {
		w += int64(unsafe.Sizeof(*f)) + int64(len(f.Client)+len(f.Scenario)+len(f.Host)+len(f.Path)+len(f.UserAgent)+len(f.TLS.ServerName)+len(f.TLS.Error)+len(f.Fault))
	}
	if r := e.Report; r != nil {
		w += r.weight
	}
	return w
}

// A queued event waits to be read.
type queued struct {
	Event
	weight int64
}

// A Subscription is one reader's view of the events of a [Stage]. Its methods
// are safe for concurrent use.
type Subscription struct {
	fanout *fanout
	wake   chan struct{} // holds a token if there is something to see

	mu      sync.Mutex
	waiting []queued
	bytes   int64
	over    bool
}

// Next returns the next event, oldest first, waiting for it if necessary. Once
// the stage or the subscription is closed, it returns [io.EOF] after the last
// event. If ctx ends first, it returns the error of ctx.
func (s *Subscription) Next(ctx context.Context) (Event, error) {
	for {
		e, found, over := s.take()
		switch {
		case found:
			return e, nil
		case over:
			return Event{}, io.EOF
		}
		select {
		case <-s.wake:
		case <-ctx.Done():
			return Event{}, ctx.Err()
		}
	}
}

// take takes out the first event, if there is one; over says that there is to
// be none.
func (s *Subscription) take() (e Event, found, over bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.waiting) > 0 {
		first := s.waiting[0]
		s.waiting[0] = queued{}
		s.waiting = s.waiting[1:]
		s.bytes -= first.weight
		e = first.Event
		found = true
	}
	if found || s.over {
		s.signal() // whoever else waits
	}
	return e, found, s.over
}

// Close ends the subscription and drops the waiting events. It may be called
// more than once.
func (s *Subscription) Close() {
	s.fanout.remove(s)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting, s.bytes = nil, 0
	s.over = true
	s.signal()
}

// put adds an event if there is room, and counts it if there is none. One always
// fits if no other waits, so that none is too large to be ever seen.
func (s *Subscription) put(e queued, most int, mostBytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		return
	}
	defer s.signal()
	if n := len(s.waiting); n > 0 && (n >= most || s.bytes+e.weight > mostBytes) {
		s.drop()
		return
	}
	s.waiting = append(s.waiting, e)
	s.bytes += e.weight
}

// drop counts an event that finds no room, in its place among the others.
func (s *Subscription) drop() {
	last := &s.waiting[len(s.waiting)-1]
	if last.Dropped == 0 {
		s.waiting = append(s.waiting, queued{weight: Event{}.weight()})
		last = &s.waiting[len(s.waiting)-1]
		s.bytes += last.weight
	}
	last.Dropped++
}

// finish says that there is going to be no further event.
func (s *Subscription) finish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	s.signal()
}

// signal wakes one reader. It never blocks.
func (s *Subscription) signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// A fanout hands every event to every subscription.
type fanout struct {
	most      int
	mostBytes int64

	mu     sync.Mutex
	list   []*Subscription
	closed bool
}

func (f *fanout) subscribe() *Subscription {
	s := &Subscription{fanout: f, wake: make(chan struct{}, 1)}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		s.finish()
	} else {
		f.list = append(f.list, s)
	}
	return s
}

func (f *fanout) remove(s *Subscription) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = slices.DeleteFunc(f.list, func(other *Subscription) bool { return other == s })
}

// publish waits for no reader.
func (f *fanout) publish(e Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.list) == 0 {
		return
	}
	q := queued{e, e.weight()}
	for _, s := range f.list {
		s.put(q, f.most, f.mostBytes)
	}
}

func (f *fanout) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	for _, s := range f.list {
		s.finish()
	}
	f.list = nil
}

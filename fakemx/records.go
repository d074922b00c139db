package fakemx

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
)

// records are the finished sessions, as many of the last as the limits allow.
type records struct {
	maxCount  int // negative: none are kept
	maxOctets int64

	mu      sync.Mutex
	list    []keptSession
	octets  int64         // of list
	evicted int           // how many stood before list
	waited  int           // how many WaitSession is done with, evicted ones included
	changed chan struct{} // closed when a session is added; nil if nobody waits
	closed  bool
}

type keptSession struct {
	*Session
	octets int64
}

// add keeps a session and evicts the oldest ones that are then too many. The
// last one is always kept.
func (r *records) add(s Session) {
	if r.maxCount < 0 {
		return
	}
	kept := keptSession{&s, s.weight()}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, kept)
	r.octets += kept.octets
	for len(r.list) > 1 && (len(r.list) > r.maxCount || r.octets > r.maxOctets) {
		r.octets -= r.list[0].octets
		r.list[0] = keptSession{} // what is cut off must not be kept by the slice
		r.list = r.list[1:]
		r.evicted++
	}
	r.wake()
}

// wake lets those go on that wait.
func (r *records) wake() {
	if r.changed != nil {
		close(r.changed)
		r.changed = nil
	}
}

func (r *records) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	r.wake()
}

// publish makes a finished session known.
func (s *Server) publish(session Session) {
	s.records.add(session)
	if s.config.OnSession == nil {
		return
	}
	k := s.calls.begin(session.ID, false)
	defer k.end()
	_ = k.do(inHook, func() error { // which keeps the error
		s.config.OnSession(session)
		return nil
	})
}

// fetched are the fetches from the session's client while it lasted.
func (s *Server) fetched(session Session) []Fetch {
	list := []Fetch{}
	if s.responder == nil {
		return list
	}
	remote, err := netip.ParseAddrPort(session.Remote)
	if err != nil {
		return list
	}
	for _, f := range s.responder.Between(remote.Addr().Unmap(), session.Started, session.Ended) {
		list = append(list, Fetch{At: f.At, What: Document(f.What), Certificate: f.Certificate})
	}
	return list
}

// Sessions returns the records of the finished sessions, in the order in which
// they ended: the latest that fit within [Config.MaxSessions] and
// [Config.MaxRecordBytes]. [Server.Evicted] says how many are missing.
func (s *Server) Sessions() []Session {
	s.records.mu.Lock()
	defer s.records.mu.Unlock()
	list := make([]Session, len(s.records.list))
	for i, kept := range s.records.list {
		list[i] = *kept.Session
	}
	return list
}

// Evicted counts what was kept and later removed to make room.
type Evicted struct {
	// Sessions is the number of records evicted because of [Config.MaxSessions]
	// or [Config.MaxRecordBytes].
	Sessions int
	// Messages is the number of messages evicted from memory because of
	// MaxMessages or MaxBytes of the [store.Memory] that keeps them.
	Messages int
}

// Evicted returns how many records and messages have been evicted so far.
func (s *Server) Evicted() Evicted {
	s.records.mu.Lock()
	e := Evicted{Sessions: s.records.evicted}
	s.records.mu.Unlock()
	e.Messages = s.evictedMessages()
	return e
}

// String says what is missing. It is empty if nothing is.
func (e Evicted) String() string {
	if e == (Evicted{}) {
		return ""
	}
	return fmt.Sprintf("%d session records and %d messages were evicted to stay within the limits; "+
		"to keep more, raise Config.MaxSessions and Config.MaxRecordBytes, or MaxMessages and MaxBytes of its store.Memory", e.Sessions, e.Messages)
}

// An EvictedError says that records were evicted before [Server.WaitSession]
// could return them.
type EvictedError struct {
	// Sessions is the number of evicted records.
	Sessions int
}

// Error says how many records are missing.
func (e *EvictedError) Error() string {
	return fmt.Sprintf("%d session records were evicted before WaitSession could return them: "+
		"call it sooner, or raise MaxSessions or MaxRecordBytes", e.Sessions)
}

// errKeepsNone is WaitSession's answer where there will never be a record.
var errKeepsNone = errors.New("no session records are kept, since MaxSessions is negative")

// WaitSession returns the next finished session, waiting for it if necessary.
// It returns each session once. If sessions were evicted before they could be
// returned, it returns an [*EvictedError], once, and then continues with the
// next session that is kept. It fails if ctx ends, or with [net.ErrClosed] if
// the server is closed and all sessions have been returned.
func (s *Server) WaitSession(ctx context.Context) (Session, error) {
	if s.records.maxCount < 0 {
		return Session{}, errKeepsNone
	}
	for {
		session, changed, err := s.records.next()
		if changed == nil {
			return session, err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Session{}, &waitError{ctx.Err()}
		}
	}
}

// A waitError says that no further session ended in time.
type waitError struct{ err error }

func (e *waitError) Error() string { return "no further session has ended: " + e.err.Error() }
func (e *waitError) Unwrap() error { return e.err }

// WaitSessions returns the next n finished sessions, as n calls of
// [Server.WaitSession] would. With an error it returns the sessions that it got
// before.
func (s *Server) WaitSessions(ctx context.Context, n int) ([]Session, error) {
	before := s.records.returned()
	var list []Session
	for len(list) < n {
		session, err := s.WaitSession(ctx)
		if err != nil {
			return list, waitedInVain(len(list), n, before, err)
		}
		list = append(list, session)
	}
	return list, nil
}

// waitedInVain says how many sessions came of those waited for, behind those that
// calls before have returned.
func waitedInVain(got, want, before int, err error) error {
	if late, ok := errors.AsType[*waitError](err); ok {
		err = late.err // it is said already
	}
	if before > 0 {
		return fmt.Errorf("%d of %d further sessions have ended (%d were returned before): %w", got, want, before, err)
	}
	return fmt.Errorf("%d of %d sessions have ended: %w", got, want, err)
}

// returned is the number of sessions that WaitSession is done with.
func (r *records) returned() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.waited
}

// next returns the first session that WaitSession has not returned, or an error
// in its place. If there is neither, changed is closed when there may be.
func (r *records) next() (session Session, changed <-chan struct{}, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch missed := r.evicted - r.waited; {
	case missed > 0:
		r.waited = r.evicted
		return Session{}, nil, &EvictedError{missed}
	case r.waited < r.evicted+len(r.list):
		r.waited++
		return *r.list[r.waited-1-r.evicted].Session, nil, nil
	case r.closed:
		return Session{}, nil, net.ErrClosed
	}
	if r.changed == nil {
		r.changed = make(chan struct{})
	}
	return Session{}, r.changed, nil
}

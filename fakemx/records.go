package fakemx

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"sync"
)

// records are the finished sessions, the last max of them.
type records struct {
	mu        sync.Mutex
	max       int
	list      []Session
	forgotten int           // how many stood before list
	waited    int           // how many WaitSession is done with, forgotten ones included
	changed   chan struct{} // closed and replaced when a session is added
	closed    bool
}

func (r *records) add(s Session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.list) >= r.max {
		r.list[0] = Session{} // what is cut off must not be kept by the slice
		r.list = r.list[1:]
		r.forgotten++
	}
	r.list = append(r.list, s)
	close(r.changed)
	r.changed = make(chan struct{})
}

func (r *records) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.closed {
		r.closed = true
		close(r.changed)
	}
}

// publish makes a finished session known.
func (s *Server) publish(session Session) {
	s.records.add(session)
	if s.config.OnSession != nil {
		s.config.OnSession(session)
	}
}

// fetched are the fetches from the session's client while it lasted.
func (s *Server) fetched(session Session) []Fetch {
	list := []Fetch{}
	remote, err := netip.ParseAddrPort(session.Remote)
	if s.responder == nil || err != nil {
		return list
	}
	for _, f := range s.responder.Between(remote.Addr().Unmap(), session.Started, session.Ended) {
		list = append(list, Fetch{At: f.At, What: f.What, Certificate: f.Certificate})
	}
	return list
}

// next returns the first session that WaitSession has not returned, if there is
// one.
func (r *records) next() (session Session, found bool, changed <-chan struct{}, closed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waited = max(r.waited, r.forgotten)
	if r.waited < r.forgotten+len(r.list) {
		r.waited++
		return r.list[r.waited-1-r.forgotten], true, nil, false
	}
	return Session{}, false, r.changed, r.closed
}

// Sessions are the records of the finished sessions, in the order in which
// they ended, Config.MaxSessions of them at the most.
func (s *Server) Sessions() []Session {
	s.records.mu.Lock()
	defer s.records.mu.Unlock()
	return slices.Clone(s.records.list)
}

// WaitSession returns the next finished session, each one once, and waits for
// it if need be. Those beyond Config.MaxSessions are passed over. It fails when ctx ends, or when the server is closed and all
// have been returned (net.ErrClosed).
func (s *Server) WaitSession(ctx context.Context) (Session, error) {
	for {
		session, found, changed, closed := s.records.next()
		switch {
		case found:
			return session, nil
		case closed:
			return Session{}, net.ErrClosed
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Session{}, errors.Join(errors.New("no further session has ended"), ctx.Err())
		}
	}
}

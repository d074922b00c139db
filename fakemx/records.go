package fakemx

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"sync"
)

// records are the finished sessions.
type records struct {
	mu      sync.Mutex
	list    []Session
	waited  int           // how many WaitSession has returned
	changed chan struct{} // closed and replaced when a session is added
	closed  bool
}

func (r *records) add(s Session) {
	r.mu.Lock()
	defer r.mu.Unlock()
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

// Sessions are the records of the finished sessions, in the order in which
// they ended.
func (s *Server) Sessions() []Session {
	s.records.mu.Lock()
	defer s.records.mu.Unlock()
	return slices.Clone(s.records.list)
}

// WaitSession returns the next finished session, each one once, and waits for
// it if need be. It fails when ctx ends, or when the server is closed and all
// have been returned (net.ErrClosed).
func (s *Server) WaitSession(ctx context.Context) (Session, error) {
	r := &s.records
	for {
		r.mu.Lock()
		if r.waited < len(r.list) {
			session := r.list[r.waited]
			r.waited++
			r.mu.Unlock()
			return session, nil
		}
		changed, closed := r.changed, r.closed
		r.mu.Unlock()
		if closed {
			return Session{}, net.ErrClosed
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Session{}, errors.Join(errors.New("no further session has ended"), ctx.Err())
		}
	}
}

package fakemx

import "slices"

// OpenSessions returns records of the sessions that have not ended, in the
// order in which they began. They hold what has been said so far; End and Ended
// are not set, and the outcome is [Open] even if mail has been delivered. The
// records are copies and do not change.
func (s *Server) OpenSessions() []Session {
	observers := s.front.Observers()
	list := make([]Session, 0, len(observers))
	for _, o := range observers {
		if snapshot, open := o.(*recorder).snapshot(); open {
			list = append(list, snapshot)
		}
	}
	return list
}

// snapshot is the record so far; false if it is complete.
func (r *recorder) snapshot() (Session, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sealed {
		return Session{}, false
	}
	s := r.s
	s.End, s.Outcome = End{}, Open
	s.Flags = slices.Clone(s.Flags)
	s.Transactions = slices.Clone(s.Transactions)
	for i, t := range s.Transactions {
		s.Transactions[i].To = slices.Clone(t.To)
	}
	if s.Auth != nil {
		auth := *s.Auth
		s.Auth = &auth
	}
	if r.result != nil {
		s.TLS = tlsRecord(r.mode, r.result)
	}
	s.Commands = r.conduct.commands()
	s.Transcript = r.transcript.soFar(r.now())
	s.Ended = r.now()
	s.Fetches = r.fetched(s)
	s.Ended = Session{}.Ended
	return s, true
}

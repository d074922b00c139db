package fakemx

import "slices"

// OpenSessions are records of the sessions that have not ended, in the order in
// which they began, as they are now: with what has been said so far, without End
// and Ended, and with the outcome [Open], whatever has been delivered. They are
// copies, which do not change.
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

package fakemx

import "sync"

// storing counts the messages that are on their way into the store. go-smtp
// does not wait for them when a connection breaks off, so one may still want to
// begin when the server is closed.
type storing struct {
	mu      sync.Mutex
	stopped bool
	under   sync.WaitGroup
}

// begin reports whether a message may begin. If so, end must follow.
func (s *storing) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.stopped {
		s.under.Add(1)
	}
	return !s.stopped
}

func (s *storing) end() { s.under.Done() }

// stop lets no more messages begin and waits for those that have.
func (s *storing) stop() {
	s.mu.Lock()
	s.stopped = true
	s.mu.Unlock()
	s.under.Wait()
}

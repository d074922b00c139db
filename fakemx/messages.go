package fakemx

import "github.com/fakemx/fakemx/fakemx/store"

// memory is what a store has that can show its messages, as store.Memory does,
// and a store that embeds one.
type memory interface {
	Messages() []store.Message
	Evicted() int
}

// Messages returns the accepted messages that the [store.Memory] in
// [Config.Store], or the default one, has kept, oldest first. It is empty if
// another kind of store is used. [Server.Evicted] says how many are missing.
func (s *Server) Messages() []store.Message {
	if m, ok := s.store.(memory); ok {
		return m.Messages()
	}
	return nil
}

// evictedMessages is how many messages have been evicted so far.
func (s *Server) evictedMessages() int {
	if m, ok := s.store.(memory); ok {
		return m.Evicted()
	}
	return 0
}

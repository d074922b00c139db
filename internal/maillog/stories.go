package maillog

import (
	"container/list"
	"strings"
)

// maxStories bounds the stories that are remembered.
const maxStories = 4096

// A story is what one process or one message goes through: parts one after the
// other, each about one peer.
type story struct {
	name string
	part *part
	// peer is who the current part is about, and tls says that TLS came about
	// with that peer.
	peer string
	tls  bool
	// clear: TLS with that peer failed, or would have been told of.
	clear bool
	// place is where it stands in the order in which stories were told of.
	place *list.Element
}

// hear notes what an event tells of TLS with the peer.
func (s *story) hear(h *held) {
	switch {
	case h.InTLS:
		s.tls, s.clear = true, false
	case h.opened:
		s.tls, s.clear = false, true
	case h.Class == Fault && h.Side == Client && h.Outcome == "" && (kinds[h.Reason].stage == Handshake || h.Reason == STARTTLSRefused || h.Reason == ClearFallback):
		s.tls, s.clear = false, true
	}
}

// The stories that a log remembers are bounded: the one that was told of least
// recently gives way. Their names are copies, so that they keep no lines.
type stories struct {
	named map[string]*story
	order *list.List // the latest first
}

func newStories() stories { return stories{make(map[string]*story), list.New()} }

// get finds or begins a story, which is told of now. Forgotten is the one that
// had to make room for it, if any.
func (all *stories) get(name string) (s, forgotten *story) {
	if s = all.named[name]; s != nil {
		all.order.MoveToFront(s.place)
		return s, nil
	}
	if len(all.named) == maxStories {
		forgotten, _ = all.order.Remove(all.order.Back()).(*story)
		delete(all.named, forgotten.name)
	}
	s = &story{name: strings.Clone(name)}
	s.place = all.order.PushFront(s)
	all.named[s.name] = s
	return s, forgotten
}

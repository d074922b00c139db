package fakemx

import (
	"crypto/sha256"
	"hash"
	"slices"
	"sync"

	"github.com/fakemx/fakemx/fakemx/store"
	"github.com/fakemx/fakemx/scenarios"
)

// digest is that of a message with its envelope, without our trace field.
type digest [sha256.Size]byte

// repeats knows the messages that were stored but whose 250 was withheld, so
// that a client that sends one again is seen. A nil *repeats knows nothing.
type repeats struct {
	mu     sync.Mutex
	seen   map[digest]bool
	oldest []digest // of seen, in order
}

// maxWithheld is how many messages are known; beyond it, the oldest are
// forgotten. A client that repeats a message does so sooner.
const maxWithheld = 10_000

// newRepeats is nil for a peer that never withholds a 250, which then need not
// digest messages.
func newRepeats(p scenarios.Peer) *repeats {
	if !slices.ContainsFunc(p.Faults, scenarios.Fault.Withholds) {
		return nil
	}
	return &repeats{seen: make(map[digest]bool)}
}

// hash begins the digest of a message; nil if none is needed.
func (r *repeats) hash(e store.Envelope) hash.Hash {
	if r == nil {
		return nil
	}
	h := sha256.New()
	for _, word := range append([]string{e.From}, e.To...) {
		h.Write([]byte(word + "\x00"))
	}
	return h
}

func (r *repeats) withhold(d digest) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seen[d] {
		return
	}
	if len(r.oldest) >= maxWithheld {
		delete(r.seen, r.oldest[0])
		r.oldest = r.oldest[1:]
	}
	r.seen[d] = true
	r.oldest = append(r.oldest, d)
}

func (r *repeats) withheld(d digest) bool {
	if r == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seen[d]
}

package store

import (
	"errors"
	"sync"
)

// together lets those who want the same work done at the same time share it:
// databases call this a group commit. Each call of do waits for work that began
// after the call did, so that it covers whatever the caller did before.
type together struct {
	mu   sync.Mutex
	last *turn // that began; nil before the first one
	next *turn // that has not begun; nil if nobody waits for one
}

// A turn is the work done once, for all who waited for it to begin.
type turn struct {
	done chan struct{}
	err  error
}

// errNotDone is the error of a turn whose work panicked.
var errNotDone = errors.New("was not done")

// do returns the error of the work, which the first one who waits does for all.
func (g *together) do(work func() error) error {
	g.mu.Lock()
	t, last := g.next, g.last
	if t != nil {
		g.mu.Unlock()
		<-t.done
		return t.err
	}
	t = &turn{done: make(chan struct{}), err: errNotDone}
	g.next = t
	g.mu.Unlock()

	if last != nil {
		<-last.done
	}
	g.mu.Lock()
	g.last, g.next = t, nil // who comes now is too late for this turn
	g.mu.Unlock()
	defer close(t.done)
	t.err = work()
	return t.err
}

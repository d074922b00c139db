package printing

import (
	"context"
	"io"
	"sync"

	"github.com/fakemx/fakemx/internal/cli/cmdline"
)

// A queue stands between the sessions, which must not wait for whoever reads
// our output, and a writer, which may be a pipe that nobody empties. It keeps
// the order. What does not fit is dropped and counted, since a test that
// reads too slowly is better served by SMTP that goes on and a complaint than
// by a client that hangs. An entry always fits if no other waits, so that none
// is too long to be ever written.
type queue struct {
	w      io.Writer
	limit  cmdline.RecordLimit
	full   func() // called once, on its own goroutine, when the first entry does not fit
	failed func() // called once, when the writer fails
	done   chan struct{}

	mu      sync.Mutex
	wake    *sync.Cond
	waiting [][]byte
	size    int
	dropped int
	closed  bool
	err     error
}

// newQueue starts the queue's goroutine, which ends after close.
func newQueue(w io.Writer, limit cmdline.RecordLimit, full, failed func()) *queue {
	q := &queue{w: w, limit: limit, full: full, failed: failed, done: make(chan struct{})}
	q.wake = sync.NewCond(&q.mu)
	go q.run()
	return q
}

// put queues an entry for writing. It never blocks.
func (q *queue) put(entry []byte) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.closed || q.err != nil:
	case len(q.waiting) > 0 && (len(q.waiting) >= q.limit.Sessions || q.size+len(entry) > int(q.limit.Octets)):
		q.dropped++
		if q.dropped == 1 {
			go q.full()
		}
	default:
		q.waiting = append(q.waiting, entry)
		q.size += len(entry)
		q.wake.Signal()
	}
}

// Close waits until all is written or ctx is done, and returns the number of
// entries that were dropped or left, and the writer's first error.
func (q *queue) close(ctx context.Context) (lost int, err error) {
	q.mu.Lock()
	q.closed = true
	q.wake.Signal()
	q.mu.Unlock()
	select {
	case <-q.done:
	case <-ctx.Done():
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.dropped + len(q.waiting), q.err
}

// run writes what is put, one entry at a time, so that the size of what waits
// is true.
func (q *queue) run() {
	defer close(q.done)
	for {
		entry, ok := q.next()
		if !ok {
			return
		}
		_, err := q.w.Write(entry)
		q.written(entry, err)
	}
}

// next waits for an entry; there is none once the queue is closed and empty.
func (q *queue) next() (entry []byte, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.waiting) == 0 && !q.closed {
		q.wake.Wait()
	}
	if len(q.waiting) == 0 {
		return nil, false
	}
	return q.waiting[0], true
}

// written takes the entry out, and on an error everything: it has nowhere to go.
func (q *queue) written(entry []byte, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = q.waiting[1:]
	q.size -= len(entry)
	if err != nil && q.err == nil {
		q.err = err
		q.dropped += len(q.waiting) + 1
		q.waiting, q.size = nil, 0
		q.failed()
	}
}

package printing

import (
	"context"
	"io"
	"sort"
	"sync"
	"time"

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
	hurry  chan struct{} // has something in it when there is no time for more to come

	mu      sync.Mutex
	wake    *sync.Cond
	waiting []*batch // the first one may be on its way
	writing bool     // it is
	entries int      // of the batches
	size    int      // of the batches
	dropped int
	closed  bool
	err     error
}

// A batch is entries that are written in one go: under load, a write for each is
// a good part of what it costs.
type batch struct {
	text []byte
	ends []int // of the entries in the text
}

const (
	// mostBatch bounds the text of a batch, but for an entry that is longer.
	// Half of what a pipe holds by default goes out without waiting.
	mostBatch = 32 << 10
	// breath is how long the queue waits behind a write for more, unless a batch
	// is full or half of the limit is reached. A record that comes alone goes out
	// at once.
	breath = time.Millisecond
)

var batches = sync.Pool{New: func() any { return &batch{text: make([]byte, 0, mostBatch)} }}

// newQueue starts the queue's goroutine, which ends after close.
func newQueue(w io.Writer, limit cmdline.RecordLimit, full, failed func()) *queue {
	q := &queue{w: w, limit: limit, full: full, failed: failed, done: make(chan struct{}), hurry: make(chan struct{}, 1)}
	q.wake = sync.NewCond(&q.mu)
	go q.run()
	return q
}

// put queues an entry for writing, as a copy. It never blocks.
func (q *queue) put(entry []byte) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.closed || q.err != nil:
	case q.entries > 0 && (q.entries >= q.limit.Sessions || q.size+len(entry) > int(q.limit.Octets)):
		q.dropped++
		if q.dropped == 1 {
			go q.full()
		}
	default:
		b := q.last(len(entry))
		b.text = append(b.text, entry...)
		b.ends = append(b.ends, len(b.text))
		q.entries++
		q.size += len(entry)
		if len(q.waiting) > 1 || 2*q.entries >= q.limit.Sessions || 2*q.size >= int(q.limit.Octets) {
			q.hasten()
		}
	}
}

// hasten ends the queue's breath.
func (q *queue) hasten() {
	select {
	case q.hurry <- struct{}{}:
	default:
	}
}

// last is the batch that an entry goes into.
func (q *queue) last(size int) *batch {
	if n := len(q.waiting); n > 1 || n == 1 && !q.writing {
		if b := q.waiting[n-1]; len(b.text)+size <= mostBatch {
			return b
		}
	}
	b := batches.Get().(*batch)
	q.waiting = append(q.waiting, b)
	q.wake.Signal()
	return b
}

// Close waits until all is written or ctx is done, and returns the number of
// entries that were dropped or left, and the writer's first error.
func (q *queue) close(ctx context.Context) (lost int, err error) {
	q.mu.Lock()
	q.closed = true
	q.wake.Signal()
	q.hasten()
	q.mu.Unlock()
	select {
	case <-q.done:
	case <-ctx.Done():
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.dropped + q.entries, q.err
}

// run writes what is put, one batch at a time. What it writes waits until it is
// written.
func (q *queue) run() {
	defer close(q.done)
	pause := time.NewTimer(breath)
	defer pause.Stop()
	for {
		b, ok := q.next()
		if !ok {
			return
		}
		n, err := q.w.Write(b.text)
		q.written(b, n, err)
		pause.Reset(breath)
		select {
		case <-pause.C:
		case <-q.hurry:
		}
	}
}

// next waits for a batch; there is none once the queue is closed and empty.
func (q *queue) next() (b *batch, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.waiting) == 0 && !q.closed {
		q.wake.Wait()
	}
	if len(q.waiting) == 0 {
		return nil, false
	}
	q.writing = true
	return q.waiting[0], true
}

// written takes the batch out, of which n octets were written, and on an error
// everything: it has nowhere to go.
func (q *queue) written(b *batch, n int, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.writing = false
	if err != nil && q.err == nil {
		q.err = err
		q.dropped += q.entries - sort.SearchInts(b.ends, n+1) // without those that went out whole
		q.waiting, q.entries, q.size = nil, 0, 0
		q.failed()
		return
	}
	q.waiting[0] = nil
	q.waiting = q.waiting[1:]
	q.entries -= len(b.ends)
	q.size -= len(b.text)
	if cap(b.text) == mostBatch {
		b.text, b.ends = b.text[:0], b.ends[:0]
		batches.Put(b)
	}
}

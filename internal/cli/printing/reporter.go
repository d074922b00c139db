package printing

import (
	"context"
	"sync"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/internal/terminal"
	"github.com/fakemx/fakemx/mxdns"
)

// A Reporter tells about peers and sessions in the form the user asked for.
type Reporter struct {
	queue     *queue
	json      bool
	style     terminal.Style
	announced bool
	released  chan struct{} // closed by Release
	once      sync.Once
}

// NewReporter starts a reporter that keeps so many records for a slow reader. It
// calls failed once it cannot write.
func (p Printer) NewReporter(asJSON bool, limit cmdline.RecordLimit, failed func()) *Reporter {
	w := p.Err
	if asJSON {
		w = p.Out
	}
	full := func() {
		p.Warn("the reader of the reports is too slow: more session records wait than are kept (%s); further ones are dropped until it catches up", limit)
	}
	return &Reporter{
		queue: newQueue(w, limit, full, failed), json: asJSON, style: terminal.StyleOf(w), released: make(chan struct{}),
	}
}

// Release lets sessions go on that wait for the announcement of their peer. If
// there was none they are not told of.
func (r *Reporter) Release() { r.once.Do(func() { close(r.released) }) }

// An Announcement is an event that tells of something that is ready.
type Announcement interface{ Block(terminal.Style) string }

// Ready announces the peers and the DNS; what they do is told only after that.
// It is one entry of the queue, the first, so that it is never dropped.
func (r *Reporter) Ready(events []Announcement) error {
	defer r.Release()
	var all []byte
	for _, event := range events {
		if !r.json {
			all = append(all, event.Block(r.style)...)
			continue
		}
		line, err := JSON(event, "")
		if err != nil {
			return err
		}
		all = append(all, line...)
	}
	r.queue.put(all)
	r.announced = true
	return nil
}

// Session tells about a finished session.
func (r *Reporter) Session(s fakemx.Session) {
	r.tell(
		func(b []byte) []byte { return appendSession(b, s) },
		func() string { return sessionLine(s, r.style) },
	)
}

// Query tells about a query to the DNS.
func (r *Reporter) Query(q mxdns.Query) {
	event := func(b []byte) []byte {
		text, _ := JSON(queryEvent{"query", q}, "") // plain data always encodes
		return append(b, text...)
	}
	r.tell(event, func() string { return queryLine(q, r.style) })
}

// What events are written into before they are queued, and how large it may have
// grown and still be used again.
var scratches = sync.Pool{New: func() any { return new([]byte) }}

const mostScratch = 64 << 10

// tell reports an event, which has a line of JSON, to be appended, and one for
// people. It may be called from many goroutines, and does not wait for whoever
// reads.
func (r *Reporter) tell(event func([]byte) []byte, line func() string) {
	<-r.released
	switch {
	case !r.announced:
	case r.json:
		scratch := scratches.Get().(*[]byte)
		text := event((*scratch)[:0])
		r.queue.put(text)
		if cap(text) <= mostScratch {
			*scratch = text
			scratches.Put(scratch)
		}
	default:
		r.queue.put([]byte(line()))
	}
}

// Close waits until all is told, or ctx is done.
func (r *Reporter) Close(ctx context.Context) (lost int, err error) { return r.queue.close(ctx) }

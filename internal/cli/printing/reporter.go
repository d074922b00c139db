package printing

import (
	"context"
	"sync"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/internal/terminal"
	"github.com/fakemx/fakemx/mxdns"
)

// A sessionEvent is a line of --json, described by fakemx schema.
type sessionEvent struct {
	Event string `json:"event"`
	fakemx.Session
}

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
		p.Warn("more session records wait for a reader than are kept (%s); further ones are dropped until it catches up, so that SMTP goes on", limit)
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
	r.tell(sessionEvent{"session", s}, func() string { return sessionLine(s, r.style) })
}

// Query tells about a query to the DNS.
func (r *Reporter) Query(q mxdns.Query) {
	r.tell(queryEvent{"query", q}, func() string { return queryLine(q, r.style) })
}

// tell reports an event, which has a line for people. It may be called from
// many goroutines, and does not wait for whoever reads.
func (r *Reporter) tell(event any, line func() string) {
	<-r.released
	if !r.announced {
		return
	}
	if !r.json {
		r.queue.put([]byte(line()))
		return
	}
	if text, err := JSON(event, ""); err == nil { // plain data always encodes
		r.queue.put(text)
	}
}

// Close waits until all is told, or ctx is done.
func (r *Reporter) Close(ctx context.Context) (lost int, err error) { return r.queue.close(ctx) }

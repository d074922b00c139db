package cli

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

// A reporter tells about peers and sessions in the form the user asked for.
type reporter struct {
	queue     *queue
	json      bool
	style     terminal.Style
	announced bool
	released  chan struct{} // closed by release
	once      sync.Once
}

// newReporter starts a reporter that keeps so many records for a slow reader. It
// calls failed once it cannot write.
func (a *app) newReporter(asJSON bool, limit cmdline.RecordLimit, failed func()) *reporter {
	w := a.err
	if asJSON {
		w = a.out
	}
	full := func() {
		a.warn("more session records wait for a reader than are kept (%s); further ones are dropped until it catches up, so that SMTP goes on", limit)
	}
	return &reporter{
		queue: newQueue(w, limit, full, failed), json: asJSON, style: terminal.StyleOf(w), released: make(chan struct{}),
	}
}

// release lets sessions go on that wait for the announcement of their peer. If
// there was none they are not told of.
func (r *reporter) release() { r.once.Do(func() { close(r.released) }) }

// An announcement is an event that tells of something that is ready.
type announcement interface{ block(terminal.Style) string }

// ready announces the peers and the DNS; what they do is told only after that.
// It is one entry of the queue, the first, so that it is never dropped.
func (r *reporter) ready(events []announcement) error {
	defer r.release()
	var all []byte
	for _, event := range events {
		if !r.json {
			all = append(all, event.block(r.style)...)
			continue
		}
		line, err := encodeJSON(event, "")
		if err != nil {
			return err
		}
		all = append(all, line...)
	}
	r.queue.put(all)
	r.announced = true
	return nil
}

// session tells about a finished session.
func (r *reporter) session(s fakemx.Session) {
	r.tell(sessionEvent{"session", s}, func() string { return sessionLine(s, r.style) })
}

// query tells about a query to the DNS.
func (r *reporter) query(q mxdns.Query) {
	r.tell(queryEvent{"query", q}, func() string { return queryLine(q, r.style) })
}

// tell reports an event, which has a line for people. It may be called from
// many goroutines, and does not wait for whoever reads.
func (r *reporter) tell(event any, line func() string) {
	<-r.released
	if !r.announced {
		return
	}
	if !r.json {
		r.queue.put([]byte(line()))
		return
	}
	if text, err := encodeJSON(event, ""); err == nil { // plain data always encodes
		r.queue.put(text)
	}
}

// close waits until all is told, or ctx is done.
func (r *reporter) close(ctx context.Context) (lost int, err error) { return r.queue.close(ctx) }

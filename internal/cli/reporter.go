package cli

import (
	"context"
	"sync"

	"github.com/fakemx/fakemx/fakemx"
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
	style     style
	announced bool
	released  chan struct{} // closed by release
	once      sync.Once
}

// newReporter starts a reporter. It calls failed once it cannot write.
func (a *app) newReporter(asJSON bool, failed func()) *reporter {
	w := a.err
	if asJSON {
		w = a.out
	}
	full := func() {
		a.warn("%d MiB of session records wait for a reader; further ones are dropped until it catches up, so that SMTP goes on", queueLimit>>20)
	}
	return &reporter{
		queue: newQueue(w, queueLimit, full, failed), json: asJSON, style: styleOf(w), released: make(chan struct{}),
	}
}

// release lets sessions go on that wait for the announcement of their peer. If
// there was none they are not told of.
func (r *reporter) release() { r.once.Do(func() { close(r.released) }) }

// An announcement is an event that tells of something that is ready.
type announcement interface{ block(style) string }

// ready announces the peers and the DNS; what they do is told only after that.
func (r *reporter) ready(events []announcement) error {
	defer r.release()
	for _, event := range events {
		if !r.json {
			r.queue.put([]byte(event.block(r.style)))
			continue
		}
		line, err := encodeJSON(event, "")
		if err != nil {
			return err
		}
		r.queue.put(line)
	}
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

package audit

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/fakemx/fakemx/fakemx"
)

// A progress is how far the messages of a probe have got that takes several.
type progress struct {
	delivered []string // recipients, in small letters
	struck    bool     // a fault was played
	changed   chan struct{}
	// stored are the recipients, in small letters, of what has been stored, and
	// storedAt is when the last of it was. An MTA may keep the session open.
	stored   []string
	storedAt time.Time
}

// keeps notes that a message has been stored.
func (p *probe) keeps(to []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stored++
	p.progress.storedAt = time.Now()
	for _, t := range to {
		p.progress.stored = append(p.progress.stored, strings.ToLower(t))
	}
	p.progress.tell()
}

// tell wakes who waits for progress.
func (g *progress) tell() {
	if g.changed != nil {
		close(g.changed)
		g.changed = nil
	}
}

// advance notes what a session brought, and reports whether no more is to come:
// all was delivered or, if the fault has struck, all that can be.
func (p *probe) advance(s fakemx.Session) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	g := &p.progress
	g.struck = g.struck || s.Fault != fakemx.Fault{}
	for _, t := range s.Transactions {
		if t.Accepted && !withheld(s) {
			for _, to := range t.To {
				g.delivered = append(g.delivered, strings.ToLower(to))
			}
		}
	}
	g.tell()
	return !slices.ContainsFunc(p.load.envelopes, func(e Envelope) bool {
		return slices.ContainsFunc(e.To, func(to string) bool {
			return !g.has(to) && (!g.struck || owed(p.scenario, to))
		})
	})
}

func (g *progress) has(to string) bool { return slices.Contains(g.delivered, strings.ToLower(to)) }

// turnLimit is how long a message may take to arrive before the next one is
// handed over. Some MTAs keep a session open for ten seconds in case more is to
// come.
const turnLimit = 15 * time.Second

// awaitTurn waits until a letter has arrived, or a fault has struck, but leaves
// the others their share of the time.
func (p *probe) awaitTurn(ctx context.Context, l letter) {
	limit := turnLimit
	if end, ok := ctx.Deadline(); ok {
		limit = min(limit, time.Until(end)/time.Duration(len(p.letters)))
	}
	timed, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for {
		changed := p.turn(l)
		if changed == nil {
			return
		}
		select {
		case <-changed:
		case <-timed.Done():
			return
		}
	}
}

// turn is closed when there is progress; nil if the next letter's turn has come.
func (p *probe) turn(l letter) <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	g := &p.progress
	if g.struck || !slices.ContainsFunc(l.To, func(to string) bool { return !g.has(to) }) {
		return nil
	}
	if g.changed == nil {
		g.changed = make(chan struct{})
	}
	return g.changed
}

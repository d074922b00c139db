package audit

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/fakemx/fakemx/scenarios"
)

// A Step is the change of what a domain publishes, as it came in an audit: all
// steps of [scenarios.Peer] at once.
type Step struct {
	// Moment is when it came.
	Moment
	// Renewed is when the client was given one more message, as it had fetched
	// the policy that is published after the change; nil if it has not.
	Renewed *Moment `json:"renewed"`
}

// A Moment is a time during an audit, and what had happened by then.
type Moment struct {
	At time.Time `json:"at"`
	// Messages is how many messages the client had been given.
	Messages int `json:"messages"`
	// Queries is how often the DNS had been asked for the scenario's names.
	Queries int `json:"queries"`
}

func (s *Step) clone() *Step {
	if s == nil {
		return nil
	}
	c := *s
	return &c
}

// changes: what the domain of the scenario publishes changes in an audit with the
// policy, and it is known what a client has to make of that.
func changes(s scenarios.Scenario, p Policy) bool {
	return s.Later != (scenarios.LaterFacts{}) && p.followsSTS() && leadsNowhere(s.Facts) == ""
}

// lettersAround is how many letters there are at least: one before the change,
// and one after it.
const lettersAround = 2

// inStepsOf adds the letters that come after the change: one for a client that
// remembers what was published before, and one more if it can fetch what is
// published now.
func (l load) inStepsOf(s scenarios.Scenario) load {
	l.inSteps, l.inTurn = true, true
	n := lettersAround
	if s.Later.Renewed != "" {
		n++
	}
	usual := l.envelopes[0]
	b := loader{load: &l, to: usual.To[0], recipients: len(l.envelopes)}
	l.envelopes = []Envelope{usual}
	for len(l.envelopes) < n {
		l.envelopes = append(l.envelopes, Envelope{usual.From, []string{b.next()}})
	}
	return l
}

const (
	// quiet is how long an MTA says nothing more when it has fetched a policy and
	// thought better of delivering.
	quiet = 3 * time.Second
	// spread is how long what was published before may live in a resolver's
	// cache: longer than the TTL of all records.
	spread = 1100 * time.Millisecond
	// moment is the time until something is looked at again that tells nobody.
	moment = 50 * time.Millisecond
)

// goesOn waits until the client has had its chance with so many letters, and
// reports whether it is to be given the next one: after the first one, when it
// has fetched the policy, something else is published; after the second one, it
// must have fetched that.
func (a *auditor) goesOn(ctx context.Context, p *probe, given int) bool {
	before := time.Time{}
	if p.step != nil {
		before = p.step.At
	}
	a.chance(ctx, p, given, before)
	if given == len(p.letters) || ctx.Err() != nil || !a.lookups.gotPolicy(p.scenario).After(before) {
		return false
	}
	if given > 1 {
		if !rest(ctx, spread) { // a client may fetch while it delivers by what it remembers
			return false
		}
		now := a.now(p)
		p.note(func(s *Step) { s.Renewed = &now })
		return true
	}
	if p.deliveries() == 0 && ExpectIn(p.scenario, a.Policy).Duty == MustDeliver {
		return false
	}
	return a.step(ctx, p)
}

// step changes what is published, and waits until that has spread and, if it is
// about a policy that soon expires, until that is over.
func (a *auditor) step(ctx context.Context, p *probe) bool {
	now := a.now(p) // whoever comes after that may already find the new one
	p.note(func(s *Step) { s.Moment = now })
	a.stage.Step(p.scenario.Name)
	wait := spread
	if life, short := p.scenario.ShortLived(); short {
		wait = max(wait, time.Until(a.lookups.gotPolicy(p.scenario).Add(life+time.Second)))
	}
	return rest(ctx, wait)
}

// rest waits for some time, and reports whether ctx has not ended before.
func rest(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// now is the present moment.
func (a *auditor) now(p *probe) Moment {
	return Moment{At: time.Now(), Messages: p.gave(), Queries: a.lookups.of(p.scenario)}
}

// note notes something of the step.
func (p *probe) note(what func(*Step)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	step := Step{}
	if p.step != nil {
		step = *p.step
	}
	what(&step)
	p.step = &step
}

// chance waits until an MTA has had its chance with a letter. A command or a
// mailer has had it when it has ended.
func (a *auditor) chance(ctx context.Context, p *probe, given int, before time.Time) {
	owes := given == 1 && ExpectIn(p.scenario, a.Policy).Duty == MustDeliver
	last := given == len(p.letters)
	for a.together {
		sessions, fetches := p.news(), a.lookups.news()
		over, again := a.hadChance(p, p.letters[given-1], before, owes, last)
		if over && !last {
			over, again = p.hungUp()
		}
		if over {
			return
		}
		timer := time.NewTimer(again)
		select {
		case <-sessions:
		case <-fetches:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
		if ctx.Err() != nil {
			return
		}
	}
}

// hadChance: the MTA has delivered a letter; or it has got the policy after a time
// and been quiet since, unless it is to be waited for until it delivers. The last
// letter is waited for in any case. Again is when to ask again.
func (a *auditor) hadChance(p *probe, l letter, before time.Time, owes, isLast bool) (over bool, again time.Duration) {
	const unknown = time.Hour // until something happens
	p.mu.Lock()
	delivered := slices.Contains(p.progress.stored, strings.ToLower(l.struck()))
	last := p.lastEnded
	if stored := p.progress.storedAt; stored.After(last) {
		last = stored
	}
	p.mu.Unlock()
	got := a.lookups.gotPolicy(p.scenario)
	fetched := got.After(before)
	switch {
	case delivered && (fetched || isLast):
		return true, 0
	case !delivered && (owes || isLast || !fetched):
		return false, unknown
	case got.After(last):
		last = got
	}
	left := time.Until(last.Add(quiet))
	return left <= 0, max(left, time.Millisecond)
}

// hungUp: no session is open in which an MTA could send the next message, without
// looking anything up. It need not end one for ever.
func (p *probe) hungUp() (over bool, again time.Duration) {
	open := p.server.Open() > 0
	p.mu.Lock()
	defer p.mu.Unlock()
	late := time.Since(p.progress.storedAt) > turnLimit
	return !open || late, moment // the end of a session is told a little before it counts
}

// news is closed when a session ends or a message is stored.
func (p *probe) news() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.progress.changed == nil {
		p.progress.changed = make(chan struct{})
	}
	return p.progress.changed
}

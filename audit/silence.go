package audit

import (
	"fmt"
	"slices"
	"time"
)

// silentKicks is how many kicks in a row an MTA leaves unheeded when it has
// nothing left that it would try. Fewer may fall between two attempts of one that
// is slow.
const silentKicks = 3

// release ends the wait for the probes that have seen enough, and, once the MTA
// heeds no kick, for those that are hopeless.
func (k *kicker) release(probes []*probe, hopeless func(*probe) bool) {
	silent := k.unheeded(probes)
	for _, p := range probes {
		switch {
		case k.enough(p):
			p.end()
		case silent && hopeless(p):
			p.giveUp(silentKicks)
		}
	}
}

// unheeded: since the last kicks no session took place with any of the peers, nor
// is one open. It counts only those kicks after which the MTA had half the time
// between two to come: a command may take longer than that time.
func (k *kicker) unheeded(probes []*probe) bool {
	k.mu.Lock()
	n, late := 0, k.now().Add(-k.every/2)
	for n < len(k.ends) && !k.ends[n].After(late) {
		n++
	}
	var since time.Time
	if n >= silentKicks {
		since = k.times[n-silentKicks]
	}
	k.mu.Unlock()
	return n >= silentKicks && !slices.ContainsFunc(probes, func(p *probe) bool { return p.busySince(since) })
}

// hopeless: more waiting would not change the verdict. It stays unclear where the
// MTA has put the message off, or has never come for it; and where the message may
// stay undelivered, a permanent reply has told the MTA not to try again (RFC 5321
// section 4.2.1). A failure is waited for until the end, and so is a control, by
// which others fail.
func (a *auditor) hopeless(p *probe) bool {
	if isControl(p.scenario) {
		return false
	}
	e := p.evidence(nil, "")
	e.Waited = 1 // it is an MTA
	a.mu.Lock()
	control := a.controls[ControlFor(p.scenario).Name]
	a.mu.Unlock()
	switch Judge(p.scenario, a.Policy, e, control).Result {
	case Unclear:
		return true
	case Fail:
		return false
	}
	return !e.delivered().any() && e.refusedForGood()
}

// refusedForGood: the last session had a permanent reply.
func (e Evidence) refusedForGood() bool {
	if len(e.Sessions) == 0 {
		return false
	}
	last := e.Sessions[len(e.Sessions)-1]
	return last.Refusal != nil && last.Refusal.Text[0] == '5'
}

// saw notes when a session ended.
func (p *probe) saw(ended time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if ended.After(p.lastSeen) {
		p.lastSeen = ended
	}
}

// busySince: a session with the peer ended after that time, or is open.
func (p *probe) busySince(since time.Time) bool {
	open := p.server != nil && p.server.Open() > 0 // before what has ended, which is noted first
	p.mu.Lock()
	defer p.mu.Unlock()
	return open || p.lastSeen.After(since)
}

// giveUp ends the wait, as so many kicks in a row were unheeded, unless it is
// over.
func (p *probe) giveUp(kicks int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.grace == nil && p.life.Err() == nil {
		p.unheeded = kicks
		p.end()
	}
}

// givenUpOn says that an MTA was not waited for until the patience was over, since
// one that is slow may not have been given up on rightly; empty if it was.
func givenUpOn(items []Item) string {
	n := count(items, func(i Item) bool { return i.Unheeded > 0 })
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("the MTA was not waited for to the end in %s, as %d kicks in a row brought it to no peer: "+
		"if it takes longer to try again, begin --kick with a sleep", scenariosWord(n), silentKicks)
}

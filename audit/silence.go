package audit

import (
	"fmt"
	"slices"
	"time"
)

// silentKicks is how many kicks in a row do not bring an MTA back that has nothing
// left to try. Fewer may fall between two attempts of one that is slow.
const silentKicks = 3

// A hope is what more waiting can bring.
type hope int

// The hopes.
const (
	// anything: the MTA may deliver yet, and the verdict be another one.
	anything hope = iota
	// nothingNew: the verdict stays unclear unless the MTA comes after all.
	nothingNew
	// nothing: the MTA has been told to give up, and it need not deliver.
	nothing
)

// release ends the wait for the probes that have seen enough, and for those to
// which kicks do not bring the MTA back, where there is little hope.
func (k *kicker) release(probes []*probe, hopeFor func(*probe) hope) {
	kicks := k.settled()
	idle := silentSince(kicks, probes...)
	for _, p := range probes {
		switch h := hopeFor(p); {
		case k.enough(p):
			p.end()
		case h == anything:
		case idle, h == nothing && silentSince(kicks, p) && heeded(kicks, probes):
			p.giveUp(silentKicks)
		}
	}
}

// settled are the times of the kicks after which the MTA has had half the time
// between two to come. A command may take longer than that time.
func (k *kicker) settled() []time.Time {
	k.mu.Lock()
	defer k.mu.Unlock()
	n, late := 0, k.now().Add(-k.every/2)
	for n < len(k.ends) && !k.ends[n].After(late) {
		n++
	}
	return k.times[:n]
}

// silentSince: the last kicks brought no session with any of the peers, nor is one
// open.
func silentSince(kicks []time.Time, peers ...*probe) bool {
	n := len(kicks) - silentKicks
	return n >= 0 && !slices.ContainsFunc(peers, func(p *probe) bool { return p.busySince(kicks[n]) })
}

// heeded: the last kicks did bring the MTA to a peer, so that it is not held up by
// one that stalls.
func heeded(kicks []time.Time, peers []*probe) bool {
	n := len(kicks) - silentKicks
	return n >= 0 && slices.ContainsFunc(peers, func(p *probe) bool { return p.begunSince(kicks[n]) })
}

// hopeFor says what more waiting can bring. A verdict stays unclear where the MTA
// has put the message off, or has never come for it. A permanent reply has told it
// not to try again (RFC 5321 section 4.2.1). A failure is waited for until the end,
// as the MTA may only be slow, and so is a control, by which others fail, and a
// peer whose messages have not all been handed over.
func (a *auditor) hopeFor(p *probe) hope {
	if isControl(p.scenario, a.Policy) || p.owed() > 0 {
		return anything
	}
	e := p.evidence(nil, "")
	e.Waited = 1 // it is an MTA
	a.mu.Lock()
	control := a.controls[ControlFor(p.scenario, a.Policy).Name]
	a.mu.Unlock()
	result := Judge(p.scenario, a.Policy, e, control).Result
	switch {
	case result == Fail || e.delivered().any():
		return anything
	case e.refusedForGood():
		return nothing
	case result == Unclear:
		return nothingNew
	}
	return anything
}

// refusedForGood: the last session had a permanent reply.
func (e Evidence) refusedForGood() bool {
	if len(e.Sessions) == 0 {
		return false
	}
	last := e.Sessions[len(e.Sessions)-1]
	return last.Refusal != nil && last.Refusal.Text[0] == '5'
}

// saw notes when a session took place, whoever it was for.
func (p *probe) saw(began, ended time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if began.After(p.lastBegan) {
		p.lastBegan = began
	}
	if ended.After(p.lastEnded) {
		p.lastEnded = ended
	}
}

// begunSince: a session with the peer began after that time, and has ended.
func (p *probe) begunSince(since time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lastBegan.After(since)
}

// busySince: a session with the peer ended after that time, or is open.
func (p *probe) busySince(since time.Time) bool {
	open := p.server != nil && p.server.Open() > 0 // before what has ended, which is noted first
	p.mu.Lock()
	defer p.mu.Unlock()
	return open || p.lastEnded.After(since)
}

// giveUp ends the wait, as so many kicks in a row brought nothing, unless it is
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
	return fmt.Sprintf("the MTA was not waited for to the end in %s, as %d kicks in a row did not bring it back: "+
		"if it takes longer to try again, begin --kick with a sleep", scenariosWord(n), silentKicks)
}

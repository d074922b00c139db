package audit

import (
	"context"

	"github.com/fakemx/fakemx/scenarios"
)

// Attempts returns how often a client has to try, at most, until it meets a
// session in which no counted fault of the scenario strikes: one more than the
// number of first sessions in which the longest-lasting fault strikes, or two
// if every Nth session is struck, starting with the first. An alternate chain
// counts like a fault. Attempts returns 1 if nothing is counted, or if the
// fault spares something that comes first.
func Attempts(s scenarios.Scenario) int { return attemptsAt(s, recipient(s, "id")) }

// attemptsAt is how often a client has to try, at most, to get a message to a
// recipient behind the faults that are counted.
func attemptsAt(s scenarios.Scenario, to string) int {
	n := 1
	for _, f := range s.PeerFor(to).Faults {
		switch {
		case f.After != nil, f.Rate != nil, f.EarlyTalker:
		case f.First > 0:
			n = max(n, f.First+1)
		case f.Every > 1:
			n = max(n, 2)
		}
	}
	if a := s.Peer.TLS.Alternate; a != nil {
		n = max(n, a.First+1, 2)
	}
	return n
}

// attempts has the client deliver what the probe is to send: for each message it
// gets its chances. A client that does not deliver the first message meets no
// fault that comes after it. An MTA gets all at once, and tries again by itself. A
// policy daemon is asked once, and gets nothing.
func (a *auditor) attempts(ctx context.Context, p *probe, given func()) (runs []CommandRun, problem string) {
	if problem = unable(a.Driver, p.scenario); problem != "" {
		given()
		return nil, problem
	}
	living, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(p.life, cancel)()
	if a.together {
		t := p.target(p.letters[0], a.User, a.Password)
		t.letters, t.inTurn, t.slots, t.given = p.letters, p.load.inTurn, a.slots, given
		if p.load.inSteps {
			t.goesOn = func(ctx context.Context, given int) bool { return a.goesOn(ctx, p, given) }
		}
		return nil, a.deliver(living, t).Problem
	}
	if kindOf(a.Driver) == kindSocketmap {
		return nil, a.deliver(living, p.target(p.letters[0], a.User, a.Password)).Problem
	}
	for i, l := range p.letters {
		p.gives(i + 1)
		more, problem := a.chances(living, p, l)
		runs = append(runs, more...)
		switch {
		case problem != "" || ctx.Err() != nil:
			return runs, problem
		case p.load.inSteps && !a.goesOn(living, p, i+1), !p.load.inSteps && p.deliveries() == 0:
			return runs, ""
		}
	}
	return runs, ""
}

// chances gives a client its chances with one message: one, and again where a
// counted fault can have kept it from delivering, at most Attempts, until it has
// delivered and says so.
func (a *auditor) chances(ctx context.Context, p *probe, l letter) (runs []CommandRun, problem string) {
	delivered := p.deliveries()
	for range attemptsAt(p.scenario, l.struck()) {
		attempt := a.deliver(ctx, p.target(l, a.User, a.Password))
		if attempt.run != nil {
			runs = append(runs, *attempt.run)
		}
		if attempt.Problem != "" || ctx.Err() != nil || attempt.Err == nil && p.deliveries() > delivered {
			return runs, attempt.Problem
		}
	}
	return runs, ""
}

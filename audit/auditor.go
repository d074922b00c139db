package audit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// closing is how long sessions that are open when a client has had its chance
// may take to end by themselves.
const closing = 2 * time.Second

// Run audits. It returns when every scenario is judged, or when ctx ends; in
// that case the report holds what has been judged so far and says that it is
// partial. An error means that nothing could be audited.
func Run(ctx context.Context, o Options) (*Report, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	a := newAuditor(o)
	var err error
	if a.dir, err = os.MkdirTemp("", "fakemx-audit-"); err != nil {
		return nil, err
	}
	defer os.RemoveAll(a.dir)
	if a.stage, err = stage.New(a.stageConfig()); err != nil {
		return nil, err
	}
	defer func() { _ = a.stage.Close() }() // it has been of use
	if dns := a.stage.DNS(); dns != nil && a.OnDNS != nil {
		if err := a.OnDNS(dns); err != nil {
			return nil, err
		}
	}
	ctx, a.stop = context.WithCancel(ctx)
	defer a.stop()
	report := a.newReport()
	if a.together {
		err = a.runTogether(ctx)
	} else {
		a.runInTurn(ctx)
	}
	if err != nil {
		return nil, err
	}
	if ctx.Err() == nil && a.givenUp() {
		a.leaveRest()
	}
	report.fill(a.items, a.kicker.sum(), a.Now())
	report.TLSReports = a.compareTLSReports(ctx, report)
	report.Ended = a.Now()
	report.Accept(a.Exceptions)
	return report, nil
}

// An auditor is one audit under way.
type auditor struct {
	Options
	// sender is Options.From as it was given.
	sender string
	// together: all peers must listen before the client is exercised, and for
	// as long as it is, since an MTA's routes lead to all of them.
	together bool
	// rounds are what is audited, one round after the other: the usual control;
	// the other controls, with the scenarios that the first one stands for, if
	// it has no counterpart; the counterparts; and the other scenarios.
	rounds [][]scenarios.Scenario
	kicker *kicker // nil if there is none
	dir    string
	post   *postOffice
	// stage has the peers, each when it is its turn, and the DNS.
	stage *stage.Stage
	// stop ends the audit before its time.
	stop context.CancelFunc
	// slots bound what a driver does at once.
	slots chan struct{}

	mu       sync.Mutex
	items    []Item
	controls map[string]Control // by their names
	lookups  *lookups           // nil if nobody counts them
	// reportNews holds a token if a TLS report came, or if somebody asked where
	// to send one.
	reportNews chan struct{}
}

func newAuditor(o Options) *auditor {
	a := &auditor{Options: withDefaults(o), sender: o.From, together: kindOf(o.Driver) == kindSubmit, controls: map[string]Control{}}
	a.post, a.kicker = newPostOffice(a.together, a.From), newKicker(a.Options)
	a.slots = make(chan struct{}, a.Parallel)
	a.rounds = roundsOf(a.Scenarios, a.Policy, a.together)
	a.reportNews = make(chan struct{}, 1)
	if a.DNS != "" && (a.Lookups == nil || a.TLSReports != nil) {
		a.lookups = newLookups()
	}
	if a.lookups != nil && a.Lookups == nil {
		a.Lookups = a.lookups.of
	}
	return a
}

// roundsOf puts scenarios, and the controls that stand for them, into rounds. An
// MTA does not meet the controls that it cannot reach.
func roundsOf(list []scenarios.Scenario, p Policy, mta bool) [][]scenarios.Scenario {
	rounds := make([][]scenarios.Scenario, 4)
	usual := usualControl(p)
	for _, c := range Controls(list, p) {
		_, counterpart := isCounterpart(c, p)
		switch {
		case counterpart:
			rounds[2] = append(rounds[2], c)
		case c.Name == usual.Name:
			rounds[0] = append(rounds[0], c)
		case !mta || beyondMTAs(c) == "":
			rounds[1] = append(rounds[1], c)
		}
	}
	_, countered := Counterpart(usual, p)
	for _, s := range list {
		_, counterpart := isCounterpart(s, p)
		switch {
		case isControl(s, p) || counterpart:
		case ControlFor(s, p).Name == usual.Name && !countered:
			rounds[1] = append(rounds[1], s)
		default:
			rounds[3] = append(rounds[3], s)
		}
	}
	return rounds
}

// runInTurn audits Parallel scenarios at once, each with a peer that lives no
// longer than it is needed. The controls come before.
func (a *auditor) runInTurn(ctx context.Context) {
	for _, list := range a.rounds {
		if a.givenUp() {
			return
		}
		a.each(ctx, list, func(s scenarios.Scenario) { a.audit(ctx, s) })
	}
}

// each calls work for every scenario, Parallel at once, until ctx ends.
func (a *auditor) each(ctx context.Context, list []scenarios.Scenario, work func(scenarios.Scenario)) {
	queue := make(chan scenarios.Scenario)
	var workers sync.WaitGroup
	for range min(a.Parallel, len(list)) {
		workers.Go(func() {
			for s := range queue {
				if ctx.Err() == nil {
					work(s)
				}
			}
		})
	}
	for _, s := range list {
		select {
		case queue <- s:
		case <-ctx.Done():
		}
	}
	close(queue)
	workers.Wait()
}

// audit audits one scenario with a peer of its own.
func (a *auditor) audit(ctx context.Context, s scenarios.Scenario) {
	a.started(s)
	began := a.Now()
	p, err := a.open(s)
	if err != nil {
		a.judge(s, began, Evidence{Problem: "the peer cannot be played: " + err.Error()})
		return
	}
	a.exercise(ctx, p, began, func() {})
}

// exercise lets the client loose on a probe, closes the peer and judges, unless
// the audit was broken off meanwhile.
func (a *auditor) exercise(ctx context.Context, p *probe, began time.Time, given func()) {
	kicked := a.kicker.sum()
	runs, problem := a.attempts(ctx, p, given)
	waited := a.Now().Sub(began)
	p.close()
	if ctx.Err() != nil {
		return
	}
	e := p.evidence(runs, problem)
	if a.together {
		e.Waited = scenarios.Span(min(max(waited.Round(time.Second), time.Second), a.Patience))
		sum := a.kicker.sum()
		e.Kicked, e.KickFailure = sum.since(kicked), sum.failureSince(kicked)
	}
	if a.Lookups != nil {
		n := a.Lookups(p.scenario)
		e.Lookups = &n
	}
	if a.lookups != nil {
		e.Queries = a.lookups.listOf(p.scenario)
		if e.Queries == nil {
			e.Queries = []Lookup{} // it is known that there was none
		}
		e.Fetches = a.lookups.fetchesOf(p.scenario)
	}
	if s, ok := a.Driver.(*Socketmap); ok {
		e.Answer = p.answer(s.levelFor(a.Policy))
	}
	a.judge(p.scenario, began, e)
}

// runTogether audits all scenarios at once, after all peers have begun to
// listen and the controls have been judged. A peer that cannot listen makes the
// whole audit fail: an MTA's routes lead to all of them.
func (a *auditor) runTogether(ctx context.Context) error {
	probes, err := a.openAll(ctx, slices.Concat(a.rounds...))
	var controls, counterparts, rest []*probe
	for _, p := range probes {
		_, counterpart := isCounterpart(p.scenario, a.Policy)
		switch {
		case counterpart:
			counterparts = append(counterparts, p)
		case isControl(p.scenario, a.Policy):
			controls = append(controls, p)
		default:
			rest = append(rest, p)
		}
	}
	for _, list := range [][]*probe{controls, counterparts, rest} {
		if err != nil || ctx.Err() != nil || a.givenUp() {
			closeAll(list)
			continue
		}
		a.exerciseAll(ctx, list)
	}
	return err
}

func closeAll(probes []*probe) {
	var closing sync.WaitGroup
	for _, p := range probes {
		closing.Go(p.close)
	}
	closing.Wait()
}

// exerciseAll exercises probes at once, and kicks the MTA once it has all of
// their messages.
func (a *auditor) exerciseAll(ctx context.Context, probes []*probe) {
	if len(probes) == 0 {
		return
	}
	var running, handing, kicking sync.WaitGroup
	handing.Add(len(probes))
	for _, p := range probes {
		running.Go(func() {
			a.started(p.scenario)
			a.exercise(ctx, p, a.Now(), sync.OnceFunc(handing.Done))
		})
	}
	kicks, enough := context.WithCancel(ctx)
	if a.kicker != nil {
		kicking.Go(func() {
			handing.Wait()
			a.kicker.run(ctx, kicks.Done(), probes, a.hopeFor)
		})
	}
	running.Wait()
	enough()
	kicking.Wait()
}

// openAll opens a probe for every scenario. After an error the caller still has
// to close those that did open.
func (a *auditor) openAll(ctx context.Context, list []scenarios.Scenario) ([]*probe, error) {
	var mu sync.Mutex
	var probes []*probe
	var problems []error
	a.each(ctx, list, func(s scenarios.Scenario) {
		p, err := a.open(s)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", s.Name, err))
			return
		}
		probes = append(probes, p)
	})
	return probes, errors.Join(problems...)
}

// open starts the scenario's peer and writes what the client needs.
func (a *auditor) open(s scenarios.Scenario) (_ *probe, err error) {
	id := a.NewID()
	p := &probe{
		scenario: s, maxSessions: a.MaxSessions, maxOctets: a.MaxRecordBytes, post: a.post, arrived: make(chan struct{}),
		load: loadOf(s, a.reversePath(s), recipient(s, id), a.together),
	}
	if a.lookups != nil && a.PolicyHost != "" && changes(s, a.Policy) && givesMessages(a.Driver) {
		p.load = p.load.inStepsOf(s)
	}
	p.life, p.end = context.WithCancel(context.Background())
	peer, err := a.stage.Play(s.Name, func(c *fakemx.Config) { c.Store, c.OnSession = p, p.finished })
	if of, ok := errors.AsType[*fakemx.ConfigError](err); ok {
		err = of.Err // the caller has no such field
	}
	if err != nil {
		return nil, err
	}
	p.server, p.host = peer, a.Host(s, peer.Host())
	if dns := a.stage.DNS(); dns != nil {
		p.dns = dns.Addr()
	}
	if p.trust, err = a.stage.Trust(); err == nil {
		p.letters, err = a.letters(s, p.load, id)
	}
	if err != nil {
		return nil, errors.Join(err, peer.Close())
	}
	a.post.register(p)
	return p, nil
}

// reversePath is the sender in the envelope. An MTA, which may look its domain
// up, gets none unless one is wanted, or the message demands REQUIRETLS, which
// does not keep back a message without a sender (RFC 8689 section 5).
func (a *auditor) reversePath(s scenarios.Scenario) string {
	if s.Message.RequireTLS {
		return a.author(s)
	}
	if a.together {
		return a.sender
	}
	return a.From
}

// recipient is to whom the usual message of a scenario goes.
func recipient(s scenarios.Scenario, id string) string {
	return "probe-" + id + "@" + s.Domain()
}

// author stands in the From field of a message. For an MTA, which may look its
// domain up, it is of one that is there, unless a sender was given.
func (a *auditor) author(s scenarios.Scenario) string {
	if a.sender == "" && a.together {
		return "probe@" + s.Domain()
	}
	return a.From
}

// peerPatience is how long a peer waits for its client. One that stalls gives
// up sooner than the client, so that what the client does then is seen; and so
// does a control to which a client that knows no TLS from the first byte says
// nothing.
func (a *auditor) peerPatience(s scenarios.Scenario) time.Duration {
	if stalls(s) || isControl(s, a.Policy) && s.ReachAt == scenarios.ReachAtSMTPS {
		return max(a.Patience/3, time.Second)
	}
	return min(a.Patience, fakemx.TimeoutLimit)
}

func (a *auditor) started(s scenarios.Scenario) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.OnStart(s)
}

// judge gives the verdict and notes it.
func (a *auditor) judge(s scenarios.Scenario, began time.Time, e Evidence) {
	a.mu.Lock()
	defer a.mu.Unlock()
	item := NewItem(s, a.Policy, e, a.controls[ControlFor(s, a.Policy).Name])
	item.Started, item.Ended = began, a.Now()
	of, counterpart := isCounterpart(s, a.Policy)
	item.Control = (counterpart || isControl(s, a.Policy)) && !slices.ContainsFunc(a.Scenarios, a.isControlNamed(s.Name))
	failed := item.Result == Fail
	if counterpart {
		c := a.controls[of]
		c.Indifferent = item.delivered().any()
		a.controls[of] = c
	}
	if isControl(s, a.Policy) {
		c := NewControl(s, e)
		c.Indifferent = a.controls[s.Name].Indifferent
		a.controls[s.Name] = c
		failed = failed || !c.Delivered
	}
	a.items = append(a.items, item)
	told := item
	told.Accepted = a.Exceptions.accepts(item, a.Policy, s.Aliases)
	a.OnItem(told)
	if a.StopAtFailure && failed && told.Accepted == "" {
		a.stop()
	}
}

func (a *auditor) isControlNamed(name string) func(scenarios.Scenario) bool {
	return func(s scenarios.Scenario) bool {
		_, counterpart := isCounterpart(s, a.Policy)
		return s.Name == name && (counterpart || isControl(s, a.Policy))
	}
}

// inOrder sorts items as their scenarios were given.
func inOrder(items []Item, names []string) {
	slices.SortStableFunc(items, func(x, y Item) int {
		return slices.Index(names, x.Scenario) - slices.Index(names, y.Scenario)
	})
}

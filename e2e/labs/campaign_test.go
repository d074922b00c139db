package labs_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/e2e/internal/lab"
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// patience bounds one variant of one mail server.
const patience = 10 * time.Minute

// A variantRun is what one mail server did under one policy.
type variantRun struct {
	mta     lab.MTA
	variant lab.Variant
	version string
	// cases are by scenario. Err is why there are none.
	cases map[string]labCase
	err   error
}

// A labCase is what it did in one scenario, and what its log says about that.
type labCase struct {
	sessions []fakemx.Session
	says     []string
	lines    []string
	verdict  audit.Verdict
}

// campaign is every variant of every mail server, by name: postfix/verify.
var campaign = sync.OnceValue(func() map[string]*variantRun {
	var (
		group sync.WaitGroup
		mu    sync.Mutex
	)
	runs := map[string]*variantRun{}
	for _, mta := range lab.MTAs() {
		for _, variant := range mta.Variants {
			group.Go(func() {
				place := <-places
				defer func() { places <- place }()
				p := project(place, mta, variant.Name)
				p.Retry = "5m" // it is told when to run its queue
				run := exercise(p, variant)
				mu.Lock()
				defer mu.Unlock()
				runs[mta.Name+"/"+variant.Name] = run
			})
		}
	}
	group.Wait()
	return runs
})

// last decorates specs that wait for the labs in the background, so that the
// others do not wait with them.
const last = SpecPriority(-1)

// apart is the place of the labs that run one after the other, beside those in
// the background.
const apart = 4

// places are what the labs in the background take turns in: they mostly wait,
// so there are more of them than processors.
var places = func() chan int {
	list := make(chan int, apart)
	for place := range apart {
		list <- place
	}
	return list
}()

// project is the lab of a mail server. This process has names of its own, so
// that a lab that somebody watches is left alone.
func project(place int, mta lab.MTA, policy string) lab.Project {
	return lab.Project{Name: fmt.Sprintf("fakemx-labs-%d-%d", os.Getpid(), place), Place: place, MTA: mta, Policy: policy}
}

// led are the scenarios that a mail server reaches by an MX record: those whose
// peer is met at a literal address or on the port of SMTPS are not. Nor are those
// in which one usual message does not show what they are about: a message that asks
// for something, publications that change, and reports.
func led() []scenarios.Scenario {
	unled := func(s scenarios.Scenario) bool {
		unusual := s.Message != (scenarios.Message{}) || len(s.Peer.Steps) > 0 || s.Family == scenarios.FamilyTLSRPT
		return s.ReachBy == scenarios.ReachByAddress || s.ReachAt == scenarios.ReachAtSMTPS || unusual
	}
	return slices.DeleteFunc(scenarios.All(), unled)
}

// playedUnder are those that are judged under a policy: what a domain publishes
// is for the variants that go by it, and all else for the others.
func playedUnder(p audit.Policy) []scenarios.Scenario {
	return slices.DeleteFunc(led(), func(s scenarios.Scenario) bool { return !judgedUnder(s, p) })
}

// judgedUnder reports whether a scenario is about what a policy goes by.
func judgedUnder(s scenarios.Scenario, p audit.Policy) bool {
	switch {
	case s.Peer.STS != nil:
		return p.FollowsSTS()
	case s.NeedsDNS():
		return p.FollowsDNS() && p != audit.MTASTS
	}
	return !p.FollowsDNS()
}

// metUnder are those that are played under a policy, with their controls.
func metUnder(p audit.Policy) []scenarios.Scenario {
	list := playedUnder(p)
	for _, c := range audit.Controls(list, p) {
		if !slices.ContainsFunc(list, func(s scenarios.Scenario) bool { return s.Name == c.Name }) {
			list = append(list, c)
		}
	}
	return list
}

func names(list []scenarios.Scenario) []string {
	var names []string
	for _, s := range list {
		names = append(names, s.Name)
	}
	return names
}

// exercise runs one variant from a clean start to the end.
func exercise(p lab.Project, variant lab.Variant) *variantRun {
	began := time.Now()
	run := &variantRun{mta: p.MTA, variant: variant, cases: map[string]labCase{}}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if run.err = p.Start(ctx); run.err != nil {
		return run
	}
	run.err = run.observe(ctx, p)
	if err := p.Down(); run.err == nil {
		run.err = err
	}
	fmt.Fprintf(os.Stderr, "labs: %s %s took %d s\n", p.MTA.Name, variant.Name, int(time.Since(began).Seconds()))
	return run
}

// observe has every scenario delivered to and gathers both sides.
func (r *variantRun) observe(ctx context.Context, p lab.Project) (err error) {
	if r.version, err = p.Version(ctx); err != nil {
		return err
	}
	following, stop := context.WithCancel(ctx)
	defer stop()
	witness, err := p.Watch(following)
	if err != nil {
		return err
	}
	if err := p.Exercise(ctx, witness, names(metUnder(r.variant.Policy))); err != nil {
		return err
	}
	log, err := p.Log(ctx)
	if err != nil {
		return err
	}
	for _, s := range playedUnder(r.variant.Policy) {
		c := labCase{sessions: witness.Sessions(s.Name), says: p.MTA.Says(log, s.Name), lines: p.MTA.About(log, s.Name)}
		c.verdict = audit.Judge(s, r.variant.Policy, witness.Evidence(s), controlOf(s, r.variant.Policy, witness))
		r.cases[s.Name] = c
	}
	return nil
}

// controlOf is what became of the control of a scenario.
func controlOf(s scenarios.Scenario, p audit.Policy, w *lab.Witness) audit.Control {
	c := audit.ControlFor(s, p)
	control := audit.NewControl(c, w.Evidence(c))
	if counterpart, ok := audit.Counterpart(c, p); ok {
		control.Indifferent = audit.NewControl(counterpart, w.Evidence(counterpart)).Delivered
	}
	return control
}

// conduct is how the message got to the peer: T in TLS, P in plain text, TP
// both, and – not at all.
func (c labCase) conduct() string {
	var inTLS, inClear bool
	for _, s := range c.sessions {
		inTLS = inTLS || s.Accepted.InTLS > 0
		inClear = inClear || s.Accepted.InClear > 0
	}
	switch {
	case inTLS && inClear:
		return "TP"
	case inTLS:
		return "T"
	case inClear:
		return "P"
	}
	return "–"
}

package audit

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/fakemx/fakemx/fakemx"
)

// Kicks is the result of [Options.Kick].
type Kicks struct {
	// Command is the command that was run.
	Command string `json:"command"`
	// Runs is the number of runs, and Failed how many of them failed.
	Runs   int `json:"runs"`
	Failed int `json:"failed"`
	// Failure says how the last failed run failed, with its output; empty if
	// none did.
	Failure string `json:"failure"`

	// how is Failure without what it said.
	how string
}

// note says that kicks failed; empty if they did not.
func (k *Kicks) note() string {
	if k == nil || k.Failed == 0 {
		return ""
	}
	return fmt.Sprintf("--kick failed %s of %d: %s", timesWord(k.Failed), k.Runs, k.Failure)
}

// since is how many kicks ran that are not in an earlier sum, without those that
// failed; nil if there is no kick.
func (k *Kicks) since(earlier *Kicks) *int {
	if k == nil {
		return nil
	}
	n := k.Runs - k.Failed - (earlier.Runs - earlier.Failed)
	return &n
}

// failureSince is how the last kick failed that did and is not in an earlier sum;
// empty if none did.
func (k *Kicks) failureSince(earlier *Kicks) string {
	if k == nil || k.Failed == earlier.Failed {
		return ""
	}
	return k.how
}

func timesWord(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// kickLimit is how long one kick may take.
const kickLimit = 30 * time.Second

// A kicker makes an MTA run its queue, again and again.
type kicker struct {
	command string
	every   time.Duration
	now     func() time.Time
	secrets concealer
	env     []string // beside that of this process

	mu    sync.Mutex
	kicks Kicks
	times []time.Time // at which the kicks began that did not fail
	ends  []time.Time // at which these ended
}

func newKicker(o Options) *kicker {
	if o.Kick == "" {
		return nil
	}
	return &kicker{command: o.Kick, every: o.KickEvery, now: o.Now, secrets: o.secrets(), kicks: Kicks{Command: o.Kick}}
}

// run kicks until it is enough, or ctx ends. The last kick is not broken off, as it
// may restart the MTA, which has to take the next messages. Each time before, it lets those probes end that have
// seen enough, or that have little hope as kicks do not bring the MTA back.
func (k *kicker) run(ctx context.Context, enough <-chan struct{}, probes []*probe, hopeFor func(*probe) hope) {
	tick := time.NewTicker(k.every)
	defer tick.Stop()
	for {
		select {
		case <-enough:
			return
		case <-tick.C:
		}
		k.release(probes, hopeFor)
		k.kick(ctx)
	}
}

// enough: a probe has seen enough, and all has been quiet for half the time
// between two kicks. An MTA that obeys a kick at once is not quiet for longer.
func (k *kicker) enough(p *probe) bool {
	return p.triedEnough(k.made(), k.now().Add(-k.every/2))
}

// made are the times of the kicks so far.
func (k *kicker) made() []time.Time {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.times
}

func (k *kicker) kick(ctx context.Context) {
	timed, cancel := context.WithTimeout(ctx, kickLimit)
	defer cancel()
	began := k.now()
	run := runCommand(timed, []string{"/bin/sh", "-c", k.command}, k.env, k.secrets)
	if ctx.Err() != nil {
		return // it was broken off, which is no failure of its own
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.kicks.Runs++
	if run.Error == "" && run.Exit == 0 {
		k.times, k.ends = append(k.times, began), append(k.ends, k.now())
		return
	}
	k.kicks.Failed++
	k.kicks.how = oneLine(run.String())
	k.kicks.Failure = oneLine(strings.TrimSuffix(run.String()+": "+run.Output, ": "))
}

// sum is what came of all kicks; nil if there are none to be.
func (k *kicker) sum() *Kicks {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	sum := k.kicks
	return &sum
}

// triedEnough: the client, which was given all that it is to send, was refused, or
// refused, in its first attempt and in as many kicked ones as it takes to get
// behind the counted faults, and all has been quiet since.
func (p *probe) triedEnough(kicks []time.Time, since time.Time) bool {
	if p.owed() > 0 {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	tried := map[int]bool{}
	for _, s := range p.sessions {
		if s.Ended.After(since) {
			return false
		}
		if p.step != nil && !s.Started.After(p.step.At) {
			continue
		}
		// Another message may have been delivered.
		if fine := s.Accepted.Any() && s.Fault == (fakemx.Fault{}); s.Outcome != fakemx.Idle && !fine {
			tried[kicksBefore(kicks, s.Started)] = true
		}
	}
	needed := Attempts(p.scenario)
	for _, l := range p.letters {
		needed = max(needed, attemptsAt(p.scenario, l.struck()))
	}
	return len(tried) > needed
}

// kicksBefore counts the kicks before a time.
func kicksBefore(kicks []time.Time, at time.Time) int {
	n := 0
	for _, k := range kicks {
		if !k.After(at) {
			n++
		}
	}
	return n
}

// errKickWithoutMTA: a command and a mailer are run by the audit itself.
var errKickWithoutMTA = errors.New("a kick runs the queue of an MTA, so it needs a Submit driver")

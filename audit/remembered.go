package audit

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// ExpectLater is [ExpectIn] for a client with the policy that fetched the MTA-STS
// policy of the scenario's domain before its steps came: as long as it remembers
// that one, and once it has fetched what is published then, which is zero if there
// is nothing to fetch. ok is false if nothing changes, or if the policy does not go
// by that.
func ExpectLater(s scenarios.Scenario, p Policy) (remembered, renewed Expectation, ok bool) {
	if !changes(s, p) {
		return Expectation{}, Expectation{}, false
	}
	if s.Later.Renewed != "" {
		renewed = laterExpectation(s, p, s.Later.Renewed)
	}
	return laterExpectation(s, p, s.Later.Remembered), renewed, true
}

// laterExpectation is what a client has to do after the change of what the domain
// publishes, by what it finds then, or remembers.
func laterExpectation(s scenarios.Scenario, p Policy, found scenarios.STSFact) Expectation {
	s.Facts.STS, s.Grounds.STS = found, s.Later.Ground
	return expectAt(s, p)
}

// deliveredSince counts what was delivered after a moment: in sessions that began
// later, and the messages that were given later, as a session may be kept open for
// the next message.
func (e Evidence) deliveredSince(m Moment) delivery {
	var all delivery
	later := e.Envelopes[min(m.Messages, len(e.Envelopes)):]
	for _, s := range e.Sessions {
		if s.Started.After(m.At) {
			d := deliveredIn(s)
			all = delivery{all.tls + d.tls, all.clear + d.clear}
			continue
		}
		for _, t := range s.Transactions {
			switch {
			case !t.Accepted || !addressedBy(later, t.To):
			case t.InClear:
				all.clear++
			default:
				all.tls++
			}
		}
	}
	return all
}

// keptOpen: no session began after a moment, so that what was delivered later was
// in an older one.
func (e Evidence) keptOpen(m Moment) bool {
	return !slices.ContainsFunc(e.Sessions, func(s fakemx.Session) bool { return s.Started.After(m.At) })
}

// deliveredBefore counts what was delivered before a moment.
func (e Evidence) deliveredBefore(m Moment) delivery {
	all, later := e.delivered(), e.deliveredSince(m)
	return delivery{all.tls - later.tls, all.clear - later.clear}
}

// addressedBy: one of the recipients is one of the envelopes'.
func addressedBy(envelopes []Envelope, to []string) bool {
	return slices.ContainsFunc(envelopes, func(e Envelope) bool {
		return slices.ContainsFunc(e.To, func(own string) bool {
			return slices.ContainsFunc(to, func(other string) bool { return strings.EqualFold(own, other) })
		})
	})
}

// triedSince: the client tried once more after a moment. A command and a mailer
// were run again.
func (e Evidence) triedSince(m Moment) bool {
	if e.Waited == 0 {
		return len(e.Runs) > m.Messages
	}
	return e.Lookups != nil && *e.Lookups > m.Queries || e.cameSince(m)
}

// eachAnew: the client is a command, of which each run is a process of its own.
func (e Evidence) eachAnew() bool {
	for _, r := range e.Runs {
		if len(r.Args) > 0 {
			return true
		}
	}
	return false
}

// overTime judges a client by what it remembers where what the domain publishes
// changes. What it did before that is judged as always.
func (c *court) overTime() (Verdict, bool) {
	if !changes(c.scenario, c.policy) {
		return Verdict{}, false
	}
	step := c.evidence.Step
	if step == nil {
		return c.unchanged()
	}
	before := c.evidence.deliveredBefore(step.Moment)
	broken := before.any() && c.expected.Duty == MustNotDeliver || before.clear > 0 && c.expected.InTLS
	switch cut := c.evidence.interrupted(); {
	case broken:
		return Verdict{}, false
	case step.Renewed != nil && c.evidence.triedSince(*step.Renewed):
		if v, decided := c.onRenewed(*step.Renewed); decided {
			return v, true
		}
	case cut != "" && !c.evidence.deliveredSince(step.Moment).any():
		return Verdict{Unclear, cut}, true
	}
	return c.onRemembered(*step), true
}

// unchanged: nothing changed, as the client had not got the policy before, or had
// no time left. Whoever broke the policy at the start is judged for that.
func (c *court) unchanged() (Verdict, bool) {
	did := "the client did not deliver" + c.how()
	switch {
	case c.delivered.any() && (c.expected.Duty == MustNotDeliver || c.expected.InTLS && c.delivered.clear > 0):
		return Verdict{}, false
	case !c.delivered.any() && c.expected.Duty == MustDeliver:
		return Verdict{}, false
	case c.delivered.any():
		did = "the client delivered " + c.delivered.words()
	}
	if !c.evidence.fetched() {
		return Verdict{Unclear, did + ", but it never fetched the policy before it was to change, so that it had none to remember"}, true
	}
	return Verdict{Unclear, did + ", but what the domain publishes did not change while it had its chance: " + c.evidence.whatHelps()}, true
}

// onRenewed judges a client that had fetched the new policy before its last
// message; it decides nothing where that is left to the client.
func (c *court) onRenewed(renewed Moment) (Verdict, bool) {
	x := laterExpectation(c.scenario, c.policy, c.scenario.Later.Renewed)
	after := c.evidence.deliveredSince(renewed)
	const knowing = "after it had fetched the policy that the domain publishes now"
	switch {
	case x.Duty == MayDeliver:
		return Verdict{}, false
	case after.clear > 0 && x.InTLS:
		return Verdict{Fail, "the client delivered " + after.words() + " " + knowing + ", though it must use TLS"}, true
	case after.any() && x.Duty == MustNotDeliver:
		return Verdict{Fail, "the client delivered " + after.words() + " " + knowing + ", though " + x.Because + c.summary()}, true
	case after.any():
		return Verdict{Pass, "the client delivered " + after.words() + " " + knowing + ", as it must"}, true
	case c.evidence.interrupted() != "":
		return Verdict{Unclear, c.evidence.interrupted()}, true
	case x.Duty == MustNotDeliver:
		return Verdict{Pass, "the client did not deliver " + knowing + ", as it must not"}, true
	case c.evidence.Waited > 0 && !c.evidence.cameSince(renewed):
		return Verdict{Unclear, "the MTA did not come again " + knowing + ": " + c.evidence.whatHelps()}, true
	}
	return Verdict{Fail, "the client did not deliver " + knowing + ", though it " + x.String() + ": " + x.Because}, true
}

// cameSince: there was a session that began after a moment.
func (e Evidence) cameSince(m Moment) bool {
	n := len(e.Sessions)
	return n > 0 && e.Sessions[n-1].Started.After(m.At) || e.deliveredSince(m).any()
}

// onRemembered judges a client by the policy that it had fetched before the
// change.
func (c *court) onRemembered(step Step) Verdict {
	x := laterExpectation(c.scenario, c.policy, c.scenario.Later.Remembered)
	after := c.evidence.deliveredSince(step.Moment)
	switch {
	case after.clear > 0 && x.InTLS:
		return Verdict{Fail, "the client delivered " + after.words() + " after the change, though it must use TLS" + c.fallback()}
	case x.Duty == MayDeliver:
		return c.asItMay(after)
	case x.Duty == MustNotDeliver && after.any() && c.evidence.eachAnew():
		return Verdict{Unclear, "the client delivered " + after.words() + " after the change: each run is a process of its own. " +
			"If it keeps policies on disk, it ignored the one that an earlier run fetched; if not, this is the first that it hears of the domain"}
	case x.Duty == MustNotDeliver && after.any():
		return Verdict{Fail, "the client ignored a cached policy: it delivered " + after.words() + " after the change, though the policy that it had fetched " +
			ago(step.At, c.evidence) + " still holds, and " + x.Because + c.summary()}
	case !c.evidence.triedSince(step.Moment):
		return Verdict{Unclear, "the client did not try again after the change: " + c.evidence.whatHelps()}
	case x.Duty == MustNotDeliver:
		return Verdict{Pass, "the client did not deliver, neither before the change nor after it: it goes by the policy that it remembers"}
	case after.any():
		return Verdict{Pass, "the client delivered " + after.words() + " after the change, as it must"}
	case c.evidence.Waited > 0 && !c.evidence.cameSince(step.Moment):
		return Verdict{Unclear, "the MTA did not come again after the change: " + c.evidence.whatHelps()}
	}
	return Verdict{Fail, "the client did not deliver after the change, though it " + x.String() + ": " + x.Because}
}

// asItMay is about a client that is free, by the policy that it had fetched before.
func (c *court) asItMay(after delivery) Verdict {
	did, why := "the client did not deliver after the change, and need not", "it goes by the policy that it remembers, and has not fetched another one since"
	life, short := c.scenario.ShortLived()
	switch {
	case after.any() && short:
		did, why = "the client delivered "+after.words()+" after the change, as it may", fmt.Sprintf("the policy that it had fetched is over, as its max_age is %d", int(life.Seconds()))
	case after.any() && c.evidence.keptOpen(c.evidence.Step.Moment):
		did, why = "the client delivered "+after.words()+" after the change, as it may", "it did so in a session that it had begun before, and had not fetched another policy"
	case after.any():
		did, why = "the client delivered "+after.words()+" after the change, as it may", "it had not fetched another policy before"
	case short:
		why = fmt.Sprintf("it still goes by a policy whose max_age of %d is over: either it keeps each for a least time of its own, or for ever", int(life.Seconds()))
	}
	return Verdict{May, did + ": " + why}
}

// summary is that of the scenario in brackets; empty if it has none.
func (c *court) summary() string {
	if c.scenario.Summary == "" {
		return ""
	}
	return " (" + c.scenario.Summary + ")"
}

// ago says how long before a time the client had last got the policy.
func ago(t time.Time, e Evidence) string {
	var got time.Time
	for _, f := range e.Fetches {
		if f.Status != 0 && f.At.Before(t) {
			got = f.At
		}
	}
	if got.IsZero() {
		return "before"
	}
	return fmt.Sprintf("at %s", got.UTC().Format("15:04:05"))
}

package scenarios

import (
	"slices"
	"strings"
	"time"
)

// A Step is a change of what the domain publishes: from then on it publishes
// this instead.
type Step struct {
	// After says when. A step comes after all steps before it.
	After StepAfter `yaml:"after" json:"after"`
	// STS is all that the domain publishes by MTA-STS from then on. To publish
	// nothing, leave txt empty and let https.host be absent.
	STS STS `yaml:"sts" json:"sts"`
}

// StepAfter is when a step comes: when all of these numbers are reached, which are
// counted from the start.
type StepAfter struct {
	// Fetches is the number of answers of the policy host about the domain.
	Fetches int `yaml:"fetches,omitempty" json:"fetches,omitempty"`
	// Sessions is the number of finished sessions with the peer.
	Sessions int `yaml:"sessions,omitempty" json:"sessions,omitempty"`
}

// Reached reports whether the numbers are reached.
func (a StepAfter) Reached(fetches, sessions int) bool {
	return fetches >= a.Fetches && sessions >= a.Sessions
}

// StepAt returns how many steps have come after so many fetches and sessions.
func (p Peer) StepAt(fetches, sessions int) int {
	for i, step := range p.Steps {
		if !step.After.Reached(fetches, sessions) {
			return i
		}
	}
	return len(p.Steps)
}

// AtStep returns the scenario as it is when so many steps have come, which it
// has not by itself any more. With zero, it is as at the start.
func (s Scenario) AtStep(steps int) Scenario {
	if steps == 0 {
		return s
	}
	return s.With(func(p *Peer) {
		sts := p.Steps[steps-1].STS
		p.STS, p.Steps = &sts, nil
	})
}

// LaterFacts are the facts about a client that fetched the policy before the first
// of the peer's steps, and delivers after the last one. An audit then has the
// client deliver before and after. The steps then come when the client has
// fetched the policy and had its chance, whatever peer.steps says.
type LaterFacts struct {
	// Remembered says what holds as long as the client has fetched no other
	// policy. It is lenient where the client need not look for another one yet.
	Remembered STSFact `yaml:"remembered" json:"remembered"`
	// Renewed says what holds once it has fetched the policy that is published
	// then. If empty, none can be fetched, or none that makes a difference.
	Renewed STSFact `yaml:"renewed,omitempty" json:"renewed,omitempty"`
	// Ground says why: an RFC section, or AllStacks. It is left out if all is
	// lenient.
	Ground string `yaml:"ground,omitempty" json:"ground,omitempty"`
}

// decides: a "must" or a "must not" follows from the facts.
func (f LaterFacts) decides() bool {
	free := []STSFact{"", STSLenient}
	return !slices.Contains(free, f.Remembered) || !slices.Contains(free, f.Renewed)
}

// ShortLived returns how long a policy is valid that the domain publishes at the
// start, if that is so short that it is over while the scenario is played; ok is
// false if it is not, or if the policy says nothing about it.
func (s Scenario) ShortLived() (lifetime time.Duration, ok bool) {
	if s.Peer.STS == nil || s.Peer.STS.Policy.MaxAge == nil {
		return 0, false
	}
	lifetime = time.Duration(*s.Peer.STS.Policy.MaxAge) * time.Second
	return lifetime, lifetime <= maxShortLife
}

// maxShortLife bounds how long an audit waits for a policy to expire.
const maxShortLife = 15 * time.Second

// checkLater: facts about steps that do not come are a mistake.
func (s Scenario) checkLater(p *problems) {
	f := s.Later
	if f == (LaterFacts{}) {
		return
	}
	if len(s.Peer.Steps) == 0 {
		p.addf("later", "is about peer.steps, which is missing")
	}
	oneOf(p, "later.remembered", f.Remembered, STSNone, STSTesting, STSAllows, STSForbids, STSLenient)
	oneOf(p, "later.renewed", f.Renewed, "", STSNone, STSTesting, STSAllows, STSForbids, STSLenient)
	if strings.ContainsAny(f.Ground, "\r\n") {
		p.addf("later.ground", "must be one line, such as RFC 8461 section 3.3")
	}
}

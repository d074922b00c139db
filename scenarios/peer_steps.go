package scenarios

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

package stage

import (
	"slices"
	"sync"

	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage/internal/policyhost"
)

// steps knows how many steps of each scenario have come.
type steps struct {
	mu   sync.Mutex
	list map[string]*stepping // only of scenarios that have steps
}

// A stepping is how far a scenario has come.
type stepping struct {
	peer     scenarios.Peer
	versions []policyhost.Site // at the start, and after each step; nil without a policy host
	fetches  int
	sessions int
	step     int
	held     bool // it takes no step by counting
}

// follow counts for a scenario from now on, if it has steps. What it counts goes
// on if the peer is played again.
func (s *steps) follow(scenario scenarios.Scenario, held bool) {
	if len(scenario.Peer.Steps) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.list == nil {
		s.list = map[string]*stepping{}
	}
	s.list[scenario.Name] = &stepping{peer: scenario.Peer, held: held}
}

// serve says what the policy host serves of a scenario.
func (s *steps) serve(scenario string, versions []policyhost.Site) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at := s.list[scenario]; at != nil {
		at.versions = versions
	}
}

// of is how many steps of a scenario have come.
func (s *steps) of(scenario string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at := s.list[scenario]; at != nil {
		return at.step
	}
	return 0
}

// count counts fetches and sessions, and returns the policy host that is to be
// served from now on; ok is false if nothing changes.
func (s *steps) count(scenario string, fetches, sessions int) (site policyhost.Site, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.list[scenario]
	if at == nil {
		return policyhost.Site{}, false
	}
	at.fetches += fetches
	at.sessions += sessions
	if at.held {
		return policyhost.Site{}, false
	}
	return at.to(at.peer.StepAt(at.fetches, at.sessions))
}

// to takes steps until so many have come.
func (at *stepping) to(step int) (site policyhost.Site, ok bool) {
	before := at.step
	at.step = step
	if step == before || at.versions == nil {
		return policyhost.Site{}, false
	}
	return at.versions[step], true
}

// toLast takes all steps that are left.
func (s *steps) toLast(scenario string) (site policyhost.Site, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.list[scenario]
	if at == nil {
		return policyhost.Site{}, false
	}
	return at.to(len(at.peer.Steps))
}

// Step takes all steps of a scenario of [Config.HeldSteps] that are left, so that
// the DNS and the policy host have what is published after the last one when it
// returns. It does nothing if there is none.
func (s *Stage) Step(scenario string) {
	if !slices.Contains(s.config.HeldSteps, scenario) {
		return
	}
	if site, changed := s.steps.toLast(scenario); changed {
		s.policyHost.Replace(site)
	}
}

// step counts fetches and sessions of a scenario, and takes the steps that come
// by them.
func (s *Stage) step(scenario string, fetches, sessions int) {
	if site, changed := s.steps.count(scenario, fetches, sessions); changed {
		s.policyHost.Replace(site)
	}
}

package scenarios

import (
	"errors"
	"fmt"
	"sync"
)

// newCatalogue indexes declarations. It refuses names that are used twice.
func newCatalogue(families []declarations) (*catalogue, error) {
	c := &catalogue{index: map[string]int{}}
	var problems []error
	for _, d := range families {
		for _, s := range d.scenarios {
			s.Family = d.family
			problems = append(problems, of(s, c.add(s)))
		}
	}
	return c, errors.Join(problems...)
}

// of says which scenario an error is about.
func of(s Scenario, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s/%s: %w", s.Family, s.Name, err)
}

// check refuses, with one error for every reason, whatever would make a lie of
// the catalogue: edits that change nothing, two scenarios that are the same,
// entries that do not say what they are, peers that cannot be played.
func (c *catalogue) check() error {
	peers := map[string]string{}
	var problems []error
	for _, s := range c.declared {
		problems = append(problems, of(s, distinct(s, peers)), of(s, complete(s)))
	}
	return errors.Join(problems...)
}

// add appends a scenario and enters its names in the index.
func (c *catalogue) add(s Scenario) error {
	c.declared = append(c.declared, s)
	for _, name := range append([]string{s.Name}, s.Aliases...) {
		if other, taken := c.index[name]; taken {
			return fmt.Errorf("the name %q is already that of %s", name, c.declared[other].Name)
		}
		c.index[name] = len(c.declared) - 1
	}
	return nil
}

// distinct refuses a scenario that plays the same peer as one in peers, which
// are names by fingerprint, and adds it to them.
func distinct(s Scenario, peers map[string]string) error {
	own := fingerprint(played(s).Peer)
	if s.Edit != nil && own == healthyFingerprint() {
		return errors.New("its edit changes nothing: it is the healthy peer")
	}
	if other, taken := peers[own]; taken {
		return fmt.Errorf("its peer is the same as that of %s", other)
	}
	peers[own] = s.Name
	return nil
}

// Same reports whether two peers are equal, as Diff would show it, but at a
// small part of its price.
func Same(p, q Peer) bool { return same(p, q) }

var healthyFingerprint = sync.OnceValue(func() string { return fingerprint(Healthy()) })

// complete refuses a built-in scenario that does not say what a person needs to
// know of it, or that is not valid.
func complete(s Scenario) error {
	if s.Summary == "" || s.Story == "" {
		return errors.New("it needs a summary and a story")
	}
	if s.Fix == "" && !s.Harmless {
		return errors.New("it needs a fix, or to be harmless")
	}
	if s.Harmless && s.Facts != sound {
		return errors.New("it is harmless, so its facts are yes: what some clients mind is not harmless")
	}
	s = played(s)
	var p problems
	s.checkGrounds(&p)
	return errors.Join(s.Validate(), errors.Join(p...))
}

package scenarios

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// catalogue is a list of declarations, its index, and what is wrong with it.
type catalogue struct {
	declared []Scenario     // with Family, without Peer
	index    map[string]int // by name and by alias
	free     int            // the lowest number above all that were given
	senior   []int          // places in declared, see bySeniority
	misnamed []error        // by place: mistakes in numbers and names; nil for none
	sound    sync.Map       // those of declared that can be played, by place
}

// newCatalogue indexes declarations. Given are the numbers that were given
// before. Where two scenarios claim a number or a name, the newcomer is refused
// and the other one can be played.
func newCatalogue(families []declarations, given register) *catalogue {
	c := &catalogue{index: map[string]int{}, free: 1}
	for _, d := range families {
		for _, s := range d.scenarios {
			s.Family = d.family
			c.declared = append(c.declared, s)
			c.free = max(c.free, s.Number+1, s.SecondNumber+1)
		}
	}
	for number := range given.names {
		c.free = max(c.free, number+1)
	}
	c.misnamed = make([]error, len(c.declared))
	c.senior = c.bySeniority(given)
	taken := map[int]Scenario{}
	for _, i := range c.senior {
		s := c.declared[i]
		c.misnamed[i] = of(s, errors.Join(c.checkNumber(s, given, taken), c.checkSecondNumber(s, given, taken), c.add(i)))
		if _, known := taken[s.Number]; !known {
			taken[s.Number] = s
		}
		if _, known := taken[s.SecondNumber]; !known && s.SecondNumber > 0 {
			taken[s.SecondNumber] = s
		}
	}
	return c
}

// of says which scenario an error is about, in each of its lines.
func of(s Scenario, err error) error {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, e := range joined.Unwrap() {
			all = append(all, of(s, e))
		}
		return errors.Join(all...)
	}
	return fmt.Errorf("scenarios: %s/%s: %w", s.Family, s.Name, err)
}

// add enters a scenario's names in the index, if no other one has them.
func (c *catalogue) add(place int) error {
	s := c.declared[place]
	for _, name := range append([]string{s.Name}, s.Aliases...) {
		if other, taken := c.index[name]; taken {
			senior := c.declared[other]
			return fmt.Errorf("the name %q is already taken by %s/%s (number %d)", name, senior.Family, senior.Name, senior.Number)
		}
		c.index[name] = place
	}
	return nil
}

// check refuses, with one error for every reason, whatever would make a lie of
// the catalogue: numbers and names that are taken, edits that change nothing,
// two scenarios that are the same, entries that do not say what they are, peers
// that cannot be played. The errors are by place; nil for none.
func (c *catalogue) check() []error {
	peers := map[string]string{}
	mistakes := slices.Clone(c.misnamed)
	for _, i := range c.senior {
		s := c.declared[i]
		mistakes[i] = errors.Join(mistakes[i], of(s, surviving(func() error {
			return errors.Join(distinct(s, peers), complete(s))
		})))
	}
	return mistakes
}

// checkOne is check for the scenario at a place, without a look at the others'
// peers.
func (c *catalogue) checkOne(place int) error {
	if _, known := c.sound.Load(place); known {
		return nil
	}
	s := c.declared[place]
	err := errors.Join(c.misnamed[place], of(s, surviving(func() error {
		return errors.Join(distinct(s, map[string]string{}), complete(s))
	})))
	if err == nil {
		c.sound.Store(place, true)
	}
	return err
}

// surviving turns a panic of a scenario's edit into an error.
func surviving(check func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("its edit panicked: %v", cause)
		}
	}()
	return check()
}

// distinct refuses a scenario that plays the same peer, with the same message, as
// one in peers, which are names by fingerprint, and adds it to them.
func distinct(s Scenario, peers map[string]string) error {
	peer := played(s).Peer
	if s.Edit != nil && same(peer, s.BasePeer()) {
		return errors.New("its edit changes nothing: its peer is that of " + cmp.Or(s.Base, "healthy"))
	}
	own := fingerprint(peer)
	if s.Message != (Message{}) {
		own += fingerprint(s.Message)
	}
	if other, taken := peers[own]; taken {
		return fmt.Errorf("its peer is identical to that of %s", other)
	}
	peers[own] = s.Name
	return nil
}

// Same reports whether two peers are equal. It gives the same answer as [Diff],
// much faster.
func Same(p, q Peer) bool { return same(p, q) }

// complete refuses a built-in scenario that does not say what a person needs to
// know of it, or that is not valid.
func complete(s Scenario) error {
	if s.Summary == "" || s.Story == "" {
		return errors.New("it needs a summary and a story")
	}
	if s.Fix == "" && !s.Harmless {
		return errors.New("it needs a fix, unless it is harmless")
	}
	if s.Harmless && s.Facts != sound {
		return errors.New("it is harmless, so all its facts must be yes: a deviation that some clients reject is not harmless")
	}
	s = played(s)
	var p problems
	if at, _ := s.SecondAddress(); (at != "") != (s.SecondNumber > 0) {
		p.addf("second_number", "is for a scenario with a second address in peer.dns.addresses, and only for that")
	}
	s.checkGrounds(&p)
	return errors.Join(s.Validate(), errors.Join(p...))
}

package scenarios

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/agnivade/levenshtein"
)

// loaded is the built-in catalogue with its index, and mistakes is what is wrong
// with it, by place: whoever plays one scenario need not wait for the others.
var (
	loaded = sync.OnceValues(func() (*catalogue, error) {
		given, err := readRegister(numbersFile)
		return newCatalogue(builtin, given), err
	})
	mistakes = sync.OnceValues(func() ([]error, error) {
		c, err := loaded()
		return c.check(), err
	})
)

// Check reports the errors in the built-in catalogue, one per line, each with
// the scenario's family and name. It returns nil if there are none, as in every
// release. Use it when you add a scenario.
func Check() error {
	list, err := mistakes()
	return errors.Join(append([]error{err}, list...)...)
}

// All returns the whole catalogue, the healthy scenario first, then family by
// family. It is a copy, which the caller may modify. Scenarios with errors that
// [Check] reports are left out.
func All() []Scenario {
	c, _ := loaded()
	broken, _ := mistakes()
	var all []Scenario
	for i, s := range c.declared {
		if broken[i] == nil {
			all = append(all, played(s))
		}
	}
	return all
}

// WithoutDNS returns the scenarios of [All] that need no DNS: the peer shows
// what is wrong to everyone who connects, however they found it. See
// [Scenario.NeedsDNS].
func WithoutDNS() []Scenario { return slices.DeleteFunc(All(), Scenario.NeedsDNS) }

// Get returns the built-in scenario with the given name or alias. If there is
// none, the error is an [*UnknownError]. A scenario with errors that [Check]
// reports is an error too.
func Get(name string) (Scenario, error) {
	c, _ := loaded()
	return c.get(name)
}

// MustGet is like [Get] but panics instead of returning an error. It is
// intended for tests.
func MustGet(name string) Scenario {
	s, err := Get(name)
	if err != nil {
		panic(err)
	}
	return s
}

// Families returns the families of the catalogue in the order in which they
// are listed.
func Families() []Family {
	families := make([]Family, len(builtin))
	for i, d := range builtin {
		families[i] = d.family
	}
	return families
}

// ByFamily returns the scenarios of one family; nil if the family is unknown.
func ByFamily(f Family) []Scenario {
	return slices.DeleteFunc(All(), func(s Scenario) bool { return s.Family != f })
}

// Names returns the names of all scenarios, without aliases.
func Names() []string {
	c, _ := loaded()
	var names []string
	for i, s := range c.declared {
		if c.misnamed[i] == nil {
			names = append(names, s.Name)
		}
	}
	return names
}

// With returns a copy of the scenario with an edited peer. s is not changed.
// The result is not checked; call [Scenario.Validate].
func (s Scenario) With(edit func(*Peer)) Scenario {
	s.Aliases = slices.Clone(s.Aliases)
	s.References = slices.Clone(s.References)
	s.Peer = clone(s.Peer)
	if edit != nil {
		edit(&s.Peer)
	}
	return s
}

// An UnknownError says that no scenario has the given name.
type UnknownError struct {
	// Name is the name that was not found.
	Name string
	// Nearest are the scenarios with the most similar names or aliases; at
	// least one.
	Nearest []string

	aliases map[string]string // those that are, of scenarios whose names are not
}

// Error names the nearest scenarios.
func (e *UnknownError) Error() string {
	near := make([]string, len(e.Nearest))
	for i, name := range e.Nearest {
		near[i] = name
		if alias := e.aliases[name]; alias != "" {
			near[i] += " (also called " + alias + ")"
		}
	}
	return fmt.Sprintf("unknown scenario %q; did you mean %s?", e.Name, strings.Join(near, " or "))
}

func (c *catalogue) get(name string) (Scenario, error) {
	i, ok := c.index[name]
	if !ok {
		return Scenario{}, c.unknown(name)
	}
	if err := c.checkOne(i); err != nil {
		return Scenario{}, err
	}
	return played(c.declared[i]), nil
}

// played gives a declared scenario its peer and the grounds that it shares with
// the healthy one. Each call makes the edit anew, so
// that no two callers share anything.
func played(s Scenario) Scenario {
	s.Aliases = slices.Clone(s.Aliases)
	s.References = slices.Clone(s.References)
	base := s.base()
	s.Peer = clone(base.Peer)
	if s.Edit != nil {
		s.Edit(&s.Peer)
	}
	if s.Edit != nil || s.Base != "" {
		s.Grounds = s.groundsOver(base)
	}
	return s
}

// base is the scenario from which a declared one deviates.
func (s Scenario) base() Scenario {
	if s.Base == "" {
		healthy := control[0]
		healthy.Peer = Healthy()
		return healthy
	}
	base, err := Get(s.Base)
	if err != nil {
		panic(err) // it was misspelt, which is said as an error of the scenario
	}
	return base
}

// BasePeer returns the peer from which the scenario deviates: that of
// [Scenario.Base].
func (s Scenario) BasePeer() Peer {
	if s.Base == "" {
		return Healthy()
	}
	base, err := Get(s.Base)
	if err != nil {
		return Healthy()
	}
	return base.Peer
}

// unknown is the error about a name that no scenario has. It offers names, which
// the list shows, and says by which alias they were found.
func (c *catalogue) unknown(name string) *UnknownError {
	e := &UnknownError{Name: name, aliases: map[string]string{}}
	near, _ := nearest(name, maps.Keys(c.index))
	for _, known := range near {
		if s := c.declared[c.index[known]]; s.Name == known {
			delete(e.aliases, known)
			e.Nearest = append(e.Nearest, known)
		} else if !slices.Contains(e.Nearest, s.Name) {
			e.aliases[s.Name] = known
			e.Nearest = append(e.Nearest, s.Name)
		}
	}
	slices.Sort(e.Nearest)
	e.Nearest = slices.Compact(e.Nearest)
	return e
}

// nearest returns the known names at the least edit distance, and that distance.
func nearest(name string, names iter.Seq[string]) (best []string, least int) {
	least = -1
	for known := range names {
		switch d := levenshtein.ComputeDistance(strings.ToLower(name), known); {
		case least < 0 || d < least:
			least, best = d, []string{known}
		case d == least:
			best = append(best, known)
		}
	}
	slices.Sort(best)
	return best, least
}

package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/agnivade/levenshtein"
)

// catalogue is a checked list of declarations and its index.
type catalogue struct {
	declared []Scenario     // with Family, without Peer
	index    map[string]int // by name and by alias
	sound    sync.Map       // those of declared that have been checked, by place
}

// loaded is the built-in catalogue, and checked is the same once all of it is
// known to be sound: whoever plays one scenario need not wait for the others. A
// mistake is one of this package's source, so it panics at first use.
var (
	loaded = sync.OnceValue(func() *catalogue {
		c, err := newCatalogue(builtin)
		mustBeSound(err)
		return c
	})
	checked = sync.OnceValue(func() *catalogue {
		mustBeSound(loaded().check())
		return loaded()
	})
)

func mustBeSound(err error) {
	if err != nil {
		panic("scenarios: " + err.Error())
	}
}

// All returns the whole catalogue, the healthy scenario first. It is a copy
// that the caller may alter.
func All() []Scenario { return checked().all() }

// Get finds a built-in scenario by its name or an alias. If there is none, the
// error is an *UnknownError.
func Get(name string) (Scenario, error) { return loaded().get(name) }

// MustGet is like Get but panics if there is no such scenario. It is for tests.
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

// ByFamily returns the scenarios of one family; none if it is unknown.
func ByFamily(f Family) []Scenario {
	return slices.DeleteFunc(All(), func(s Scenario) bool { return s.Family != f })
}

// Names returns the names of all scenarios, without aliases.
func Names() []string {
	c := loaded()
	names := make([]string, len(c.declared))
	for i, s := range c.declared {
		names[i] = s.Name
	}
	return names
}

// With returns a copy of the scenario whose peer has been edited; s itself is
// left as it is. Nothing is checked: see Validate.
func (s Scenario) With(edit func(*Peer)) Scenario {
	s.Aliases = slices.Clone(s.Aliases)
	s.References = slices.Clone(s.References)
	s.Peer = clone(s.Peer)
	edit(&s.Peer)
	return s
}

// UnknownError says that no scenario has a name.
type UnknownError struct {
	// Name is what was asked for.
	Name string
	// Nearest are the names of the scenarios of which a name or an alias is most
	// like it; at least one.
	Nearest []string

	aliases map[string]string // those that are, of scenarios whose names are not
}

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

func (c *catalogue) all() []Scenario {
	all := make([]Scenario, len(c.declared))
	for i, s := range c.declared {
		all[i] = played(s)
	}
	return all
}

func (c *catalogue) get(name string) (Scenario, error) {
	i, ok := c.index[name]
	if !ok {
		return Scenario{}, c.unknown(name)
	}
	if _, known := c.sound.Load(i); !known {
		alone := catalogue{declared: c.declared[i : i+1]}
		mustBeSound(alone.check())
		c.sound.Store(i, true)
	}
	return played(c.declared[i]), nil
}

// played gives a declared scenario its peer and the grounds that it shares with
// the healthy one. Each call makes the edit anew, so
// that no two callers share anything.
func played(s Scenario) Scenario {
	s.Aliases = slices.Clone(s.Aliases)
	s.References = slices.Clone(s.References)
	s.Peer = Healthy()
	if s.Edit != nil {
		s.Edit(&s.Peer)
		s.Grounds = s.groundsOver(played(control[0]))
	}
	return s
}

// unknown is the error about a name that no scenario has. It offers names, which
// the list shows, and says by which alias they were found.
func (c *catalogue) unknown(name string) *UnknownError {
	e := &UnknownError{Name: name, aliases: map[string]string{}}
	for _, known := range c.nearest(name) {
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

// nearest returns the names and aliases at the least edit distance.
func (c *catalogue) nearest(name string) []string {
	var best []string
	least := -1
	for known := range c.index {
		switch d := levenshtein.ComputeDistance(strings.ToLower(name), known); {
		case least < 0 || d < least:
			least, best = d, []string{known}
		case d == least:
			best = append(best, known)
		}
	}
	slices.Sort(best)
	return best
}

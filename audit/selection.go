package audit

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/scenarios"
)

// A Selection says which scenarios to audit. The zero value selects all but those
// whose message demands REQUIRETLS, which few clients can be given: they are
// selected by their names, by a pattern other than "all" and "*", or by their
// family.
type Selection struct {
	// Patterns are names, aliases, or patterns of names as in [path.Match];
	// "all" is what the zero value selects. A scenario that matches any of them is selected.
	Patterns []string
	// Families limit the selection to scenarios in any of these families.
	Families []scenarios.Family
	// Facts limit the selection to scenarios with all of these facts, each
	// written like "authentic=no".
	Facts []string
}

// From returns the selected scenarios, in the order of all. A pattern that
// matches nothing, an unknown family and an unknown fact are errors.
func (sel Selection) From(all []scenarios.Scenario) ([]scenarios.Scenario, error) {
	facts, err := parseFacts(sel.Facts)
	if err != nil {
		return nil, err
	}
	for _, f := range sel.Families {
		if !slices.ContainsFunc(all, func(s scenarios.Scenario) bool { return s.Family == f }) {
			return nil, fmt.Errorf("unknown family %q; expected one of %s", f, familyNames())
		}
	}
	for _, p := range sel.Patterns {
		if err := fitsSome(p, all); err != nil {
			return nil, err
		}
	}
	var selected []scenarios.Scenario
	for _, s := range all {
		named := len(sel.Patterns) == 0 || slices.ContainsFunc(sel.Patterns, func(p string) bool { return fits(p, s) })
		related := len(sel.Families) == 0 || slices.Contains(sel.Families, s.Family)
		if named && related && facts.hold(s.Facts) && (!s.Message.RequireTLS || sel.means(s)) {
			selected = append(selected, s)
		}
	}
	return selected, nil
}

// means: a scenario is selected by more than being one of all.
func (sel Selection) means(s scenarios.Scenario) bool {
	return slices.Contains(sel.Families, s.Family) || slices.ContainsFunc(sel.Patterns, func(p string) bool { return p != "all" && strings.Trim(p, "*") != "" && fits(p, s) })
}

// fits: a pattern is about a scenario.
func fits(pattern string, s scenarios.Scenario) bool {
	if pattern == "all" || slices.Contains(s.Aliases, pattern) {
		return true
	}
	ok, err := path.Match(pattern, s.Name)
	return ok && err == nil
}

func fitsSome(pattern string, all []scenarios.Scenario) error {
	if _, err := path.Match(pattern, ""); err != nil {
		return fmt.Errorf("%q is not a pattern of names: %w", pattern, err)
	}
	if slices.ContainsFunc(all, func(s scenarios.Scenario) bool { return fits(pattern, s) }) {
		return nil
	}
	if hint := ControlHint(pattern); hint != "" {
		return errors.New(hint)
	}
	if _, err := scenarios.Get(pattern); err != nil && !strings.ContainsAny(pattern, "*?[") {
		return fmt.Errorf("%w (fakemx list shows all)", err)
	}
	return fmt.Errorf("no scenario matches %q; fakemx list shows all", pattern)
}

func familyNames() string {
	var names []string
	for _, f := range scenarios.Families() {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}

// A factFilter is what the facts must be, by the name of the fact.
type factFilter map[string]scenarios.Answer

// answers are the facts and what each may be.
var answers = map[string][]scenarios.Answer{
	"offers":    {scenarios.Yes, scenarios.No},
	"completes": {scenarios.Yes, scenarios.No, scenarios.Weak, scenarios.Lenient},
	"authentic": {scenarios.Yes, scenarios.No, scenarios.Lenient},
}

func parseFacts(texts []string) (factFilter, error) {
	f := factFilter{}
	for _, text := range texts {
		name, answer, _ := strings.Cut(text, "=")
		if !slices.Contains(answers[name], scenarios.Answer(answer)) {
			return nil, fmt.Errorf("%q is not a fact; expected offers=yes|no, completes=yes|no|weak|lenient and authentic=yes|no|lenient", text)
		}
		if other, twice := f[name]; twice && other != scenarios.Answer(answer) {
			return nil, fmt.Errorf("the fact %s cannot be both %s and %s", name, other, answer)
		}
		f[name] = scenarios.Answer(answer)
	}
	return f, nil
}

func (f factFilter) hold(facts scenarios.Facts) bool {
	is := map[string]scenarios.Answer{"offers": facts.Offers, "completes": facts.Completes, "authentic": facts.Authentic}
	for name, want := range f {
		if is[name] != want {
			return false
		}
	}
	return true
}

// Shuffle returns the scenarios in an order that depends only on the seed.
func Shuffle(list []scenarios.Scenario, seed uint64) []scenarios.Scenario {
	shuffled := slices.Clone(list)
	random := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // an order, not a secret
	random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	return shuffled
}

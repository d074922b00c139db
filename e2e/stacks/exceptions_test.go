package stacks_test

import (
	"fmt"
	"slices"

	"github.com/fakemx/fakemx/scenarios"
)

// An exception says that stacks do in scenarios what neither the facts nor the
// fault account for, as exceptions.yaml has it.
type exception struct {
	Scenarios []string `yaml:"scenarios"`
	Stacks    []string `yaml:"stacks"`
	// Modes are those that it is about. If empty, both.
	Modes []mode `yaml:"modes"`
	// Says is "ok" or a kind.
	Says string `yaml:"says"`
	// Reason says why the stack is right, or what is wrong with it.
	Reason string `yaml:"reason"`
}

// A place is a cell of the table.
type place struct {
	scenario, stack string
	mode            mode
}

func (p place) String() string { return fmt.Sprintf("%s, %s, %s", p.scenario, p.stack, p.mode) }

func loadExceptions(path string) (map[place]exception, error) {
	var entries []exception
	if err := load(path, &entries); err != nil {
		return nil, err
	}
	all := map[place]exception{}
	for i, e := range entries {
		if err := e.add(all); err != nil {
			return nil, fmt.Errorf("%s: entry %d: %w", path, i+1, err)
		}
	}
	return all, nil
}

func (e exception) add(all map[place]exception) error {
	if e.Reason == "" || e.Says == "" || len(e.Scenarios) == 0 || len(e.Stacks) == 0 {
		return fmt.Errorf("expected scenarios, stacks, says and a reason")
	}
	if len(e.Modes) == 0 {
		e.Modes = modes
	}
	for _, name := range e.Scenarios {
		if !slices.ContainsFunc(subjects(), func(s scenarios.Scenario) bool { return s.Name == name }) {
			return fmt.Errorf("%q is no scenario of the table", name)
		}
		for _, column := range e.Stacks {
			if !slices.ContainsFunc(stacks(), func(s stack) bool { return s.name == column }) {
				return fmt.Errorf("there is no stack %q", column)
			}
			for _, m := range e.Modes {
				p := place{name, column, m}
				if _, twice := all[p]; twice {
					return fmt.Errorf("%s has an exception already", p)
				}
				all[p] = e
			}
		}
	}
	return nil
}

// judge says what is wrong with a cell; it is empty if nothing is.
func judge(want wish, kinds []string, kind string, excepted *exception) string {
	fault := contradiction(want, kinds, kind)
	switch {
	case excepted == nil:
		return fault
	case excepted.Says != kind:
		return fmt.Sprintf("it says %s, but its exception says %s: mend or remove it", kind, excepted.Says)
	case fault == "":
		return fmt.Sprintf("its exception says what the facts say anyway, %s: remove it", kind)
	}
	return ""
}

func contradiction(want wish, kinds []string, kind string) string {
	switch {
	case kind == "ok" && want == refuse:
		return "it accepts, but the facts have a client refuse"
	case kind == "ok":
		return ""
	case want == accept:
		return fmt.Sprintf("it refuses (%s), but the facts have a client accept", kind)
	case !named(kind, kinds):
		return fmt.Sprintf("it refuses for another fault (%s) than the scenario's %q", kind, kinds)
	}
	return ""
}

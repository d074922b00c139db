package cmdline

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/scenarios"
)

// A Catalogue is the built-in scenarios and those of the user's own files.
type Catalogue struct {
	Files []string             // of --scenario-file
	Own   []scenarios.Scenario // what they hold, once Load was called
}

// BindFiles declares --scenario-file.
func (c *Catalogue) BindFiles(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&c.Files, "scenario-file", nil, "also load scenarios from `FILE`, YAML (may be repeated)")
	MustComplete(cmd, "scenario-file", func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return []cobra.Completion{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
	})
}

// Load reads the user's files. Their scenarios get the numbers behind those of
// the built-in ones.
func (c *Catalogue) Load() error {
	c.Own = nil
	for _, path := range c.Files {
		read, err := scenarios.Load(path)
		if err != nil {
			return Usagef("%w", err)
		}
		for _, s := range read {
			if slices.ContainsFunc(c.Own, IsNamed(s.Name)) {
				return Usagef("%s: the name %q is already used by an earlier scenario file; choose another", path, s.Name)
			}
		}
		c.Own = append(c.Own, read...)
	}
	number := scenarios.LastNumber()
	for i := range c.Own {
		number++
		c.Own[i].Number = number
		if at, _ := c.Own[i].SecondAddress(); at != "" {
			number++
			c.Own[i].SecondNumber = number
		}
	}
	return nil
}

// IsNamed holds for the scenario of a name.
func IsNamed(name string) func(scenarios.Scenario) bool {
	return func(s scenarios.Scenario) bool { return s.Name == name }
}

// All returns every scenario, the user's own last. Its error is a mistake in the
// built-in ones.
func (c *Catalogue) All() ([]scenarios.Scenario, error) {
	return append(scenarios.All(), c.Own...), scenarios.Check()
}

// Get finds a scenario by its name or an alias.
func (c *Catalogue) Get(name string) (scenarios.Scenario, error) {
	for _, s := range c.Own {
		if s.Name == name || slices.Contains(s.Aliases, name) {
			return s, nil
		}
	}
	s, err := scenarios.Get(name)
	if _, unknown := errors.AsType[*scenarios.UnknownError](err); unknown {
		if hint := audit.ControlHint(name); hint != "" {
			return s, Usagef("%s", hint)
		}
		return s, Usagef("%w (fakemx list shows all)", err)
	}
	return s, err
}

// Choose reads a list of names, or all, and leaves out what is named twice.
// Scenarios of the user's own files are always chosen: they were given to be
// played. Without a DNS, all does not mean those that mean nothing without one.
func (c *Catalogue) Choose(names []string, dns bool) ([]scenarios.Scenario, error) {
	chosen, err := c.pick(names)
	if err != nil {
		return nil, err
	}
	if !dns {
		chosen = slices.DeleteFunc(chosen, func(s scenarios.Scenario) bool { return s.NeedsDNS() && !named(s, names) })
	}
	return distinct(append(chosen, c.Own...)), nil
}

// Named are the scenarios of a command's arguments, each of which may be a comma
// list or all.
func (c *Catalogue) Named(args []string) ([]scenarios.Scenario, error) {
	if err := c.Load(); err != nil {
		return nil, err
	}
	chosen, err := c.pick(strings.Split(strings.Join(args, ","), ","))
	return distinct(chosen), err
}

// pick finds the scenarios of those names; all are those of the catalogue and of
// the user's own files.
func (c *Catalogue) pick(names []string) ([]scenarios.Scenario, error) {
	var picked []scenarios.Scenario
	for _, name := range names {
		if name == "all" {
			all, err := c.All()
			if err != nil {
				return nil, err
			}
			picked = append(picked, all...)
			continue
		}
		s, err := c.Get(strings.TrimSpace(name))
		if err != nil {
			return nil, err
		}
		picked = append(picked, s)
	}
	return picked, nil
}

// named: the scenario is in a list of names and aliases.
func named(s scenarios.Scenario, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		name = strings.TrimSpace(name)
		return name == s.Name || slices.Contains(s.Aliases, name)
	})
}

// distinct leaves out what is named twice.
func distinct(list []scenarios.Scenario) []scenarios.Scenario {
	var out []scenarios.Scenario
	for _, s := range list {
		if !slices.ContainsFunc(out, IsNamed(s.Name)) {
			out = append(out, s)
		}
	}
	return out
}

// One is the scenario of a command that takes exactly one name.
func (c *Catalogue) One(args []string) (scenarios.Scenario, error) {
	if err := c.Load(); err != nil {
		return scenarios.Scenario{}, err
	}
	return c.Get(args[0])
}

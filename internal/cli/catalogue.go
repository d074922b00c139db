package cli

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fakemx/fakemx/scenarios"
)

// A catalogue is the built-in scenarios and those of the user's own files.
type catalogue struct {
	files []string             // of --scenario-file
	own   []scenarios.Scenario // what they hold, once load was called
}

// bind declares --scenario-file.
func (c *catalogue) bind(cmd *cobra.Command, usage string) {
	cmd.Flags().StringArrayVar(&c.files, "scenario-file", nil, usage+": YAML in `FILE` (may be repeated)")
	mustComplete(cmd, "scenario-file", func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return []cobra.Completion{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
	})
}

// load reads the user's files. Their scenarios get the numbers behind those of
// the built-in ones.
func (c *catalogue) load() error {
	c.own = nil
	for _, path := range c.files {
		read, err := scenarios.Load(path)
		if err != nil {
			return badUsage("%w", err)
		}
		for _, s := range read {
			if slices.ContainsFunc(c.own, named(s.Name)) {
				return badUsage("%s: the name %q is that of an earlier scenario file's; choose another", path, s.Name)
			}
		}
		c.own = append(c.own, read...)
	}
	for i := range c.own {
		c.own[i].Number = scenarios.LastNumber() + 1 + i
	}
	return nil
}

func named(name string) func(scenarios.Scenario) bool {
	return func(s scenarios.Scenario) bool { return s.Name == name }
}

// all returns every scenario, the user's own last. Its error is a mistake in the
// built-in ones.
func (c *catalogue) all() ([]scenarios.Scenario, error) {
	return append(scenarios.All(), c.own...), scenarios.Check()
}

// get finds a scenario by its name or an alias.
func (c *catalogue) get(name string) (scenarios.Scenario, error) {
	for _, s := range c.own {
		if s.Name == name || slices.Contains(s.Aliases, name) {
			return s, nil
		}
	}
	s, err := scenarios.Get(name)
	if _, unknown := errors.AsType[*scenarios.UnknownError](err); unknown {
		return s, badUsage("%w (fakemx list shows all)", err)
	}
	return s, err
}

// choose reads a list of names, or all, and leaves out what is named twice.
// Scenarios of the user's own files are always chosen: they were given to be
// played.
func (c *catalogue) choose(names []string) ([]scenarios.Scenario, error) {
	chosen, err := c.pick(names)
	if err != nil {
		return nil, err
	}
	return distinct(append(chosen, c.own...)), nil
}

// named are the scenarios of a command's arguments, each of which may be a comma
// list or all.
func (c *catalogue) named(args []string) ([]scenarios.Scenario, error) {
	if err := c.load(); err != nil {
		return nil, err
	}
	chosen, err := c.pick(strings.Split(strings.Join(args, ","), ","))
	return distinct(chosen), err
}

// pick finds the scenarios of those names; all are those of the catalogue and of
// the user's own files.
func (c *catalogue) pick(names []string) ([]scenarios.Scenario, error) {
	var picked []scenarios.Scenario
	for _, name := range names {
		if name == "all" {
			all, err := c.all()
			if err != nil {
				return nil, err
			}
			picked = append(picked, all...)
			continue
		}
		s, err := c.get(strings.TrimSpace(name))
		if err != nil {
			return nil, err
		}
		picked = append(picked, s)
	}
	return picked, nil
}

// distinct leaves out what is named twice.
func distinct(list []scenarios.Scenario) []scenarios.Scenario {
	var out []scenarios.Scenario
	for _, s := range list {
		if !slices.ContainsFunc(out, named(s.Name)) {
			out = append(out, s)
		}
	}
	return out
}

// one is the scenario of a command that takes exactly one name.
func (c *catalogue) one(args []string) (scenarios.Scenario, error) {
	if err := c.load(); err != nil {
		return scenarios.Scenario{}, err
	}
	return c.get(args[0])
}

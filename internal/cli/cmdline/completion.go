package cmdline

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/fakemx/fakemx/scenarios"
)

// MustComplete registers the completion of a flag's value. It fails only for a
// flag that the command does not have, which is a mistake in the command.
func MustComplete(cmd *cobra.Command, flag string, complete cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, complete); err != nil {
		panic(err)
	}
}

// CompleteName completes the one argument of a command.
func (c *Catalogue) CompleteName(_ *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return c.completions("", typed), cobra.ShellCompDirectiveNoFileComp
}

// CompleteNames completes the last name of a comma list.
func (c *Catalogue) CompleteNames(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	before := typed[:strings.LastIndexByte(typed, ',')+1]
	choices := c.completions(before, typed)
	if before == "" {
		choices = append(choices, cobra.CompletionWithDesc("all", "every scenario"))
	}
	return choices, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// completions are all names behind a prefix, with their summaries, and the
// aliases that begin as it was typed. Files that cannot be read yet add nothing.
func (c *Catalogue) completions(prefix, typed string) []cobra.Completion {
	_ = c.Load() // complained of when the command is run
	all, _ := c.All()
	var choices []cobra.Completion
	for _, s := range all {
		choices = append(choices, cobra.CompletionWithDesc(prefix+s.Name, s.Summary))
		for _, alias := range s.Aliases {
			if typed != prefix && strings.HasPrefix(prefix+alias, typed) {
				choices = append(choices, cobra.CompletionWithDesc(prefix+alias, "the same as "+s.Name))
			}
		}
	}
	return choices
}

// CompleteFamily completes the name of a family.
func CompleteFamily(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var choices []cobra.Completion
	for _, family := range scenarios.Families() {
		choices = append(choices, string(family))
	}
	return choices, cobra.ShellCompDirectiveNoFileComp
}

// CompleteDirectory completes the path of a directory.
func CompleteDirectory(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

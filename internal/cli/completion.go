package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/fakemx/fakemx/scenarios"
)

// mustComplete registers the completion of a flag's value. It fails only for a
// flag that the command does not have, which is a mistake in this package.
func mustComplete(cmd *cobra.Command, flag string, complete cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, complete); err != nil {
		panic(err)
	}
}

// completeName completes the one argument of a command.
func (c *catalogue) completeName(_ *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return c.completions("", typed), cobra.ShellCompDirectiveNoFileComp
}

// completeNames completes the last name of a comma list.
func (c *catalogue) completeNames(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	before := typed[:strings.LastIndexByte(typed, ',')+1]
	choices := c.completions(before, typed)
	if before == "" {
		choices = append(choices, cobra.CompletionWithDesc("all", "every scenario"))
	}
	return choices, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// completions are all names behind a prefix, with their summaries, and the
// aliases that begin as it was typed. Files that cannot be read yet add nothing.
func (c *catalogue) completions(prefix, typed string) []cobra.Completion {
	_ = c.load() // complained of when the command is run
	all, _ := c.all()
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

func completeFamily(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var choices []cobra.Completion
	for _, family := range scenarios.Families() {
		choices = append(choices, string(family))
	}
	return choices, cobra.ShellCompDirectiveNoFileComp
}

func completeDirectory(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

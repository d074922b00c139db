package cli

import (
	"bytes"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fakemx/fakemx/internal/cli/cmdline"
)

// shells are those that completion writes scripts for.
const shells = "bash, zsh, fish or powershell"

// mendCompletion makes the completion command of the library one of ours: it
// refuses other shells, and its script for bash completes lists of names.
func (a *app) mendCompletion(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	for _, completion := range root.Commands() {
		if completion.Name() != "completion" {
			continue
		}
		completion.Args = cobra.ArbitraryArgs
		completion.RunE = func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return cmdline.Usagef("unknown shell %q; completion writes the script for %s", args[0], shells)
		}
		for _, shell := range completion.Commands() {
			if shell.Name() == "bash" {
				shell.RunE = func(cmd *cobra.Command, _ []string) error { return a.bashCompletion(cmd.Root()) }
			}
		}
	}
}

// bashCompletion writes the library's script. That quotes what may be typed as
// bash does, which puts a backslash before every comma, and so it finds nothing
// that begins like "expired,miss": where a comma stands in a word it means
// nothing to bash.
func (a *app) bashCompletion(root *cobra.Command) error {
	var script bytes.Buffer
	if err := root.GenBashCompletionV2(&script, true); err != nil {
		return err
	}
	return a.Print(commasStay.Replace(script.String()))
}

// commasStay unquotes commas behind the two places that quote a completion.
var commasStay = strings.NewReplacer(
	"        # Only consider the completions that match\n        [[ $comp", "        comp=${comp//\\\\,/,}\n        [[ $comp",
	`COMPREPLY[0]=$(printf "%q" "${COMPREPLY[0]%%$tab*}")`, `COMPREPLY[0]=$(printf "%q" "${COMPREPLY[0]%%$tab*}"); COMPREPLY[0]=${COMPREPLY[0]//\\,/,}`,
)

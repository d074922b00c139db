package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/internal/terminal"
	"github.com/fakemx/fakemx/scenarios"
)

const oneSentence = "fakemx is a mail exchanger that is wrong on purpose, in exactly one way at a time, " +
	"and that tells you what your mailer did about it."

// shortHelp is what fakemx without any argument says, and the examples of
// --help.
const shortHelp = `
  fakemx --scenario missing-intermediate    play it on 127.0.0.1:2525, report what clients do
  fakemx explain missing-intermediate       what is wrong, what clients should do, how to fix it

  fakemx list                               every scenario
  fakemx --help                             every flag and command
`

// rootCommand is fakemx itself: with --scenario or --scenario-file it serves.
func (a *app) rootCommand() *cobra.Command {
	var options serveOptions
	root := &cobra.Command{
		Use:     "fakemx --scenario NAME[,NAME…|all]",
		Short:   oneSentence,
		Long:    a.prose(oneSentence),
		Example: strings.Trim(shortHelp, "\n"),
		Version: buildVersion(),
		Args:    takesNoCommand,

		SuggestionsMinimumDistance: 2,
		SilenceErrors:              true,
		SilenceUsage:               true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().NFlag() == 0 {
				return a.Print(cmd.Long + "\n" + shortHelp)
			}
			return a.serve(cmd.Context(), &options)
		},
	}
	options.bind(root)
	root.SetVersionTemplate("{{.Version}}\n")
	wrapped := fmt.Sprintf(".FlagUsagesWrapped %d ", terminal.StyleOf(a.Out).Width)
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages ", wrapped))
	root.SetFlagErrorFunc(cmdline.FlagError)
	root.AddCommand(
		a.serveCommand(), a.listCommand(), a.explainCommand(), a.showCommand(), a.certsCommand(),
		a.auditCommand(), a.tlsrptCommand(), a.routesCommand(), a.healthcheckCommand(), a.schemaCommand(), a.versionCommand(),
	)
	a.mendCompletion(root)
	return root
}

// takesNoCommand is reached by a first argument that names no command. Somebody
// who typed a scenario's name learns where it goes.
func takesNoCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if _, err := scenarios.Get(args[0]); err == nil {
		return cmdline.Usagef("%q is a scenario, not a command; try fakemx --scenario %[1]s or fakemx explain %[1]s", args[0])
	}
	if hint := audit.ControlHint(args[0]); hint != "" {
		return cmdline.Usagef("%s", hint)
	}
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return cmdline.Usagef("unknown command %q; did you mean %s?", args[0], strings.Join(near, " or "))
	}
	return cmdline.Usagef("unknown command %q; see fakemx --help", args[0])
}

// prose wraps a help text.
func (a *app) prose(text string) string {
	return strings.TrimSuffix(terminal.StyleOf(a.Out).Prose("", text), "\n")
}

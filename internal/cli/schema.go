package cli

import (
	"github.com/spf13/cobra"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/scenarios"
)

func (a *app) schemaCommand() *cobra.Command {
	var ofScenarios bool
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the session events, or of scenario files",
		Long: a.prose(`Print the JSON Schema (draft 2020-12) of the session events that --json writes, or with --scenario the schema of the
files that --scenario-file reads. To let an editor with the YAML language server check and complete a scenario file, begin the file with
"# yaml-language-server: $schema=scenario.schema.json".`),
		Example: "  fakemx schema --scenario > scenario.schema.json",
		Args:    cmdline.NoArguments,
		RunE: func(*cobra.Command, []string) error {
			if ofScenarios {
				return a.Print(scenarios.Schema())
			}
			return a.Print(fakemx.SessionSchema())
		},
	}
	cmd.Flags().BoolVar(&ofScenarios, "scenario", false, "print the schema of scenario files")
	return cmd
}

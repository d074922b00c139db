package cli

import (
	"github.com/spf13/cobra"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

func (a *app) schemaCommand() *cobra.Command {
	var ofScenarios, ofFetches, ofReports bool
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the session events, of other events, or of scenario files",
		Long: a.prose(`Print the JSON Schema (draft 2020-12) of the session events that --json writes, with --policy-fetch that of the policy-fetch
events, with --tlsrpt-report that of the tlsrpt-report events, or with --scenario the schema of the files that --scenario-file reads. To let an editor with the YAML language server check and complete a scenario file, begin the file with
"# yaml-language-server: $schema=scenario.schema.json".`),
		Example: "  fakemx schema --scenario > scenario.schema.json",
		Args:    cmdline.NoArguments,
		RunE: func(*cobra.Command, []string) error {
			switch {
			case ofScenarios && ofFetches, ofScenarios && ofReports, ofFetches && ofReports:
				return cmdline.Usagef("--scenario, --policy-fetch and --tlsrpt-report cannot be combined")
			case ofScenarios:
				return a.Print(scenarios.Schema())
			case ofFetches:
				return a.Print(stage.PolicyFetchSchema())
			case ofReports:
				return a.Print(stage.TLSReportSchema())
			}
			return a.Print(fakemx.SessionSchema())
		},
	}
	cmd.Flags().BoolVar(&ofScenarios, "scenario", false, "print the schema of scenario files")
	cmd.Flags().BoolVar(&ofFetches, "policy-fetch", false, "print the schema of policy-fetch events")
	cmd.Flags().BoolVar(&ofReports, "tlsrpt-report", false, "print the schema of tlsrpt-report events")
	return cmd
}

package cli

import (
	"github.com/spf13/cobra"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/internal/cli/cmdline"
)

func (a *app) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the session events",
		Long:  "Print the JSON Schema (draft 2020-12) of the session events that --json writes.",
		Args:  cmdline.NoArguments,
		RunE:  func(*cobra.Command, []string) error { return a.Print(fakemx.SessionSchema()) },
	}
}

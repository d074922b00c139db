package cli

import (
	"github.com/spf13/cobra"

	"github.com/fakemx/fakemx/internal/cli/cmdline"
)

func (a *app) showCommand() *cobra.Command {
	var catalogue cmdline.Catalogue
	cmd := &cobra.Command{
		Use:   "show NAME",
		Short: "Print a scenario as YAML, as a starting point for your own",
		Long: a.prose(`Print a scenario, including its whole peer, as YAML. Change it, give it a new name, and play it with
fakemx --scenario-file FILE.`),
		Example:           "  fakemx show missing-intermediate > mine.yaml",
		Args:              cmdline.OneName,
		ValidArgsFunction: catalogue.CompleteName,
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := catalogue.One(args)
			if err != nil {
				return err
			}
			text, err := s.YAML()
			if err != nil {
				return err
			}
			return a.Print(string(text))
		},
	}
	catalogue.BindFiles(cmd)
	return cmd
}

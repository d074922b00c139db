package cli

import "github.com/spf13/cobra"

func (a *app) showCommand() *cobra.Command {
	var catalogue catalogue
	cmd := &cobra.Command{
		Use:   "show NAME",
		Short: "Print a scenario as YAML, a starting point for your own",
		Long: a.prose(`Print a scenario, its whole peer included, as YAML. Change it, give it a name of its own, and play it with
fakemx --scenario-file FILE.`),
		Example:           "  fakemx show missing-intermediate > mine.yaml",
		Args:              oneName,
		ValidArgsFunction: catalogue.completeName,
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := catalogue.one(args)
			if err != nil {
				return err
			}
			text, err := s.YAML()
			if err != nil {
				return err
			}
			return a.print(string(text))
		},
	}
	catalogue.bind(cmd, "know your own scenarios too")
	return cmd
}

package cmdline

import "github.com/spf13/cobra"

// OneName is the argument of a command about one scenario.
func OneName(cmd *cobra.Command, args []string) error {
	switch len(args) {
	case 0:
		return Usagef("%s needs the name of a scenario, such as missing-intermediate; fakemx list shows all", cmd.Name())
	case 1:
		return nil
	}
	return Usagef("%s expects the name of one scenario, not %d; the last is %q", cmd.Name(), len(args), args[len(args)-1])
}

// SomeNames are the arguments of a command about one scenario or several.
func SomeNames(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return OneName(cmd, args)
	}
	return nil
}

// NoArguments is for commands that take flags only.
func NoArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return Usagef("%s takes no arguments, only flags, not %q; see %s --help", cmd.Name(), args[0], cmd.CommandPath())
	}
	return nil
}

package cmdline

import (
	"errors"

	"github.com/agnivade/levenshtein"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// maxMisspelt is how many letters of a flag may be wrong for it to be suggested.
const maxMisspelt = 2

// FlagError makes an error of reading the flags of a command the user's, and
// names the flag that was meant, if one is near.
func FlagError(cmd *cobra.Command, err error) error {
	meant := ""
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		meant = nearestFlag(cmd.Flags(), unknown.GetSpecifiedName())
	}
	if meant != "" {
		return Usagef("%w; did you mean --%s? See %s --help", err, meant, cmd.CommandPath())
	}
	return Usagef("%w; see %s --help", err, cmd.CommandPath())
}

// nearestFlag is empty if no flag is like name.
func nearestFlag(flags *pflag.FlagSet, name string) (nearest string) {
	least := min(maxMisspelt, len(name)-1) + 1
	flags.VisitAll(func(f *pflag.Flag) {
		if d := levenshtein.ComputeDistance(name, f.Name); d < least && !f.Hidden {
			nearest, least = f.Name, d
		}
	})
	return nearest
}

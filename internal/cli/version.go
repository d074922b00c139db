package cli

import (
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/fakemx/fakemx/internal/cli/cmdline"
)

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of this program",
		Args:  cmdline.NoArguments,
		RunE:  func(*cobra.Command, []string) error { return a.Print(buildVersion() + "\n") },
	}
}

// buildVersion is what the build knows of itself: the module's version, the
// revision it was built from where that is not part of it, and Go's version.
func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "fakemx (unknown version)"
	}
	version := "fakemx " + info.Main.Version
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	if revision := settings["vcs.revision"]; revision != "" && info.Main.Version == "(devel)" {
		version += " " + revision
		if settings["vcs.modified"] == "true" {
			version += "+dirty"
		}
	}
	return version + " " + info.GoVersion
}

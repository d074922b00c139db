package cli

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fakemx/fakemx/internal/cli/cmdline"
)

// TestSpans: every flag of every command that is a span says how one is written.
func TestSpans(t *testing.T) {
	t.Parallel()
	const wants = "with its unit, such as 5s"
	spans := 0
	visit := func(cmd *cobra.Command) func(*pflag.Flag) {
		return func(flag *pflag.Flag) {
			if flag.Value.Type() == "duration" {
				t.Errorf("%s --%s is a duration of pflag; use spanVar", cmd.Name(), flag.Name)
			}
			if flag.Value.Type() != new(cmdline.Span).Type() {
				return
			}
			spans++
			for _, text := range []string{"5", "", "0s", "0", "-1s", "soon"} {
				if err := cmd.Flags().Set(flag.Name, text); err == nil || !strings.Contains(err.Error(), wants) {
					t.Errorf("%s --%s %q: %v, want %s", cmd.Name(), flag.Name, text, err, wants)
				}
			}
			if err := cmd.Flags().Set(flag.Name, "90s"); err != nil || flag.Value.String() != "1m30s" {
				t.Errorf("%s --%s 90s is %s, %v", cmd.Name(), flag.Name, flag.Value, err)
			}
		}
	}
	root := new(app).rootCommand()
	for _, cmd := range append(root.Commands(), root) {
		cmd.Flags().VisitAll(visit(cmd))
	}
	if spans != 5 {
		t.Errorf("there are %d flags for spans, want the two of audit, and those of healthcheck, serve and fakemx itself", spans)
	}
}

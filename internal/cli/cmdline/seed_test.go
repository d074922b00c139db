package cmdline

import (
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

func TestSeed(t *testing.T) {
	t.Parallel()
	for arg, want := range map[string]string{
		"": "", "--order=7": "7", "--order=18446744073709551615": "18446744073709551615",
		"--order=x": "error", "--order=-1": "error", "--order=18446744073709551616": "error", "--order=": "error",
	} {
		flags := pflag.NewFlagSet("x", pflag.ContinueOnError)
		var s Seed
		BindSeed(flags, &s, "order", "put them in order")
		err := flags.Parse(strings.Fields(arg))
		if got := s.String(); (err != nil) != (want == "error") || err == nil && got != want {
			t.Errorf("%s: %q, %v, want %q", arg, got, err, want)
		}
		if got := flags.FlagUsages(); !strings.HasPrefix(got, "      --order[=SEED]   put") {
			t.Errorf("the help is %q", got)
		}
	}
	picked := Seed{}
	if err := picked.Set(anySeed); err != nil || picked.N == nil {
		t.Errorf("without a value: %v, %v", picked.N, err)
	}
}

package cmdline

import (
	"slices"
	"testing"

	"github.com/fakemx/fakemx/scenarios"
)

func TestChoose(t *testing.T) {
	t.Parallel()
	own := scenarios.Scenario{Name: "mine", Aliases: []string{"my-own"}, Family: scenarios.FamilyCustom}
	c := Catalogue{Own: []scenarios.Scenario{own}}
	var withoutDNS []string
	for _, s := range scenarios.WithoutDNS() {
		withoutDNS = append(withoutDNS, s.Name)
	}
	for name, test := range map[string]struct {
		names, want []string
	}{
		"one that needs the DNS": {[]string{" tlsa-stale-after-renewal", "healthy"}, []string{"tlsa-mismatch", "healthy", "mine"}},
		"in the order given":     {[]string{"expired", "healthy"}, []string{"expired", "healthy", "mine"}},
		"once":                   {[]string{"expired", "healthy", "expired"}, []string{"expired", "healthy", "mine"}},
		"aliases, blanks":        {[]string{" control", "incomplete-chain"}, []string{"healthy", "missing-intermediate", "mine"}},
		"one's own by name":      {[]string{"mine", "healthy"}, []string{"mine", "healthy"}},
		"one's own by alias":     {[]string{"my-own"}, []string{"mine"}},
		"all":                    {[]string{"all"}, append(withoutDNS, "mine")},
		"all after another one":  {[]string{"mine", "all"}, append([]string{"mine"}, withoutDNS...)},
		"nothing named":          {nil, []string{"mine"}},
		"unknown":                {[]string{"healthy", "nonsense"}, nil},
		"empty name":             {[]string{""}, nil},
	} {
		chosen, err := c.Choose(test.names, false)
		var got []string
		for _, s := range chosen {
			got = append(got, s.Name)
		}
		if !slices.Equal(got, test.want) || (err == nil) != (test.want != nil) {
			t.Errorf("%s: chose %q, %v, want %q", name, got, err, test.want)
		}
	}
	chosen, err := new(Catalogue).Choose([]string{"all"}, true)
	if err != nil || len(chosen) != len(scenarios.Names()) {
		t.Errorf("with a DNS, all are %d, %v", len(chosen), err)
	}
}

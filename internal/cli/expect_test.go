package cli

import (
	"slices"
	"testing"

	"github.com/fakemx/fakemx/scenarios"
)

func TestExpectationsFollowTheVerdictTable(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		facts scenarios.Facts
		want  []string // opportunistic, encrypt, verify
	}{
		"authentic":      {scenarios.Facts{Offers: "yes", Completes: "yes", Authentic: "yes"}, []string{mustInTLS, mustInTLS, mustInTLS}},
		"not authentic":  {scenarios.Facts{Offers: "yes", Completes: "yes", Authentic: "no"}, []string{mustInTLS, mustInTLS, mustNot}},
		"weak":           {scenarios.Facts{Offers: "yes", Completes: "weak", Authentic: "no"}, []string{mayDeliver, mayDeliver, mustNot}},
		"weak authentic": {scenarios.Facts{Offers: "yes", Completes: "weak", Authentic: "yes"}, []string{mayDeliver, mayDeliver, mayDeliver}},
		"never complete": {scenarios.Facts{Offers: "yes", Completes: "no", Authentic: "no"}, []string{mayDeliver, mustNot, mustNot}},
		"not offered":    {scenarios.Facts{Offers: "no", Completes: "no", Authentic: "no"}, []string{mustInClear, mustNot, mustNot}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, x := range expectations(test.facts) {
				got = append(got, x.Duty)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

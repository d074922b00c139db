package audit

import (
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/scenarios"
)

func namesOf(list []scenarios.Scenario) string {
	var names []string
	for _, s := range list {
		names = append(names, s.Name)
	}
	return strings.Join(names, " ")
}

func TestSelection(t *testing.T) {
	t.Parallel()
	all := pick("healthy", "expired", "self-signed", "starttls-stripped", "starttls-454", "rc4", "missing-intermediate")
	for name, test := range map[string]struct {
		selection Selection
		want      string
	}{
		"all by default": {Selection{}, namesOf(all)},
		"all by name":    {Selection{Patterns: []string{"all"}}, namesOf(all)},
		"names":          {Selection{Patterns: []string{"rc4", "expired"}}, "expired rc4"},
		"alias":          {Selection{Patterns: []string{"incomplete-chain"}}, "missing-intermediate"},
		"pattern":        {Selection{Patterns: []string{"starttls-*", "expired"}}, "expired starttls-stripped starttls-454"},
		"family":         {Selection{Families: []scenarios.Family{"starttls", "validity"}}, "expired starttls-stripped starttls-454"},
		"facts":          {Selection{Facts: []string{"offers=yes", "authentic=no"}}, "expired self-signed missing-intermediate"},
		"weak":           {Selection{Facts: []string{"completes=weak"}}, "rc4"},
		"all of it":      {Selection{Patterns: []string{"*"}, Families: []scenarios.Family{"chain"}, Facts: []string{"authentic=no"}}, "self-signed missing-intermediate"},
		"nothing":        {Selection{Patterns: []string{"rc4"}, Families: []scenarios.Family{"chain"}}, ""},
	} {
		got, err := test.selection.From(all)
		if err != nil || namesOf(got) != test.want {
			t.Errorf("%s: %q, %v, want %q", name, namesOf(got), err, test.want)
		}
	}
}

// TestWhatDemandsREQUIRETLSIsNotAmongAll: few clients can be given it.
func TestWhatDemandsREQUIRETLSIsNotAmongAll(t *testing.T) {
	t.Parallel()
	all := pick("healthy", "requiretls-not-offered", "requiretls", "requiretls-refused", "tls-required-no")
	for _, test := range []struct {
		selection Selection
		want      string
	}{
		{Selection{}, "healthy requiretls-not-offered tls-required-no"},
		{Selection{Patterns: []string{"all"}}, "healthy requiretls-not-offered tls-required-no"},
		{Selection{Patterns: []string{"*"}}, "healthy requiretls-not-offered tls-required-no"},
		{Selection{Facts: []string{"offers=yes"}}, "healthy requiretls-not-offered tls-required-no"},
		{Selection{Families: []scenarios.Family{scenarios.FamilyRequireTLS}}, "requiretls requiretls-refused tls-required-no"},
		{Selection{Patterns: []string{"requiretls*"}}, "requiretls-not-offered requiretls requiretls-refused"},
		{Selection{Patterns: []string{"all", "requiretls"}}, "healthy requiretls-not-offered requiretls tls-required-no"},
	} {
		if got, err := test.selection.From(all); err != nil || namesOf(got) != test.want {
			t.Errorf("%+v: %q, %v, want %q", test.selection, namesOf(got), err, test.want)
		}
	}
}

func TestSelectionsThatCannotBe(t *testing.T) {
	t.Parallel()
	for want, selection := range map[string]Selection{
		"did you mean expired": {Patterns: []string{"expird"}},
		`"healthy-at-smtps" is a control of an audit, not a scenario: it is healthy, reached over SMTPS; try fakemx --scenario healthy --smtps`:               {Patterns: []string{"healthy-at-smtps"}},
		`"healthy-by-address" is a control of an audit, not a scenario: it is healthy, reached by its address; try fakemx`:                                    {Patterns: []string{"healthy-by-address"}},
		`"healthy-at-smtps-by-address" is a control of an audit, not a scenario: it is healthy, reached over SMTPS and by its address; try fakemx --scenario`: {Patterns: []string{"healthy-at-smtps-by-address"}},
		`no scenario matches "nosuch-*"`: {Patterns: []string{"nosuch-*"}},
		"is not a pattern":               {Patterns: []string{"[x"}},
		"expected one of chain":          {Families: []scenarios.Family{"chains"}},
		`"offers=maybe" is not a fact`:   {Facts: []string{"offers=maybe"}},
		`"weak" is not a fact`:           {Facts: []string{"weak"}},
		"cannot be both":                 {Facts: []string{"offers=yes", "offers=no"}},
	} {
		if list, err := selection.From(scenarios.All()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %d scenarios, %v, want an error with %q", selection, len(list), err, want)
		}
	}
}

func TestShuffleFollowsItsSeed(t *testing.T) {
	t.Parallel()
	all := scenarios.All()
	once, again, other := namesOf(Shuffle(all, 7)), namesOf(Shuffle(all, 7)), namesOf(Shuffle(all, 8))
	if once != again || once == other || once == namesOf(all) {
		t.Error("a seed does not stand for one order")
	}
	words := strings.Fields(once)
	slices.Sort(words)
	if sorted := strings.Fields(namesOf(all)); len(words) != len(sorted) {
		t.Errorf("%d scenarios are left of %d", len(words), len(sorted))
	}
}

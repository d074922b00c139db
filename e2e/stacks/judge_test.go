package stacks_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/scenarios"
)

// TestContradictions: what is held against what.
func TestContradictions(t *testing.T) {
	expired := []string{"expired", kindChain}
	for name, c := range map[string]struct {
		want  wish
		says  string
		fault string
	}{
		"accepts as it must":              {accept, "ok", ""},
		"refuses what it must accept":     {accept, "expired", "have a client accept"},
		"refuses as it must":              {refuse, "expired", ""},
		"does not tell two faults apart":  {refuse, "not yet valid or expired", ""},
		"accepts what it must not":        {refuse, "ok", "have a client refuse"},
		"refuses for another fault":       {refuse, "name", "another fault (name)"},
		"may accept":                      {either, "ok", ""},
		"may refuse":                      {either, "expired", ""},
		"may refuse, for the fault alone": {either, "timeout", "another fault (timeout)"},
	} {
		t.Run(name, func(t *testing.T) {
			fault := contradiction(c.want, expired, c.says)
			if (fault == "") != (c.fault == "") || !strings.Contains(fault, c.fault) {
				t.Errorf("it says %q, want %q", fault, c.fault)
			}
		})
	}
}

// TestFaultsFollowFromTheDifference from the healthy peer.
func TestFaultsFollowFromTheDifference(t *testing.T) {
	for name, kinds := range map[string][]string{
		"healthy":                     nil,
		"expired":                     {"expired", kindChain},
		"not-yet-valid":               {kindChain, "not yet valid"},
		"expired-intermediate":        {"expired", kindChain, kindUnknownIssuer},
		"alert-protocol-version":      {kindAlert, "alert protocol_version", kindClosed},
		"alert-after-handshake":       {kindAlert, "alert internal_error", kindClosed},
		"reset-mid-handshake":         {kindClosed, "reset"},
		"no-shared-cipher":            {kindAlert, "alert handshake_failure", "alert protocol_version", kindClosed, "no shared cipher", "version"},
		"client-certificate-rejected": nil,
	} {
		if got := fits(scenarios.MustGet(name), nil); !slices.Equal(got, kinds) {
			t.Errorf("%s: %q, want %q", name, got, kinds)
		}
	}
	if got := fits(scenarios.MustGet("healthy"), map[string][]string{"healthy": {"name"}}); !slices.Equal(got, []string{"name"}) {
		t.Errorf("what kinds.yaml adds is %q", got)
	}
}

// TestWishes: the facts decide.
func TestWishes(t *testing.T) {
	facts := func(completes, authentic scenarios.Answer) scenarios.Facts {
		return scenarios.Facts{Offers: scenarios.Yes, Completes: completes, Authentic: authentic}
	}
	for _, c := range []struct {
		facts            scenarios.Facts
		complete, verify wish
	}{
		{facts(scenarios.Yes, scenarios.Yes), accept, accept},
		{facts(scenarios.Yes, scenarios.No), accept, refuse},
		{facts(scenarios.Yes, scenarios.Lenient), accept, either},
		{facts(scenarios.No, scenarios.No), refuse, refuse},
		{facts(scenarios.Weak, scenarios.Yes), either, either},
		{facts(scenarios.Weak, scenarios.No), either, refuse},
		{facts(scenarios.Lenient, scenarios.Yes), either, either},
		{facts(scenarios.Lenient, scenarios.No), either, refuse},
	} {
		if got := wishOf(c.facts, complete); got != c.complete {
			t.Errorf("%+v: a client that does not verify is to %s, want %s", c.facts, got, c.complete)
		}
		if got := wishOf(c.facts, verify); got != c.verify {
			t.Errorf("%+v: a client that verifies is to %s, want %s", c.facts, got, c.verify)
		}
	}
}

// TestWordsAreOfOneKind, or the test of the stacks fails.
func TestWordsAreOfOneKind(t *testing.T) {
	v := &vocabulary{LeaveOut: []string{`: \d+$`}, Kinds: map[string][]string{"expired": {"too old", "stale"}, "name": {"stale", "other host"}}}
	if err := v.compile(); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{
		"ok": "ok ok", "refused too old: 7": "too old expired", "refused other host": "other host name", hung: "timeout timeout",
		"refused crash, signal 11": "crash, signal 11 crash", "refused stale": "", "refused too old to tell": "", "what": "",
	} {
		words, kind, err := v.read(line)
		if got := words + " " + kind; (err == nil && got != want) || (err != nil && want != "") {
			t.Errorf("%q is %q, %v; want %q", line, got, err, want)
		}
	}
}

// TestExceptionsSayWhatCanBe: the files can be read, also where no stack is run.
func TestExceptionsSayWhatCanBe(t *testing.T) {
	if _, err := loadExceptions(); err != nil {
		t.Error(err)
	}
	if _, err := loadDifferences(); err != nil {
		t.Error(err)
	}
}

// TestThePageIsWhole: docs/stacks.md has every scenario and every stack.
func TestThePageIsWhole(t *testing.T) {
	text, err := os.ReadFile(pagePath)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range subjects() {
		if !strings.Contains(string(text), "| `"+s.Name+"` |") {
			t.Errorf("docs/stacks.md lacks %s; run make stacks", s.Name)
		}
	}
	for _, s := range stacks() {
		if !strings.Contains(string(text), "\n| "+s.name+" | ") {
			t.Errorf("docs/stacks.md lacks %s; run make stacks", s.name)
		}
	}
}

package stacks_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/scenarios"
)

// TestJudge: what is held against what.
func TestJudge(t *testing.T) {
	expired := []string{"expired", kindChain}
	known := &exception{Says: "ok"}
	for name, c := range map[string]struct {
		want     wish
		says     string
		excepted *exception
		fault    string
	}{
		"accepts as it must":              {accept, "ok", nil, ""},
		"refuses what it must accept":     {accept, "expired", nil, "have a client accept"},
		"refuses as it must":              {refuse, "expired", nil, ""},
		"does not tell two faults apart":  {refuse, "not yet valid or expired", nil, ""},
		"accepts what it must not":        {refuse, "ok", nil, "have a client refuse"},
		"refuses for another fault":       {refuse, "name", nil, "another fault (name)"},
		"may accept":                      {either, "ok", nil, ""},
		"may refuse":                      {either, "expired", nil, ""},
		"may refuse, for the fault alone": {either, "timeout", nil, "another fault (timeout)"},
		"is excepted":                     {refuse, "ok", known, ""},
		"is excepted for something else":  {refuse, "name", known, "mend or remove it"},
		"is excepted for nothing":         {accept, "ok", known, "remove it"},
	} {
		t.Run(name, func(t *testing.T) {
			fault := judge(c.want, expired, c.says, c.excepted)
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

// TestExceptionsSayWhatCanBe.
func TestExceptionsSayWhatCanBe(t *testing.T) {
	good := exception{Scenarios: []string{"expired"}, Stacks: []string{"Go"}, Says: "ok", Reason: "why"}
	for name, c := range map[string]struct {
		edit func(*exception)
		want string
	}{
		"good":             {func(*exception) {}, ""},
		"no reason":        {func(e *exception) { e.Reason = "" }, "a reason"},
		"unknown scenario": {func(e *exception) { e.Scenarios = []string{"starttls-454"} }, "no scenario of the table"},
		"unknown stack":    {func(e *exception) { e.Stacks = []string{"x"} }, "no stack"},
		"twice":            {func(e *exception) { e.Stacks = []string{"Go", "Go"} }, "already"},
	} {
		e := good
		c.edit(&e)
		err := e.add(map[place]exception{})
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
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

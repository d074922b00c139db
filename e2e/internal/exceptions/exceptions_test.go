package exceptions

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var known = Known{
	Scenarios: []string{"expired", "cbc"}, Clients: []string{"swaks", "curl"}, Modes: []string{"complete", "verify"},
	Instead: []string{"content", "refused"},
}

// saying is what a test says of an error.
func contradicts(err error, want string) bool {
	return (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want)
}

func TestEntriesSayWhatCanBe(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(*Entry)
		want string
	}{
		"good":             {func(*Entry) {}, ""},
		"in a mode":        {func(e *Entry) { e.Modes = []string{"verify"} }, ""},
		"no reason":        {func(e *Entry) { e.Reason = "" }, "a reason"},
		"no client":        {func(e *Entry) { e.Clients = nil }, "clients"},
		"no scenario":      {func(e *Entry) { e.Scenarios = nil }, "scenarios"},
		"nothing instead":  {func(e *Entry) { e.Instead = "" }, "instead"},
		"unknown scenario": {func(e *Entry) { e.Scenarios = []string{"x"} }, `no scenario "x"`},
		"unknown client":   {func(e *Entry) { e.Clients = []string{"x"} }, `no client "x"`},
		"unknown mode":     {func(e *Entry) { e.Modes = []string{"x"} }, `no mode "x"`},
		"unknown word":     {func(e *Entry) { e.Instead = "x" }, `instead "x"`},
		"twice":            {func(e *Entry) { e.Clients = []string{"swaks", "swaks"} }, "already"},
	} {
		e := Entry{Scenarios: []string{"expired"}, Clients: []string{"swaks"}, Instead: "content", Reason: "why"}
		c.edit(&e)
		if err := (List{}).add(e, known); contradicts(err, c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestLoad(t *testing.T) {
	const entry = "- scenarios: [expired, cbc]\n  clients: [swaks]\n  instead: content\n  reason: why\n"
	for name, c := range map[string]struct{ text, want string }{
		"nothing":       {"[]\n", ""},
		"an entry":      {entry, ""},
		"unknown field": {entry + "  says: ok\n", "says"},
		"twice":         {entry + entry, "entry 2: expired, swaks, complete has an exception already"},
	} {
		path := filepath.Join(t.TempDir(), "exceptions.yaml")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(path, known); contradicts(err, c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestAnEntryIsAboutEveryMode(t *testing.T) {
	l := List{}
	if err := l.add(Entry{Scenarios: []string{"expired", "cbc"}, Clients: []string{"swaks"}, Instead: "content", Reason: "why"}, known); err != nil {
		t.Fatal(err)
	}
	for _, p := range []Place{{"expired", "swaks", "complete"}, {"cbc", "swaks", "verify"}} {
		if _, there := l[p]; !there || len(l) != 4 {
			t.Errorf("%d places, and %s is there: %v", len(l), p, there)
		}
	}
}

func TestJudge(t *testing.T) {
	at := Place{Scenario: "expired", Client: "swaks"}
	except := List{at: {Instead: "content"}}
	for name, c := range map[string]struct {
		list             List
		did, fault, want string
	}{
		"none is needed":                              {nil, "refused", "", ""},
		"without one, the facts count":                {nil, "content", "by the facts", "by the facts"},
		"it counts in place of the facts":             {except, "content", "by the facts", ""},
		"the client does what the facts say":          {except, "refused", "", "fix or remove it"},
		"the client does a third thing":               {except, "idle", "by the facts", "fix or remove it"},
		"it says what the facts say":                  {except, "content", "", "remove it"},
		"it is about another client, so facts count ": {List{{"expired", "curl", ""}: {Instead: "content"}}, "content", "by the facts", "by the facts"},
	} {
		if got := c.list.Judge(at, c.did, c.fault); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

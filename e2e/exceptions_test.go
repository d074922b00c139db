package e2e_test

import (
	"fmt"
	"os"
	"slices"

	"github.com/goccy/go-yaml"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fakemx/fakemx/e2e/internal/clients"
	"github.com/fakemx/fakemx/scenarios"
)

// An exception says that some clients do not do what the facts of some
// scenarios have a client do.
type exception struct {
	Scenarios []string `yaml:"scenarios"`
	Clients   []string `yaml:"clients"`
	Instead   conduct  `yaml:"instead"`
	Reason    string   `yaml:"reason"`
}

// pair is a client in a scenario.
type pair struct {
	scenario, client string
}

// exceptions is the file of all exceptions, by pair.
type exceptions map[pair]exception

// loadExceptions reads the file, and refuses what cannot be meant: unknown
// names, a pair that has two exceptions, an entry that does not say why.
func loadExceptions(path string) (exceptions, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var entries []exception
	if err := yaml.UnmarshalWithOptions(text, &entries, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	all := make(exceptions)
	for i, entry := range entries {
		if err := all.add(entry); err != nil {
			return nil, fmt.Errorf("%s: entry %d: %w", path, i+1, err)
		}
	}
	return all, nil
}

func (e exceptions) add(entry exception) error {
	if entry.Reason == "" || len(entry.Scenarios) == 0 || len(entry.Clients) == 0 {
		return fmt.Errorf("expected scenarios, clients and a reason")
	}
	if !slices.Contains(conducts, entry.Instead) {
		return fmt.Errorf("expected one of %q, got %q", conducts, entry.Instead)
	}
	for _, scenario := range entry.Scenarios {
		if !slices.Contains(scenarios.Names(), scenario) {
			return fmt.Errorf("there is no scenario %q", scenario)
		}
		for _, client := range entry.Clients {
			if !slices.Contains(clientNames(), client) {
				return fmt.Errorf("there is no client %q", client)
			}
			if _, twice := e[pair{scenario, client}]; twice {
				return fmt.Errorf("%s with %s has an exception already", scenario, client)
			}
			e[pair{scenario, client}] = entry
		}
	}
	return nil
}

// judge compares what a client did with what it is to do, and says what is
// wrong; it is empty if nothing is.
func (e exceptions) judge(p pair, expected []conduct, actual conduct) string {
	entry, excepted := e[p]
	switch {
	case !excepted && slices.Contains(expected, actual):
		return ""
	case !excepted:
		return fmt.Sprintf("%s: %s, but the scenario's facts say %v", p.client, actual, expected)
	case slices.Contains(expected, entry.Instead):
		return fmt.Sprintf("%s: its exception says what the facts say anyway, %s: remove it", p.client, entry.Instead)
	case entry.Instead != actual:
		return fmt.Sprintf("%s: %s, but its exception says %s: mend or remove it", p.client, actual, entry.Instead)
	}
	return ""
}

func clientNames() []string {
	var names []string
	for _, c := range clients.All() {
		names = append(names, c.Name)
	}
	return names
}

var _ = Describe("an exception", func() {
	const scenario, client = "hostname-mismatch", "swaks"
	lenient := exception{[]string{scenario}, []string{client}, content, "it verifies no names"}

	DescribeTable("is refused when it",
		func(edit func(*exception), want string) {
			entry := lenient
			edit(&entry)
			Expect(make(exceptions).add(entry)).To(MatchError(ContainSubstring(want)))
		},
		Entry("gives no reason", func(e *exception) { e.Reason = "" }, "a reason"),
		Entry("names no client", func(e *exception) { e.Clients = nil }, "clients"),
		Entry("names an unknown scenario", func(e *exception) { e.Scenarios = []string{"x"} }, `no scenario "x"`),
		Entry("names an unknown client", func(e *exception) { e.Clients = []string{"x"} }, `no client "x"`),
		Entry("says what nobody does", func(e *exception) { e.Instead = "x" }, `got "x"`),
		Entry("says a pair twice", func(e *exception) { e.Clients = []string{client, client} }, "already"),
	)

	DescribeTable("is judged:",
		func(entries []exception, expected, actual conduct, want string) {
			except := make(exceptions)
			for _, entry := range entries {
				Expect(except.add(entry)).To(Succeed())
			}
			fault := except.judge(pair{scenario, client}, []conduct{expected}, actual)
			if want == "" {
				Expect(fault).To(BeEmpty())
			} else {
				Expect(fault).To(ContainSubstring(want))
			}
		},
		Entry("none is needed where the facts are right", nil, refused, refused, ""),
		Entry("without one, the facts count", nil, refused, content, "but the scenario's facts say [refused]"),
		Entry("it counts in place of the facts", []exception{lenient}, refused, content, ""),
		Entry("it fails once the client does what the facts say", []exception{lenient}, refused, refused, "mend or remove it"),
		Entry("it fails when it says what the facts say", []exception{lenient}, content, content, "remove it"),
	)
})

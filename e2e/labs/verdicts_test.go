package labs_test

import (
	"bytes"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/e2e/internal/lab"
	"github.com/fakemx/fakemx/scenarios"
)

// A difference accepts that mail servers break a policy, and says why.
type difference struct {
	// Labs are variants, such as exim/verify-alone; Scenarios are names, or *
	// for any: the matrix tells which.
	Labs      []string     `yaml:"labs"`
	Scenarios []string     `yaml:"scenarios"`
	Result    audit.Result `yaml:"result"`
	Reason    string       `yaml:"reason"`
}

// differences are those that are known.
var differences = func() []difference {
	text, err := os.ReadFile("differences.yaml")
	if err != nil {
		panic(err)
	}
	var list []difference
	if err := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(&list); err != nil {
		panic(err)
	}
	return list
}()

// about reports whether it is about a scenario.
func (d difference) about(scenario string) bool {
	return slices.Contains(d.Scenarios, "*") || slices.Contains(d.Scenarios, scenario)
}

// accepted is what a case may come to.
func accepted(column, scenario string) []audit.Result {
	usual := []audit.Result{audit.Pass, audit.May}
	if escapable(scenarios.MustGet(scenario)) {
		usual = append(usual, audit.Unclear)
	}
	for _, d := range differences {
		switch {
		case !d.about(scenario) || !slices.Contains(d.Labs, column):
		case slices.Contains(d.Scenarios, "*"):
			return append(usual, d.Result)
		default:
			return []audit.Result{d.Result}
		}
	}
	return usual
}

// escapable: the one message of the labs need not meet any of the faults.
func escapable(s scenarios.Scenario) bool {
	unlimited := func(f scenarios.Fault) bool { return f.Limits() == "" }
	return len(s.Peer.Faults) > 0 && !slices.ContainsFunc(s.Peer.Faults, unlimited)
}

var _ = Describe("a mail server", last, func() {
	for _, mta := range lab.MTAs() {
		for _, variant := range mta.Variants {
			column := mta.Name + "/" + variant.Name
			Describe(column, func() {
				It("runs", func() { Expect(campaign()[column].err).NotTo(HaveOccurred()) })
				for _, s := range playedUnder(variant.Policy) {
					It("does in "+s.Name+" what its policy asks, or what is known of it", func() {
						run := campaign()[column]
						if run.err != nil {
							Skip("the lab did not run")
						}
						c := run.cases[s.Name]
						Expect(c.verdict.Result).To(BeElementOf(accepted(column, s.Name)),
							"%s: %s\nsessions: %d, delivered: %s\nthe log says:\n  %s", c.verdict.Result, c.verdict.Reason,
							len(c.sessions), c.conduct(), strings.Join(c.lines, "\n  "))
					})
				}
			})
		}
	}
})

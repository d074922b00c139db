package stacks_test

import (
	"fmt"

	"github.com/fakemx/fakemx/e2e/internal/exceptions"
)

// loadExceptions reads what stacks do that neither the facts nor the fault
// account for. They do it by their words: "ok" or a kind of fault.
func loadExceptions() (exceptions.List, error) {
	known := exceptions.Known{Modes: []string{string(complete), string(verify)}}
	for _, s := range subjects() {
		known.Scenarios = append(known.Scenarios, s.Name)
	}
	for _, s := range stacks() {
		known.Clients = append(known.Clients, s.name)
	}
	return exceptions.Load("exceptions.yaml", known)
}

// A place is a cell of the table.
type place struct {
	scenario, stack string
	mode            mode
}

func (p place) String() string { return fmt.Sprintf("%s, %s, %s", p.scenario, p.stack, p.mode) }

// excepted is the cell as exceptions call it.
func (p place) excepted() exceptions.Place {
	return exceptions.Place{Scenario: p.scenario, Client: p.stack, Mode: string(p.mode)}
}

// contradiction is what is wrong by the facts with what a stack says.
func contradiction(want wish, kinds []string, kind string) string {
	switch {
	case kind == "ok" && want == refuse:
		return "it accepts, but the facts have a client refuse"
	case kind == "ok":
		return ""
	case want == accept:
		return fmt.Sprintf("it refuses (%s), but the facts have a client accept", kind)
	case !named(kind, kinds):
		return fmt.Sprintf("it refuses for another fault (%s) than the scenario's %q", kind, kinds)
	}
	return ""
}

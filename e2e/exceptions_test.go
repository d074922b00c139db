package e2e_test

import (
	"fmt"
	"slices"

	"github.com/fakemx/fakemx/e2e/internal/clients"
	"github.com/fakemx/fakemx/e2e/internal/exceptions"
	"github.com/fakemx/fakemx/scenarios"
)

// loadExceptions reads what clients do in place of what the facts say.
func loadExceptions() (exceptions.List, error) {
	known := exceptions.Known{Scenarios: scenarios.Names()}
	for _, c := range clients.All() {
		known.Clients = append(known.Clients, c.Name)
	}
	for _, c := range conducts {
		known.Instead = append(known.Instead, string(c))
	}
	return exceptions.Load("exceptions.yaml", known)
}

// contradiction is what is wrong by the facts with what a client did.
func contradiction(expected []conduct, did conduct) string {
	if slices.Contains(expected, did) {
		return ""
	}
	return fmt.Sprintf("%s, but the scenario's facts say %v", did, expected)
}

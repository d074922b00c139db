// Package audit exercises a mailer or an MTA against the scenarios of the
// catalogue, and judges from the peers' records whether it keeps its TLS
// policy.
package audit

import (
	"fmt"
	"slices"
	"strings"
)

// A Policy is what a client promises about TLS.
type Policy string

// The policies.
const (
	// Opportunistic uses TLS where it works and delivers in any case (RFC 7435).
	Opportunistic Policy = "opportunistic"
	// Encrypt delivers in TLS or not at all, to whomever.
	Encrypt Policy = "encrypt"
	// Verify delivers in TLS to a peer that has proved its identity (RFC 9525)
	// or not at all.
	Verify Policy = "verify"
)

// Policies are all policies, the least demanding first.
func Policies() []Policy { return []Policy{Opportunistic, Encrypt, Verify} }

// ParsePolicy finds a policy by its name.
func ParsePolicy(name string) (Policy, error) {
	if p := Policy(name); slices.Contains(Policies(), p) {
		return p, nil
	}
	names := make([]string, 0, len(verdictTable))
	for _, p := range Policies() {
		names = append(names, string(p))
	}
	return "", fmt.Errorf("unknown policy %q; it is one of %s", name, strings.Join(names, ", "))
}

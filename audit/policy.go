// Package audit exercises a mailer or an MTA against the scenarios of the
// catalogue, and judges from the peers' records whether it keeps its TLS
// policy.
//
// [Run] audits with a [Driver]: a [Command], an MTA ([Submit]) or your own.
// [Judge] gives the verdict for one scenario.
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
	// Opportunistic uses TLS if it works, and delivers in any case (RFC 7435).
	Opportunistic Policy = "opportunistic"
	// Encrypt delivers in TLS or not at all, without checking who the peer is.
	Encrypt Policy = "encrypt"
	// Verify delivers in TLS to a peer that has proved its identity (RFC 9525),
	// or not at all.
	Verify Policy = "verify"
)

// Policies returns all policies, the least demanding first.
func Policies() []Policy { return []Policy{Opportunistic, Encrypt, Verify} }

// ParsePolicy returns the policy with the given name.
func ParsePolicy(name string) (Policy, error) {
	if p := Policy(name); slices.Contains(Policies(), p) {
		return p, nil
	}
	names := make([]string, 0, len(verdictTable))
	for _, p := range Policies() {
		names = append(names, string(p))
	}
	return "", fmt.Errorf("unknown policy %q; expected one of %s", name, strings.Join(names, ", "))
}

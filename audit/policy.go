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
	// DANE follows TLSA records where a domain publishes them, and is
	// opportunistic elsewhere (opportunistic DANE, RFC 7672).
	DANE Policy = "dane"
	// DANEOnly delivers to a peer that a TLSA record vouches for, or not at all
	// (RFC 7672 section 6).
	DANEOnly Policy = "dane-only"
)

// Policies returns all policies: those that go by TLS alone, the least demanding
// first, and then those that go by what a domain publishes.
func Policies() []Policy { return []Policy{Opportunistic, Encrypt, Verify, DANE, DANEOnly} }

// FollowsDNS reports whether a client with the policy goes by what a domain
// publishes in the DNS.
func (p Policy) FollowsDNS() bool { return p.followsDANE() }

// ParsePolicy returns the policy with the given name.
func ParsePolicy(name string) (Policy, error) {
	if p := Policy(name); slices.Contains(Policies(), p) {
		return p, nil
	}
	names := make([]string, 0, len(Policies()))
	for _, p := range Policies() {
		names = append(names, string(p))
	}
	return "", fmt.Errorf("unknown policy %q; expected one of %s", name, strings.Join(names, ", "))
}

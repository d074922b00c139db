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
	// MTASTS follows the MTA-STS policy that a domain publishes, and is
	// opportunistic elsewhere (RFC 8461).
	MTASTS Policy = "mta-sts"
	// DANEAndMTASTS follows TLSA records as DANE does, and where a host has none
	// that are usable, the MTA-STS policy as MTASTS does. A policy never
	// overrides DANE that fails (RFC 8461 section 2).
	DANEAndMTASTS Policy = "dane+mta-sts"
)

// Policies returns all policies: those that go by TLS alone, the least demanding
// first, and then those that go by what a domain publishes.
func Policies() []Policy {
	return []Policy{Opportunistic, Encrypt, Verify, DANE, DANEOnly, MTASTS, DANEAndMTASTS}
}

// FollowsDNS reports whether a client with the policy goes by what a domain
// publishes in the DNS.
func (p Policy) FollowsDNS() bool { return p.followsDANE() || p.followsSTS() }

// FollowsSTS reports whether a client with the policy goes by the MTA-STS policy
// of a domain, which it fetches from the policy host.
func (p Policy) FollowsSTS() bool { return p.followsSTS() }

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

package gfakemx

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// HaveAuthenticatedAs succeeds if the last AUTH exchange succeeded and its
// authentication identity equals the given one, or satisfies the given matcher.
func HaveAuthenticatedAs(identity any) types.GomegaMatcher {
	want := equal(identity)
	return &matcher{
		name:   "HaveAuthenticatedAs",
		wanted: "have authenticated as " + describe("an identity", identity),
		holds: func(s fakemx.Session, _ messages) (bool, error) {
			if s.Auth == nil || !s.Auth.Succeeded {
				return false, nil
			}
			return want.Match(s.Auth.Identity)
		},
		found: foundIdentity,
	}
}

// HaveServerName succeeds if the server name in the ClientHello (SNI, RFC 6066
// section 3) equals the given one, or satisfies the given matcher. The name is
// empty if the client sent none.
func HaveServerName(name any) types.GomegaMatcher {
	want := equal(name)
	return &matcher{
		name:   "HaveServerName",
		wanted: "have a ClientHello for " + describe("a server name", name),
		holds: func(s fakemx.Session, _ messages) (bool, error) {
			if s.TLS == nil || s.TLS.ClientHello == nil {
				return false, nil
			}
			return want.Match(s.TLS.ClientHello.ServerName)
		},
		found: foundServerName,
	}
}

// HaveFlag succeeds if the session has the flag, such as [fakemx.EarlyTalker].
func HaveFlag(flag fakemx.Flag) types.GomegaMatcher {
	return &matcher{
		name:    "HaveFlag",
		wanted:  "have the flag " + string(flag),
		invalid: knownFlag(flag),
		holds:   plain(func(s fakemx.Session) bool { return slices.Contains(s.Flags, flag) }),
		found:   foundFlags,
	}
}

func knownFlag(flag fakemx.Flag) error {
	known := []fakemx.Flag{
		fakemx.CredentialsInClear, fakemx.ZeroLengthCertificate, fakemx.EarlyTalker,
		fakemx.ActedOnInjectedReply, fakemx.AuthenticatedToMaskedOffer, fakemx.RepeatedMessage,
	}
	if slices.Contains(known, flag) {
		return nil
	}
	return fmt.Errorf("unknown flag %q, expected one of %s", flag, known)
}

// HaveFault succeeds if the last fault played in the session was at the given
// point and, if any actions are given, was one of them.
func HaveFault(at scenarios.Point, do ...scenarios.Action) types.GomegaMatcher {
	wanted := "have met a fault at " + string(at)
	if len(do) > 0 {
		wanted += " " + strings.Join(words(do), " or ")
	}
	return &matcher{
		name:   "HaveFault",
		wanted: wanted,
		holds: plain(func(s fakemx.Session) bool {
			return s.Fault.At == at && at != "" && (len(do) == 0 || slices.Contains(do, s.Fault.Do))
		}),
		found: foundFault,
	}
}

func words[T ~string](list []T) []string {
	words := make([]string, len(list))
	for i, word := range list {
		words[i] = string(word)
	}
	return words
}

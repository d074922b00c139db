package gfakemx_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/fakemx/gfakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// Matchers that Gomega composes tell of sessions, not of the fields of a server.
func TestComposed(t *testing.T) {
	g := NewWithT(t)
	server := fakemx.Start(t, scenarios.MustGet("healthy"))
	either := Or(gfakemx.HaveOutcome(fakemx.Refused), gfakemx.HaveFault(scenarios.AtMAIL), gfakemx.HaveSessions(2))
	g.Expect(either.Match(server)).To(BeFalse())
	message := either.FailureMessage(server)
	g.Expect(message).To(And(
		ContainSubstring("healthy at %s, 0 finished sessions, 0 open", server.Addr()),
		ContainSubstring("[to have the outcome refused to have met a fault at mail the number of finished sessions to equal 2]"),
		Not(ContainSubstring("Certificates")),
	))
	g.Expect(len(message)).To(BeNumerically("<", 500))

	either = Or(gfakemx.HaveOutcome(fakemx.Refused, fakemx.Faulted), gfakemx.HaveFlag(fakemx.EarlyTalker))
	g.Expect(either.Match(delivered)).To(BeFalse())
	g.Expect(either.FailureMessage(delivered)).To(And(
		ContainSubstring("healthy 127.0.0.1:2: delivered-tls\n"), ContainSubstring("to have the outcome refused or faulted"),
	))
}

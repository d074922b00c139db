package audit

import (
	"fmt"
	"slices"

	"github.com/fakemx/fakemx/fakemx"
)

// deceived: a client that must verify delivered in a session in which the peer
// had its other chain, which is not authentic. What it did in the other sessions
// is judged by the facts.
func (c *court) deceived() (Verdict, bool) {
	facts := c.scenario.Facts
	facts.Authentic = c.scenario.Alternate.Authentic
	if facts.Authentic == "" || Expect(facts, c.policy).Duty != MustNotDeliver {
		return Verdict{}, false
	}
	fooled := slices.ContainsFunc(c.evidence.Sessions, func(s fakemx.Session) bool {
		return s.TLS != nil && s.TLS.Alternate && s.Accepted.Any()
	})
	return Verdict{Fail, fmt.Sprintf("the client delivered in a session in which the peer was not authentic (%s)", c.scenario.Summary)}, fooled
}

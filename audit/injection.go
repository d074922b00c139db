package audit

import (
	"slices"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// behindInjection says what a client that did not deliver did with an injected
// line; empty if there was none, or if the verdict says it. That it ended the
// session does not show that it had passed over that line.
func behindInjection(s fakemx.Session) string {
	switch {
	case !injectedIn(s), wentOnBehindInjection(s):
		return ""
	case slices.Contains(s.Flags, fakemx.ActedOnInjectedReply):
		return "which had gone by the injected line"
	}
	return "behind the injected line"
}

// injectedIn: something was injected in a session, and no other fault was played
// behind it.
func injectedIn(s fakemx.Session) bool { return s.Fault.Do == scenarios.DoInject }

// wentOnBehindInjection: behind an injected line, the client went on inside TLS
// beyond EHLO, and delivered nothing in that session.
func wentOnBehindInjection(s fakemx.Session) bool {
	return injectedIn(s) && !s.Accepted.Any() && sentInTLS(s, "AUTH", "MAIL", "RCPT", "DATA", "BDAT")
}

// fooled: the client may have taken the injected line for the reply to EHLO. One
// that authenticates elsewhere, and ends behind EHLO without AUTH, may have found
// none in that line.
func (c *court) fooled(s fakemx.Session) bool {
	return wentOnBehindInjection(s) || c.control.Authenticated && injectedIn(s) && !s.Accepted.Any() && sentInTLS(s, "EHLO")
}

// sentInTLS: the client sent one of these commands inside TLS.
func sentInTLS(s fakemx.Session, verbs ...string) bool {
	return slices.ContainsFunc(s.Commands, func(c fakemx.CommandCount) bool {
		return c.Times > c.InClear && slices.Contains(verbs, c.Verb)
	})
}

// behindOneReply: a client that takes the injected line for the reply to EHLO, but
// waits for ours before it goes on, does not walk into the trap. From then on it
// takes each reply for that to its next command: its DATA seems to be answered by
// the 250 to RCPT, so that it gives up. That is no refusal of what was injected,
// but another reason to give up looks the same.
func (c *court) behindOneReply() (Verdict, bool) {
	if c.scenario.Trap != scenarios.TrapInjectedReply || c.delivered.any() || !slices.ContainsFunc(c.evidence.Sessions, c.fooled) {
		return Verdict{}, false
	}
	return Verdict{Unclear, "the client did not deliver, and may be one reply behind, as it took the injected line for the reply to EHLO" + c.how()}, true
}

// passedOver says what a client that delivers has done with an injected line.
func (c *court) passedOver() string {
	if !slices.ContainsFunc(c.evidence.Sessions, func(s fakemx.Session) bool { return injectedIn(s) && s.Accepted.InTLS > 0 }) {
		return ""
	}
	return ", having passed over the injected line"
}

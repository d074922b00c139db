package audit

import (
	"slices"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// barred: a client that authenticates to the control. In clear it need not, and
// it cannot where AUTH is offered inside TLS only: if it ends a session in clear
// there, then maybe for want of AUTH, and not for want of TLS.
func (c *court) barred() (Verdict, bool) {
	if !c.control.Authenticated || c.delivered.any() {
		return Verdict{}, false
	}
	switch c.expected.Duty {
	case MustDeliver:
		if c.scenario.Facts.Offers != scenarios.No || c.evidence.authenticated() {
			return Verdict{}, false
		}
		if cut := c.evidence.interrupted(); cut != "" {
			return Verdict{Unclear, cut}, true
		}
		return Verdict{May, "the client authenticates, and did not do so in clear, and need not" + c.how()}, true
	case MustNotDeliver:
		if offersAuthInClear(c.scenario.Peer) || !slices.ContainsFunc(c.evidence.Sessions, stayedInClear) {
			return Verdict{}, false
		}
		return Verdict{Unclear, "the client authenticates, and ended a session in clear in which the peer offered no AUTH: that may be why, and not the lack of TLS" + c.how()}, true
	}
	return Verdict{}, false
}

// offersAuthInClear: whoever does without TLS can authenticate.
func offersAuthInClear(p scenarios.Peer) bool {
	offer := p.SMTP.Auth.Offer
	return p.SMTP.ESMTP && (offer == scenarios.InClear || offer == scenarios.Everywhere)
}

// stayedInClear: the client saw in clear what the peer offers, asked for no TLS,
// and ended the session. A peer that plays a fault may have driven it away.
func stayedInClear(s fakemx.Session) bool {
	asked := slices.ContainsFunc(s.Commands, func(c fakemx.CommandCount) bool { return c.Verb == "STARTTLS" })
	return s.HELO != "" && s.TLS == nil && !asked && s.Fault == (fakemx.Fault{}) && s.End.By == fakemx.FromClient
}

// authenticated: the client did so, by AUTH.
func (e Evidence) authenticated() bool {
	return slices.ContainsFunc(e.Sessions, func(s fakemx.Session) bool { return s.Auth != nil && s.Auth.Succeeded })
}

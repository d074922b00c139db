package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// dropped: a client that takes a message that demands REQUIRETLS promises to pass
// that on.
func (c *court) dropped() (Verdict, bool) {
	if !c.scenario.Message.RequireTLS || !c.evidence.dropsREQUIRETLS() {
		return Verdict{}, false
	}
	reason := "the message demands it, by " + groundDemand
	if c.expected.Duty == MustNotDeliver {
		reason = c.forbidden()
	}
	return Verdict{Fail, fmt.Sprintf("the client delivered %s, and dropped REQUIRETLS from MAIL, though %s", c.delivered.words(), reason)}, true
}

// heeds: a client that delivers other messages that demand REQUIRETLS keeps back
// one that also says TLS-Required: No, so that it cannot have ignored that.
func (c *court) heeds() bool {
	m := c.scenario.Message
	return m.RequireTLS && m.TLSRequired != "" && c.control.Delivered && !c.delivered.any() && c.expected.Duty == MustDeliver
}

// heeding says so, behind that it must have delivered; empty if it does not.
func (c *court) heeding() string {
	if !c.heeds() {
		return ""
	}
	return "; it delivered to " + c.control.Scenario + ", and so it seems to go by TLS-Required: No, which is to be ignored here (RFC 8689 section 4.1)"
}

// dropsREQUIRETLS: a message was delivered without the parameter. What has no
// sender, and goes to nobody to whom the message went, is returned mail.
func (e Evidence) dropsREQUIRETLS() bool {
	meant := map[string]bool{}
	for _, envelope := range e.Envelopes {
		for _, to := range envelope.To {
			meant[strings.ToLower(to)] = true
		}
	}
	toThem := func(to string) bool { return meant[strings.ToLower(to)] }
	return slices.ContainsFunc(e.Sessions, func(s fakemx.Session) bool {
		return slices.ContainsFunc(s.Transactions, func(t fakemx.Transaction) bool {
			return t.Accepted && !t.RequireTLS && (t.From != "" || slices.ContainsFunc(t.To, toThem))
		})
	})
}

// looked: a client with a message that demands REQUIRETLS got as far as it takes
// to see that the peer does not do. It sees what EHLO offers inside TLS, and need
// not attempt to send mail then.
func (c *court) looked() bool {
	if !c.scenario.Message.RequireTLS || c.expected.Duty != MustNotDeliver {
		return false
	}
	return c.toldByDNS() || slices.ContainsFunc(c.evidence.Sessions, func(s fakemx.Session) bool {
		return s.End.By == fakemx.FromClient && greetedInTLS(s) && !slices.Contains(c.evidence.CutOff, s.ID)
	})
}

// toldByDNS: the DNS told the client that the message must not go where it leads:
// the MX record is not secure, or no TLSA record vouches for a host that nothing
// else does. A client that verifies by DANE alone need not connect then.
func (c *court) toldByDNS() bool {
	s, e := c.scenario, c.evidence
	unvouched := s.Facts.Authentic == scenarios.No && !mayVouch(s.Facts.DANE)
	return s.Message.RequireTLS && (unsecuredMX(s) && e.asked("MX") || unvouched && e.askedForTLSA())
}

// heldBack: the client connected, or fetched the policy, and did not deliver.
func (e Evidence) heldBack() bool {
	return !e.delivered().any() && e.Problem == "" && (len(e.Sessions) > 0 || e.fetched())
}

// greetedInTLS: the client saw what the peer offers inside TLS.
func greetedInTLS(s fakemx.Session) bool {
	return s.TLS != nil && s.TLS.Completed && slices.ContainsFunc(s.Commands, func(c fakemx.CommandCount) bool {
		return c.Verb == "EHLO" && c.Times > c.InClear
	})
}

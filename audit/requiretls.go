package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// Grounds of what a message asks for.
const (
	groundDemand = "RFC 8689 section 4.2.1"
	groundWaiver = "RFC 8689 section 3"
)

// forMessage is what a client has to do with a message that asks for something,
// by what it would have to do with any other.
func (e Expectation) forMessage(s scenarios.Scenario, p Policy) Expectation {
	switch {
	case leadsNowhere(s.Facts) != "":
		return e
	case s.Message.RequireTLS:
		return e.demanded(s, p)
	case s.Message.WaivesTLS():
		return e.waived(s)
	}
	return e
}

// demanded is for a message that demands REQUIRETLS. What the RFC asks for holds
// under every policy, and a policy may forbid more.
func (e Expectation) demanded(s scenarios.Scenario, p Policy) Expectation {
	if why := unmet(s, p); why != "" {
		unfit := mustNot
		unfit.Because = "the message demands REQUIRETLS, and " + why
		return unfit.by(groundDemand)
	}
	if e.Duty == MustNotDeliver {
		return e
	}
	e.InTLS = true
	if e.Duty == MustDeliver && !meets(s, p) {
		e.Duty, e.Ground = MayDeliver, ""
		e.Because = "the message demands REQUIRETLS, and the policy does not say whether the client can tell that the host is the right one"
	}
	return e
}

// unmet says what of the demands of RFC 8689 section 4.2.1 no client with the
// policy can find met; empty if one can. A client whose policy goes by TLS alone
// may verify a name of the recipient's domain, as Postfix does at the level
// secure, and then need not trust the MX record.
func unmet(s scenarios.Scenario, p Policy) string {
	f := s.Facts
	switch {
	case f.Offers == scenarios.No:
		return string(notOffered)
	case f.Completes == scenarios.No:
		return string(cannotComplete)
	case !s.Peer.OffersREQUIRETLS():
		return "the peer does not offer REQUIRETLS inside TLS"
	case s.Peer.RefusesREQUIRETLS():
		return "the peer refuses MAIL with REQUIRETLS"
	case f.Authentic == scenarios.No && !mayVouch(f.DANE):
		return "neither a trusted authority nor a TLSA record vouches for the peer"
	case unsecuredMX(s) && p.FollowsDNS():
		return "neither DNSSEC nor MTA-STS secures its MX record"
	}
	return ""
}

// mayVouch: a client may find that a TLSA record matches.
func mayVouch(d scenarios.DANE) bool {
	return slices.Contains([]scenarios.DANE{scenarios.DANEMatches, scenarios.DANEInsecureMX, scenarios.DANELenient}, d)
}

// unsecuredMX: by no means can a client tell that the MX record is right.
func unsecuredMX(s scenarios.Scenario) bool {
	listed := s.Facts.STS == scenarios.STSAllows || s.Facts.STS == scenarios.STSLenient
	return s.SecuresMX() == scenarios.No && !listed
}

// meets: a client finds all demands met by what its policy has it look at.
func meets(s scenarios.Scenario, p Policy) bool {
	f := s.Facts
	secured := p.followsDANE() && s.SecuresMX() == scenarios.Yes || p.followsSTS() && f.STS == scenarios.STSAllows
	vouched := f.Authentic == scenarios.Yes || p.followsDANE() && f.DANE == scenarios.DANEMatches
	return f.Completes == scenarios.Yes && secured && vouched
}

// waived is for a message that says TLS-Required: No: whatever forbids the
// delivery is to be ignored, by a SHOULD, if the client knows the field.
func (e Expectation) waived(s scenarios.Scenario) Expectation {
	if e.Duty != MustNotDeliver {
		return e
	}
	why := e.Because
	e = may
	e.Because = "the message says TLS-Required: No, so that a client should deliver (" + groundWaiver + "), though " + why
	return e
}

// waives: the message, and nothing else, leaves it to the client whether it
// delivers.
func waives(s scenarios.Scenario, p Policy) bool {
	return s.Message.WaivesTLS() && leadsNowhere(s.Facts) == "" && expectPlain(s, p).Duty == MustNotDeliver
}

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

// greetedInTLS: the client saw what the peer offers inside TLS.
func greetedInTLS(s fakemx.Session) bool {
	return s.TLS != nil && s.TLS.Completed && slices.ContainsFunc(s.Commands, func(c fakemx.CommandCount) bool {
		return c.Verb == "EHLO" && c.Times > c.InClear
	})
}

// A RequireTLSDriver is a [Driver] whose client can be told that a message
// demands REQUIRETLS (RFC 8689). A driver that does not say so is not judged in
// scenarios whose message does.
type RequireTLSDriver interface {
	Driver
	// RequiresTLS reports whether the client goes by [Target.RequireTLS].
	RequiresTLS() bool
}

// RequiresTLS implements [RequireTLSDriver]: the command has a placeholder for it,
// or a script that it runs has the variable.
func (c Command) RequiresTLS() bool { return c.Template.tells(placeholderRequireTLS) }

// RequiresTLS implements [RequireTLSDriver]: whether the MTA does is known from
// its reply to EHLO.
func (s *Submit) RequiresTLS() bool { return true }

// unable says why a client cannot be given a scenario's message; empty if it
// can, as far as the driver knows.
func unable(d Driver, s scenarios.Scenario) string {
	if !s.Message.RequireTLS {
		return ""
	}
	if told, ok := d.(RequireTLSDriver); ok && told.RequiresTLS() {
		return ""
	}
	if kindOf(d) == kindCommand {
		return "the command cannot be told that the message demands REQUIRETLS: use {" + placeholderRequireTLS + "}, which is yes or no, where the client can pass it on"
	}
	return "the mailer cannot be told that the message demands REQUIRETLS: let it go by Target.RequireTLS, and say so as an audit.RequireTLSDriver"
}

// errNoREQUIRETLS says that an MTA cannot be given such a message.
type noREQUIRETLS struct{ inClear bool }

func (e noREQUIRETLS) Error() string {
	text := "it does not offer REQUIRETLS, so that it cannot be given a message that demands it (RFC 8689 section 4.3)"
	if e.inClear {
		text += "; it would inside TLS alone: submit to smtp+starttls:// or smtps://"
	}
	return text
}

// disregards: an MTA that knows the header field TLS-Required does not let what
// the domain publishes keep a message back that says No.
func disregardsWaiver(items []Item) string {
	n := count(items, func(i Item) bool { return i.waived && i.Result == May && !i.delivered().any() })
	all := count(items, func(i Item) bool { return i.waived && i.Result == May })
	if n == 0 {
		return ""
	}
	which := "a message"
	if n == all {
		which = "any message"
	}
	return fmt.Sprintf("the client does not deliver %s that says TLS-Required: No where the domain's policy fails (in %s), which it should if it knows the field (RFC 8689 section 3)", which, scenariosWord(n))
}

// clearDespiteOffer: the message waives TLS that cannot be had, and no other.
func clearDespiteOffer(items []Item) string {
	n := count(items, func(i Item) bool { return i.waived && i.Facts.Completes == scenarios.Yes && i.delivered().clear > 0 })
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("for a message that says TLS-Required: No the client does without TLS that works (in %s); it should negotiate STARTTLS (RFC 8689 section 3)", scenariosWord(n))
}

// dropsDemand: clients promise what they do not keep.
func dropsDemand(items []Item) string {
	n := count(items, func(i Item) bool { return i.demanded && i.Result == Fail && i.dropsREQUIRETLS() })
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("the client takes messages that demand REQUIRETLS, and delivers them without it (in %s): it promises what it does not keep (RFC 8689 section 4.2.1)", scenariosWord(n))
}

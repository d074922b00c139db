package audit

import (
	"slices"

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
		return e.waived()
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
	case s.Peer.OffersREQUIRETLS() == scenarios.No:
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
	return f.Completes == scenarios.Yes && s.Peer.OffersREQUIRETLS() == scenarios.Yes && secured && vouched
}

// waived is for a message that says TLS-Required: No: whatever forbids the
// delivery is to be ignored, by a SHOULD, if the client knows the field.
func (e Expectation) waived() Expectation {
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

package mtasts

import (
	"crypto/x509"
	"errors"
)

// A DANE is what DANE says of a host (RFC 7672).
type DANE string

// What DANE says of a host.
const (
	// DANENone: the sender does not use DANE, or the host has no usable TLSA
	// records in a signed zone.
	DANENone DANE = ""
	// DANEMatches: a TLSA record matches, and so authenticates the host.
	DANEMatches DANE = "matches"
	// DANEFails: no TLSA record matches, or whether there is one could not be
	// found out, or STARTTLS failed. DANE forbids the delivery.
	DANEFails DANE = "fails"
)

// A Host is an MX host as a sender finds it.
type Host struct {
	// Name is the name in the MX record, in A-label form. See [Pattern.Matches].
	Name string
	// STARTTLS is true if the host offers STARTTLS.
	STARTTLS bool
	// TLSError is why there is no TLS session with a certificate that is valid
	// for Name (RFC 8461 section 4.2): the error of the handshake, or nil if
	// there is such a session. It does not matter without STARTTLS.
	TLSError error
	// DANE is what DANE says of the host. Leave it empty if the sender does not
	// use DANE.
	DANE DANE
}

// An Action is what a sender does with a host. Its values are stable.
type Action string

// What a sender does with a host.
const (
	// Deliver: no policy is in the way, and none asks for TLS. Deliver as though
	// there were no MTA-STS.
	Deliver Action = "deliver"
	// DeliverVerified: the policy validates. Deliver in the TLS session whose
	// certificate has been verified, and not in another one.
	DeliverVerified Action = "deliver-verified"
	// DeliverAndReport: the policy fails to validate, but its mode is testing.
	// Deliver as though there were no MTA-STS, and report the failure by TLSRPT
	// if both sides support it.
	DeliverAndReport Action = "deliver-and-report"
	// MayDeliver: the policy forbids the host, but DANE authenticates it. RFC
	// 8461 says that the sender must not deliver to it (section 5), and that
	// MTA-STS does not interfere with DANE (section 2). A sender that puts DANE
	// first may deliver.
	MayDeliver Action = "may-deliver"
	// MustNotDeliver: do not deliver to this host. Go on with the next one as if
	// this one could not be reached (section 8.4). If there is none, try again
	// later; before the message is returned to its author, look for a new
	// policy (section 5).
	MustNotDeliver Action = "must-not-deliver"
)

// A Decision says whether a sender delivers to a host, and why.
type Decision struct {
	// Action is what the sender does.
	Action Action
	// Reason says why, in a sentence without a full stop.
	Reason string
	// Section is the section of RFC 8461 that says so.
	Section string
	// ResultType is the result type for a TLSRPT report (RFC 8460 section 4.3)
	// if the policy fails to validate, and empty otherwise. RFC 8460 has none
	// for a host that no pattern matches: it is validation-failure, and the
	// report should have a failure-reason-code. If DANE fails, the type is one
	// of DANE, and empty here.
	ResultType string
}

// Judge decides whether a sender delivers to a host, given the policy that holds,
// which is nil if there is none (RFC 8461 sections 2, 4 and 5).
//
// A host that DANE forbids stays forbidden, whatever the policy says. Otherwise,
// a policy in the mode enforce or testing validates if one of its patterns
// matches the host, and the host offers STARTTLS and has a certificate that is
// valid for its name. A policy whose mode is none, or none of the three, is
// treated as if there were no policy.
func Judge(policy *Policy, host Host) Decision {
	if host.DANE == DANEFails {
		return Decision{Action: MustNotDeliver, Section: "2",
			Reason: "DANE forbids this host, and an MTA-STS policy must not override a failing DANE validation"}
	}
	if policy == nil {
		return Decision{Action: Deliver, Reason: "no policy holds", Section: "3.3"}
	}
	if policy.Mode != ModeEnforce && policy.Mode != ModeTesting {
		return Decision{Action: Deliver, Reason: "the mode is none, as though there were no policy", Section: "5"}
	}
	decision := validate(policy, host)
	switch {
	case decision.ResultType == "":
	case policy.Mode == ModeTesting:
		decision.Action, decision.Section = DeliverAndReport, "5"
	case host.DANE == DANEMatches:
		decision.Action, decision.Section = MayDeliver, "2"
	}
	return decision
}

// validate is section 4, for the mode enforce.
func validate(policy *Policy, host Host) Decision {
	switch {
	case !policy.Matches(host.Name):
		return Decision{MustNotDeliver, "no mx pattern of the policy matches " + quoted(host.Name), "4.1", "validation-failure"}
	case !host.STARTTLS:
		return Decision{MustNotDeliver, "the host does not offer STARTTLS", "4", "starttls-not-supported"}
	case host.TLSError != nil:
		return Decision{MustNotDeliver, "no TLS session with a certificate that is valid for the host", "4.2", tlsResult(host.TLSError)}
	}
	return Decision{DeliverVerified, "the policy lists the host, and its certificate is valid", "4", ""}
}

// tlsResult is the result type of RFC 8460 section 4.3.1 for an error of a
// handshake.
func tlsResult(err error) string {
	invalid, ok := errors.AsType[x509.CertificateInvalidError](err)
	switch {
	case is[x509.HostnameError](err):
		return "certificate-host-mismatch"
	case ok && invalid.Reason == x509.Expired:
		return "certificate-expired"
	case isCertificateError(err):
		return "certificate-not-trusted"
	}
	return "validation-failure"
}

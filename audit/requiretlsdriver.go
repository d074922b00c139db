package audit

import "github.com/fakemx/fakemx/scenarios"

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

// A noREQUIRETLSError says that an MTA cannot be given such a message.
type noREQUIRETLSError struct{ inClear bool }

func (e noREQUIRETLSError) Error() string {
	text := "it does not offer REQUIRETLS, so that it cannot be given a message that demands it (RFC 8689 section 4.3)"
	if e.inClear {
		text += "; it would inside TLS alone: submit to smtp+starttls:// or smtps://"
	}
	return text
}

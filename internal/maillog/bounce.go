package maillog

import "strings"

// bounceFields are those of a delivery status notification (RFC 3464 section
// 2), and the words by which mailers begin their own accounts.
var bounceFields = []string{
	"diagnostic-code:", "final-recipient:", "original-recipient:", "action:", "status:", "remote-mta:", "reporting-mta:", "arrival-date:", "received-from-mta:",
	"will-retry-until:", "last-attempt-date:", "x-actual-recipient:", "----- transcript of session follows", "----- the following addresses had",
}

// bounceWords are what the mailers of large hosts say in their bounces.
var bounceWords = newPhrases(
	"Remote host said:", "The error that the other server returned was", "The response from the remote server was", "Technical details of permanent failure", "Google tried to deliver",
	"Remote Server returned", "The recipient server did not accept our requests", "support.google.com/mail", "[Server response: ", "message still undelivered", "(in reply to ",
	"DNS Error: ", "doesn't receive email according to the administrator", "Network error on destination MXs", "(SENT_", "(state ",
)

// isBounce recognises a line of a message that says that mail was not
// delivered.
func isBounce(e *entry) bool {
	text := strings.TrimLeft(e.text, " >|")
	for _, name := range bounceFields {
		if len(text) >= len(name) && strings.EqualFold(text[:len(name)], name) {
			return true
		}
	}
	return bounceWords.in(e.text)
}

// readBounce reads a line of a bounce: the diagnostic is the reason, all else
// stands around it.
func readBounce(e *entry, ev *Event) {
	ev.Story, ev.Side = "bounce", Client
	text := strings.TrimLeft(e.text, " >|")
	name, rest, _ := strings.Cut(text, ":")
	switch strings.ToLower(name) {
	case "diagnostic-code":
		ev.diagnostic(rest)
		return
	case "status":
		if found := replyReason(rest); found.Reason != "" {
			ev.Reason, ev.Says = found.Reason, strings.TrimSpace(rest)
			return
		}
		ev.Reason = Chatter
		return
	case "remote-mta":
		ev.Peer = hostOf(afterType(rest))
	}
	if ev.told(text, Chatter); ev.Reason != AuthFailed {
		ev.Stage = repliedTo(text)
	}
	if ev.Reason == Chatter && replyCode(text) >= 400 {
		ev.replied(text)
	}
}

// diagnostic reads what a server said, or what the mailer itself says of it.
func (ev *Event) diagnostic(text string) {
	said := afterType(text)
	if ev.Code = replyCode(said); ev.Code >= 400 {
		ev.replied(said)
	} else {
		ev.told(said, LocalFailure)
	}
	ev.Stage = repliedTo(said)
	if ev.Outcome = Bounced; ev.Code >= 400 && ev.Code < 500 {
		ev.Outcome = Deferred
	}
}

// afterType takes off the type that stands before a field's value: "smtp; ".
func afterType(text string) string {
	kind, rest, ok := strings.Cut(text, ";")
	if !ok || !isName(strings.TrimSpace(kind), "-") {
		return strings.TrimSpace(text)
	}
	return strings.TrimSpace(rest)
}

// repliedTo is the stage of the command that a text says was answered.
func repliedTo(text string) Stage {
	_, rest, ok := strings.Cut(text, "(in reply to ")
	if !ok {
		return gmailState(text)
	}
	if strings.HasPrefix(rest, "end of DATA") {
		return Data
	}
	verb, _, _ := strings.Cut(rest, " ")
	return verbs[verb]
}

// gmailState is the stage of the command that Gmail had sent last: "(state
// SENT_SECOND_EHLO)".
func gmailState(text string) Stage {
	_, rest, ok := strings.Cut(text, "SENT_")
	if !ok {
		return ""
	}
	state, _, _ := strings.Cut(rest, ")")
	for word := range strings.SplitSeq(state, "_") {
		if stage := verbs[word]; stage != "" {
			return stage
		}
	}
	return ""
}

package maillog

import "strings"

// A saying is a text of a program's own, and what it tells.
type saying struct {
	says  string
	tells Event
	// why: what follows in the line says why. The reason of tells holds if it
	// does not. If its stage is the handshake, a connection that breaks is a
	// handshake that does.
	why bool
}

// heard finds the first saying that a text has, and notes what it tells. It
// reports whether there was one.
func (ev *Event) heard(text string, sayings []saying) bool {
	for i := range sayings {
		s := &sayings[i]
		_, rest, ok := strings.Cut(text, s.says)
		if !ok {
			continue
		}
		ev.tell(&s.tells)
		switch {
		case s.why && s.tells.Stage == Handshake:
			ev.handshake(rest, s.tells.Reason)
		case s.why:
			ev.why(rest, s.tells.Reason)
		default:
			ev.Says = s.says
		}
		return true
	}
	return false
}

// tell takes over what a saying tells.
func (ev *Event) tell(tells *Event) {
	if tells.Side != "" {
		ev.Side = tells.Side
	}
	ev.Class, ev.Stage, ev.Reason, ev.Outcome = tells.Class, tells.Stage, tells.Reason, tells.Outcome
	ev.Verified, ev.InTLS, ev.InClear = tells.Verified, tells.InTLS, tells.InClear
}

// why takes the reason that words give, of TLS or as a server's reply, or
// another one if they give none. Its stage counts then.
func (ev *Event) why(words string, otherwise Reason) {
	found := reasonOf(words)
	if found.Reason == "" {
		found = replyReason(words)
	}
	ev.Code = replyCode(words)
	switch {
	case found.Reason == ConnectionTimeout && ev.Side == Server:
		found.Reason = ReplyTimeout
	case found.Reason != "" && found.Reason != Queued:
	case otherwise == NoGreeting, otherwise == GreetingRefused && ev.Code > 0:
		ev.Reason, ev.Says = greetingOf(ev.Code), words
		return
	case otherwise == SMTPRejected && strings.Contains(words, "EOF"):
		found = because{ConnectionClosed, "EOF"}
	default:
		ev.Reason, ev.Says = otherwise, words
		return
	}
	ev.Reason, ev.Says, ev.Stage = found.Reason, found.says, kinds[found.Reason].stage
}

// greetingOf says what is wrong with a greeting, by its code.
func greetingOf(code int) Reason {
	switch {
	case code >= 500:
		return GreetingRefused
	case code >= 400:
		return GreetingBusy
	}
	return NoGreeting
}

// handshake takes the reason for which a handshake failed. That its connection
// broke or fell silent is what happened to the handshake.
func (ev *Event) handshake(words string, otherwise Reason) {
	ev.because(words, "")
	switch {
	case ev.Reason == ConnectionReset:
		ev.Reason = HandshakeReset
	case ev.Reason == ConnectionClosed, ev.Reason == NoCloseNotify, ev.Reason == "" && hasAny(words, "EOF", "disconnected before"):
		ev.Reason = HandshakeClosed
	case ev.Reason == ConnectionTimeout, ev.Reason == ReplyTimeout, ev.Reason == "" && hasAny(words, "timed out", "timeout", "deadline exceeded"):
		ev.Reason = HandshakeTimeout
	case ev.Reason == "":
		ev.Reason = otherwise
	}
	ev.Stage = kinds[ev.Reason].stage
}

package maillog

import "strings"

// isExim recognises the lines of Exim's main, reject and panic log: a time
// without a tag, then an id of a message, or the form of one of its lines.
func isExim(e *entry) bool {
	id, text := cutEximID(e.text)
	if id != "" {
		return true
	}
	return hasAny(text, "TLS session: (", "TLS error on connection ", "R=dnslookup T=", " T=remote_smtp") ||
		strings.HasPrefix(text, "H=") && strings.Contains(text, " [")
}

// cutEximID takes off the number of a process and the id of a message
// (specification of Exim, chapter 3, "Message identification").
func cutEximID(text string) (id, rest string) {
	if after, ok := strings.CutPrefix(text, "["); ok {
		if pid, rest, found := strings.Cut(after, "] "); found && isDigits(pid) {
			text = rest
		}
	}
	for _, length := range []int{16, 23} {
		if len(text) > length && text[length] == ' ' && isEximID(text[:length]) {
			return text[:length], text[length+1:]
		}
	}
	return "", text
}

// isEximID reports whether s is an id of a message: 1qK9wn-000VjD-0A, or since
// Exim 4.97 1rABcd-000000012Ab-1XyZ.
func isEximID(s string) bool {
	second := 13
	if len(s) == 23 {
		second = 18
	}
	return isName(s, "-") && s[6] == '-' && s[second] == '-' && strings.Count(s, "-") == 2
}

// readExim reads Exim's logs (specification, chapter 53, "Log files").
func readExim(e *entry, ev *Event) {
	id, text := cutEximID(e.text)
	ev.Story = id
	if id == "" {
		ev.Story = e.storyOr("")
	}
	if host := tail(text, "H="); host != "" {
		ev.Peer = hostOf(firstWord(host))
	}
	ev.InTLS = strings.Contains(text, " X=TLS")
	switch {
	case hasAny(text, "TLS error on connection from ", "TLS error on D-connection", "SSL_accept"):
		ev.Side = Server
	case strings.HasPrefix(text, "<= "):
		ev.Side, ev.Reason, ev.Outcome = Server, Received, Accepted
	case strings.HasPrefix(text, "=> "), strings.HasPrefix(text, "-> "):
		eximDelivered(text, ev)
	case strings.HasPrefix(text, "** "), strings.HasPrefix(text, "== "):
		eximFailed(text, ev)
	case strings.Contains(text, "delivering unencrypted to "):
		ev.Side, ev.InClear = Client, true
		ev.because(text, ClearFallback)
	case strings.Contains(text, "SSL verify error: "):
		ev.Side, ev.Depth = Client, depthOf(text)
	case strings.Contains(text, "certificate verification failed"):
		ev.Side = Client
		ev.because(tail(text, "certificate verification failed"), NotVerified)
	case strings.Contains(text, "TLS error on connection (recv)"), strings.Contains(text, "TLS error on connection (send)"):
		ev.Side = Client
	case strings.Contains(text, "rejected "):
		ev.Side = Server
		ev.Code = replyCode(text)
		ev.replied(text)
	case text == "Completed":
		ev.Reason = Chatter
	}
}

// eximDelivered reads a delivery. CV is whether the certificate was verified;
// Exim takes one that was not unless it is told otherwise.
func eximDelivered(text string, ev *Event) {
	ev.Side, ev.Outcome, ev.Reason = Client, Sent, Delivered
	switch value(text, "CV=") {
	case "no":
		ev.Reason, ev.Says, ev.Class = NotVerified, "CV=no", Fault
	case "yes", "dane":
		ev.Verified = true
	}
}

// eximFailed reads a delivery that failed or was put off.
func eximFailed(text string, ev *Event) {
	ev.Side, ev.Outcome = Client, Deferred
	if strings.HasPrefix(text, "** ") {
		ev.Outcome = Bounced
	}
	ev.Code = replyCode(afterError(text))
	switch {
	case hasAny(text, "in response to initial connection", "after initial connection") && !strings.Contains(text, "SMTP error"):
		ev.Reason, ev.Stage = NoGreeting, Greeting
		if strings.Contains(text, "Malformed") {
			ev.Reason = MalformedReply
		}
	case strings.Contains(text, "Remote host closed connection"):
		ev.Reason = ConnectionClosed
	default:
		ev.replied(text)
	}
}

// afterError is the reply that the other side gave.
func afterError(text string) string {
	if _, rest, ok := strings.Cut(text, "SMTP error from remote mail server after "); ok {
		if _, reply, ok := strings.Cut(rest, ": "); ok {
			return reply
		}
	}
	return text
}

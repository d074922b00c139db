package maillog

import "strings"

// isPostfix recognises Postfix' lines of which the tag was cut off.
func isPostfix(e *entry) bool {
	_, text := cutQueueID(e.text)
	return strings.HasPrefix(text, "to=<") && strings.Contains(text, ", status=") ||
		hasAny(text, " TLS connection established ", "warning: TLS library problem: ", "certificate verification failed for ")
}

// postfixServers are the programs of Postfix that take mail.
func postfixServes(program string) bool {
	return hasAny(program, "smtpd", "postscreen", "anvil", "dnsblog")
}

// postfixDelivers reports whether a program of Postfix speaks SMTP as a client.
func postfixDelivers(program string) bool {
	return strings.HasSuffix(program, "smtp") || strings.HasSuffix(program, "lmtp") || strings.HasSuffix(program, "tlsproxy") || strings.HasSuffix(program, "posttls-finger")
}

// readPostfix reads Postfix' log, by src/smtp, src/smtpd and src/tls.
func readPostfix(e *entry, ev *Event) {
	id, text := cutQueueID(e.text)
	ev.Story = e.storyOr(id)
	switch {
	case postfixServes(e.program):
		ev.Side = Server
		postfixServer(text, ev)
	case strings.Contains(text, ", status=") && strings.HasPrefix(text, "to=<"):
		ev.Side = Client
		postfixStatus(text, ev)
	case e.program == "" || postfixDelivers(e.program):
		if postfixDelivers(e.program) {
			ev.Side = Client
		}
		postfixClient(text, ev)
	case strings.HasSuffix(e.program, "cleanup"), strings.HasSuffix(e.program, "qmgr"), strings.HasSuffix(e.program, "pickup"):
		ev.Reason = Chatter
	}
}

// postfixClient reads what smtp(8) says before it says what became of a
// message.
func postfixClient(text string, ev *Event) {
	switch {
	case strings.Contains(text, " TLS connection established to "):
		ev.Side, ev.InTLS, ev.Peer = Client, true, hostOf(firstWord(tail(text, "established to ")))
		postfixTrust(text, ev)
	case strings.Contains(text, " TLS connection established from "):
		ev.Side, ev.InTLS, ev.Reason = Server, true, TLSEstablished
	case strings.Contains(text, "certificate verification failed for "):
		ev.Side, ev.Peer = Client, hostOf(firstWord(tail(text, "certificate verification failed for ")))
		ev.because(text, NotVerified)
	case strings.HasPrefix(text, "SSL_connect error to "):
		ev.Side, ev.Peer = Client, hostOf(firstWord(tail(text, "SSL_connect error to ")))
		postfixHandshake(text, ev)
	case hasAny(text, "Server certificate not trusted", "Server certificate not verified"):
		ev.Side, ev.Reason, ev.Says = Client, NotVerified, "Server certificate not"
	case strings.Contains(text, "lost connection with "), strings.Contains(text, " timed out while "):
		ev.Side = Client
		postfixLost(text, ev)
	case strings.Contains(text, "Host offered STARTTLS"):
		ev.Reason, ev.Class = Chatter, Harmless
	}
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return strings.TrimSuffix(word, ":")
}

// postfixTrust reads the level of trust of a connection (TLS_README, "Server
// certificate verification").
func postfixTrust(text string, ev *Event) {
	switch level := firstWord(text); level {
	case "Verified", "Trusted":
		ev.Reason, ev.Verified = TLSVerified, true
	case "Untrusted":
		ev.Reason, ev.Says = NotVerified, "Untrusted TLS connection"
	case "Anonymous":
		ev.Reason, ev.Class = NoCertificate, Harmless
	default:
		ev.Reason = TLSEstablished
	}
}

// postfixHandshake reads how SSL_connect or SSL_accept ended.
func postfixHandshake(text string, ev *Event) {
	switch {
	case strings.Contains(text, "lost connection"):
		ev.Reason = HandshakeClosed
	case strings.Contains(text, "Connection reset by peer"):
		ev.Reason = HandshakeReset
	case strings.Contains(text, "timed out"):
		ev.Reason = HandshakeTimeout
	default:
		ev.because(text, HandshakeFailed)
	}
}

// postfixLost reads in which part of the dialogue a connection was lost.
func postfixLost(text string, ev *Event) {
	peer := tail(text, "lost connection with ")
	if peer == "" {
		peer = tail(text, "conversation with ")
	}
	ev.Peer = hostOf(firstWord(peer))
	ev.Reason = ConnectionClosed
	if strings.Contains(text, "timed out") {
		ev.Reason = ReplyTimeout
	}
	switch {
	case strings.Contains(text, "initial server greeting"):
		ev.Reason, ev.Stage = NoGreeting, Greeting
	case strings.Contains(text, "EHLO"), strings.Contains(text, "HELO"):
		ev.Stage = EHLO
	case strings.Contains(text, "STARTTLS"):
		ev.Stage = STARTTLS
	case strings.Contains(text, "MAIL FROM"):
		ev.Stage = Mail
	case strings.Contains(text, "RCPT TO"):
		ev.Stage = Rcpt
	}
	if ev.Reason == ReplyTimeout && ev.Stage == "" && strings.Contains(text, "DATA") {
		ev.Stage = Data
	}
}

// postfixStatus reads what became of a message.
func postfixStatus(text string, ev *Event) {
	ev.Peer = hostOf(values(text, "relay="))
	if ev.Peer == "none" {
		ev.Peer = ""
	}
	status := tail(text, "status=")
	word, why, _ := strings.Cut(status, " ")
	ev.Code = replyCode(why)
	switch word {
	case "sent":
		ev.Outcome, ev.Reason = Sent, Delivered
		postfixFeatures(value(text, "tls="), ev)
		return
	case "bounced", "expired":
		ev.Outcome = Bounced
	default:
		ev.Outcome = Deferred
	}
	switch {
	case hasAny(why, "lost connection with ", " timed out while "):
		postfixLost(why, ev)
	case strings.Contains(why, "Server certificate not "):
		ev.Reason, ev.Says = NotVerified, "Server certificate not"
	default:
		ev.replied(why)
	}
}

// postfixFeatures reads the field tls= of Postfix 3.11: a security level and
// what was asked for; a mark of exclamation is before what was not there.
func postfixFeatures(features string, ev *Event) {
	if strings.Contains(features, "!requiretls") {
		ev.Reason, ev.Class = RequireTLS, Fault
	}
}

// postfixServer reads what smtpd(8) and postscreen(8) say.
func postfixServer(text string, ev *Event) {
	switch {
	case strings.HasPrefix(text, "SSL_accept error from "):
		ev.Peer = hostOf(firstWord(tail(text, "SSL_accept error from ")))
		postfixHandshake(text, ev)
	case strings.Contains(text, " TLS connection established from "):
		ev.InTLS, ev.Reason = true, TLSEstablished
	case hasAny(text, "connect from ", "lost connection after ", "timeout after ", "improper command pipelining"):
		ev.Reason = Chatter
	case strings.HasPrefix(text, "client="):
		ev.Reason, ev.Outcome = Received, Accepted
	case strings.Contains(text, "reject: "):
		ev.Code = replyCode(text)
		ev.replied(text)
	}
}

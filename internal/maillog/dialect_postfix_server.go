package maillog

import "strings"

// postfixServer reads what smtpd(8), postscreen(8) and tlsproxy(8) say of those
// who connect.
func postfixServer(text string, ev *Event) {
	switch {
	case strings.HasPrefix(text, "SSL_accept error from "):
		ev.Peer = hostOf(firstWord(tail(text, "SSL_accept error from ")))
		postfixHandshake(text, ev)
	case strings.HasPrefix(text, "TLS handshake failed for service="):
		ev.Reason = HandshakeFailed
	case strings.Contains(text, "TLS connection established from "):
		ev.InTLS, ev.Reason = true, TLSEstablished
	case strings.Contains(text, " verification failed for "):
		postfixVerify(text, ev)
		ev.Class = Fault
	case strings.HasPrefix(text, "TLS library problem: "):
		postfixLibrary(text, ev)
	case strings.HasPrefix(text, "client="):
		ev.Reason, ev.Outcome, ev.Stage = Received, Accepted, Mail
		if strings.Contains(text, ", sasl_username=") {
			ev.Reason, ev.Stage = AuthSucceeded, Auth
		}
	case strings.HasPrefix(text, "abort: TLS from "):
		postfixAbort(text, ev)
	case hasAny(text, "reject: ", "reject_warning: ", "milter-"):
		postfixReject(text, ev)
	case strings.HasPrefix(text, "SSL3 alert read:fatal:"):
		ev.because(text, AlertUnnamed)
	default:
		if postfixDialogue(text, ev); ev.Reason == "" {
			postfixServerWarning(text, ev)
		}
	}
}

// postfixAbort reads why a client's TLS was not good enough for smtpd(8).
func postfixAbort(text string, ev *Event) {
	if ev.Class = Fault; strings.Contains(text, "No client certificate") {
		ev.Reason, ev.Says = ClientCertificateMissing, "No client certificate presented"
		return
	}
	ev.Reason, ev.Says = NotVerified, "Client certificate not trusted"
}

// postfixDialogue reads how connections begin and end.
func postfixDialogue(text string, ev *Event) {
	switch {
	case strings.HasPrefix(text, "connect from "), strings.HasPrefix(text, "CONNECT from "), strings.HasPrefix(text, "PASS "):
		ev.Reason, ev.Stage = Chatter, Connect
	case strings.HasPrefix(text, "disconnect from "), strings.HasPrefix(text, "DISCONNECT "):
		ev.Reason, ev.Stage = Chatter, Quit
	case strings.HasPrefix(text, "discarding EHLO keywords"):
		ev.Reason, ev.Stage = Chatter, EHLO
	case strings.HasPrefix(text, "lost connection after STARTTLS"), strings.HasPrefix(text, "HANGUP after ") && strings.Contains(text, "STARTTLS"):
		ev.Reason, ev.Class = HandshakeClosed, Harmless
	case strings.HasPrefix(text, "timeout after STARTTLS"):
		ev.Reason, ev.Class = HandshakeTimeout, Harmless
	case strings.HasPrefix(text, "lost connection after "), strings.HasPrefix(text, "HANGUP after "):
		ev.Reason, ev.Class = ConnectionClosed, Harmless
	case strings.HasPrefix(text, "timeout after "):
		ev.Reason = ReplyTimeout
	case strings.HasPrefix(text, "improper command pipelining "), strings.HasPrefix(text, "PREGREET "), strings.HasPrefix(text, "COMMAND "),
		strings.HasPrefix(text, "BARE NEWLINE "), strings.HasPrefix(text, "NON-SMTP COMMAND "):
		ev.Reason = OutOfSequence
	}
}

// postfixReject reads what smtpd(8), postscreen(8) or a milter refused. It is
// this host's own policy, whatever it says.
func postfixReject(text string, ev *Event) {
	_, rest, _ := strings.Cut(text, ": ")
	command, rest, _ := strings.Cut(rest, " from ")
	from, reply, _ := strings.Cut(rest, ": ")
	reply, _, _ = strings.Cut(reply, "; from=")
	ev.Peer, ev.Class = hostOf(from), Other
	ev.Stage = stageOf(command)
	if ev.replied(withoutAddresses(reply)); ev.Reason == SMTPRejected && hasAny(reply, "server ports busy", "screening ports busy", "too many connections") {
		ev.Reason = RateLimited
	}
}

// postfixServerWarning reads warnings of smtpd(8) that are about a client.
func postfixServerWarning(text string, ev *Event) {
	switch {
	case hasAny(text, ": SASL ", "SASL authentication failure", "SASL authentication failed"):
		ev.Reason, ev.Says = AuthFailed, "SASL"
	case hasAny(text, "Refusing STARTTLS request from ", "Refusing TLS service request from ", "New TLS session rate limit exceeded"):
		ev.Reason, ev.Class, ev.Stage = RateLimited, Fault, STARTTLS
	case hasAny(text, "rate limit exceeded: ", "concurrency limit exceeded: "):
		ev.Reason, ev.Stage = RateLimited, Connect
	case strings.Contains(text, "non-SMTP command from "):
		ev.Reason = OutOfSequence
	case strings.Contains(text, "TLS SNI "):
		ev.Reason, ev.Class, ev.Stage = Chatter, Harmless, Handshake
	}
}

package maillog

import "strings"

// openSMTPDServer reads what smtpd(8) says of those who connect.
func openSMTPDServer(text string, ev *Event) {
	text = strings.TrimPrefix(strings.TrimPrefix(text, "smtp-in: "), "smtp ")
	switch {
	case strings.HasPrefix(text, "connected "), strings.HasPrefix(text, "New session "):
		ev.Reason, ev.Stage = Chatter, Connect
	case strings.HasPrefix(text, "tls "), strings.HasPrefix(text, "starttls "), strings.HasPrefix(text, "Started TLS "):
		ev.Reason, ev.InTLS = TLSEstablished, true
	case strings.Contains(text, "cert-check result="), strings.HasPrefix(text, "Client certificate verification "):
		openSMTPDClientCertificate(text, ev)
	case strings.HasPrefix(text, "message "), strings.HasPrefix(text, "Accepted message "):
		ev.Reason, ev.Outcome = Received, Accepted
	case strings.HasPrefix(text, "authentication "):
		if ev.Reason = AuthFailed; strings.Contains(text, "result=ok") {
			ev.Reason = AuthSucceeded
		}
	case strings.HasPrefix(text, "Accepted authentication "):
		ev.Reason = AuthSucceeded
	case strings.HasPrefix(text, "Authentication "), strings.HasPrefix(text, "Failed authentication "):
		ev.Reason = AuthFailed
	case strings.HasPrefix(text, "failed-command "), strings.HasPrefix(text, "Failed command "):
		openSMTPDRefused(text, ev)
	case strings.HasPrefix(text, "bad-input "), strings.HasPrefix(text, "Bad input "):
		ev.Reason, ev.Class = OutOfSequence, Other
	case strings.HasPrefix(text, "disconnected "), strings.HasPrefix(text, "Disconnecting session "), strings.HasPrefix(text, "Closing session "),
		strings.HasPrefix(text, "Received disconnect "), strings.HasPrefix(text, "Ending session "):
		openSMTPDEnd(text, ev)
	}
}

// openSMTPDClientCertificate reads what came of a client's certificate: it is
// normal that there is none, or that nobody looks at it.
func openSMTPDClientCertificate(text string, ev *Event) {
	ev.Reason, ev.Class, ev.Stage = ClientCertificateMissing, Harmless, Handshake
	if hasAny(text, `"verified"`, `"success"`, "verification succeeded") {
		ev.Reason, ev.Class, ev.Stage, ev.Verified = TLSVerified, Other, Verify, true
	}
}

// openSMTPDRefused reads a command that this host refused: its own policy,
// whatever it says.
func openSMTPDRefused(text string, ev *Event) {
	command, reply := between(text, `command="`, `" result=`), tail(text, "result=")
	if command == "" {
		_, command, _ = strings.Cut(text, ": ")
		command, reply, _ = strings.Cut(strings.TrimPrefix(command, `"`), " => ")
	}
	ev.replied(withoutAddresses(strings.Trim(reply, `"`)))
	ev.Class = Other
	ev.Stage = stageOf(command)
	if hasAny(reply, "Command unrecognized", "Command not allowed at this point", "Command not supported", "Syntax error", "Already identified") {
		ev.Reason = OutOfSequence
	}
}

// openSMTPDEnd reads how a session ended.
func openSMTPDEnd(text string, ev *Event) {
	reason := strings.Trim(tail(text, "reason="), `"`)
	if reason == "" {
		_, reason, _ = strings.Cut(text, ": ")
	}
	switch {
	case strings.HasPrefix(reason, "quit"), reason == "", strings.HasPrefix(reason, "done"):
		ev.Reason, ev.Stage = Chatter, Quit
	case strings.HasPrefix(reason, "disconnect"):
		ev.Reason = ConnectionClosed
	case strings.HasPrefix(reason, "timeout"), strings.HasPrefix(reason, "session timeout"):
		ev.Reason = ReplyTimeout
	case strings.HasPrefix(reason, "tls-accept-failed"), strings.HasPrefix(reason, "accept failed"):
		ev.Reason, ev.Class = HandshakeFailed, Fault
	default:
		openSMTPDBroken(reason, ev)
	}
}

// openSMTPDBroken reads the error that broke a session. That OpenSSL can do
// nothing with a key (EVP lib) is no doing of the client's.
func openSMTPDBroken(reason string, ev *Event) {
	_, failure, ok := strings.Cut(reason, "rror: ")
	if !ok {
		failure = reason
	}
	ev.because(failure, ConnectionClosed)
	switch {
	case ev.Reason == ConnectionClosed && strings.Contains(failure, "error:"):
		ev.Reason, ev.Class = HandshakeFailed, Fault
	case ev.Reason == NoCloseNotify && !strings.HasPrefix(failure, "read failed"):
		ev.Reason, ev.Stage = HandshakeClosed, Handshake
	}
}

package maillog

import "strings"

// nullmailerSayings are the texts of nullmailer's protocols, of its sender and
// of the errors that it knows (protocols/smtp.cc, protocols/tls_gnutls.cc,
// src/send.cc, lib/errcodes.cc).
var nullmailerSayings = []saying{
	{"Server SSL/TLS certificate does not match hostname", Event{Reason: HostMismatch}, false},
	{"Server SSL/TLS certificate is untrusted", Event{Reason: NotVerified}, false},
	{"Invalid peer certificate (error ", Event{Reason: NotVerified}, false},
	{"Could not verify SSL/TLS certificate: ", Event{Reason: NotVerified, Stage: Verify}, true},
	{"Error decoding SSL/TLS certificate: ", Event{Reason: MalformedCertificate}, false},
	{"Error completing TLS handshake: Error in the certificate", Event{Reason: NotVerified}, false},
	{"Error completing TLS handshake: ", Event{Reason: HandshakeFailed, Stage: Handshake}, true},
	{"SSL/TLS not supported in this build", Event{Side: Own, Reason: OwnConfiguration}, false},
	{"TLS anonymous auth options cannot both", Event{Side: Own, Reason: OwnConfiguration}, false},
	{"Error loading SSL/TLS X.509 trust file", Event{Side: Own, Reason: OwnTrustStoreEmpty}, false},
	{"Error loading SSL/TLS X.509 CRL file", Event{Side: Own, Reason: OwnConfiguration}, false},
	{"Error setting SSL/TLS X.509 client certificate", Event{Side: Own, Reason: OwnConfiguration}, false},
	{"Error setting TLS ", Event{Side: Own, Reason: OwnConfiguration}, false},
	{"does not advertise any supported authentication methods", Event{Reason: AuthFailed}, false},
	{"does not advertise certificate authentication", Event{Reason: AuthFailed}, false},
	{"Connect failed", Event{Reason: Chatter}, false},
	{"Error sending message to remote", Event{Reason: ConnectionClosed}, false},
	{"Starting delivery", Event{Reason: Chatter}, false},
	{"Sent file.", Event{Reason: Delivered, Outcome: Sent}, false},
	{"Sending failed: Connection refused", Event{Reason: ConnectionRefused, Outcome: Deferred}, false},
	{"Sending failed: Connection timed out", Event{Reason: ConnectionTimeout, Outcome: Deferred}, false},
	{"Sending failed: Connection failed", Event{Reason: NetworkUnreachable, Outcome: Deferred}, false},
	{"Sending failed: Socket failed", Event{Reason: LocalFailure, Outcome: Deferred}, false},
	{"Sending failed: Host or network unreachable", Event{Reason: NetworkUnreachable, Outcome: Deferred}, false},
	{"Sending failed: Host not found", Event{Reason: NameNotResolved, Outcome: Deferred}, false},
	{"Sending failed: Host has no address", Event{Reason: NameNotResolved, Outcome: Deferred}, false},
	{"error in gethostbyname", Event{Reason: NameNotResolved, Outcome: Deferred}, false},
	{"Sending failed: Failed to authenticate to server", Event{Reason: AuthFailed, Outcome: Deferred}, false},
	{"Sending failed: Server refused the message", Event{Reason: MessageRefused, Outcome: Bounced}, false},
	{"Sending failed: Permanent error in sending the message", Event{Reason: MessageRefused, Outcome: Bounced}, false},
	{"Sending failed: Unspecified permanent error", Event{Reason: MessageRefused, Outcome: Bounced}, false},
	{"Sending failed: ", Event{Reason: Chatter, Outcome: Deferred}, false},
	{"Sending timed out, killing protocol", Event{Reason: ReplyTimeout}, false},
	{"Generating bounce for ", Event{Reason: Chatter, Outcome: Bounced}, false},
}

// nullmailerChatter begins the lines of its sender that are about its queue.
var nullmailerChatter = []string{"Rescanning queue.", "Trigger pulled.", "Delivery complete, ", "Starting delivery, ", "Moving message ", "Could not stat ", "From: <"}

// isNullmailer recognises nullmailer's lines, which have no tag but that of its
// protocol, and its trace of the dialogue.
func isNullmailer(e *entry) bool {
	text := e.text
	for _, begin := range nullmailerChatter[:4] {
		if strings.HasPrefix(text, begin) {
			return true
		}
	}
	for _, begin := range []string{"smtp: Failed:", "smtp: Succeeded:", "qmqp: Failed:", "Sending failed: ", "Starting delivery: host: ", "Sending timed out, killing protocol",
		"Server SSL/TLS certificate ", "Could not verify SSL/TLS certificate: ", "Error completing TLS handshake: ", "Invalid peer certificate (error "} {
		if strings.HasPrefix(text, begin) {
			return true
		}
	}
	return text == "Sent file." || isNullmailerTrace(text)
}

// isNullmailerTrace reports whether a text is a line of the dialogue.
func isNullmailerTrace(text string) bool {
	if reply, ok := strings.CutPrefix(text, "<< "); ok {
		return len(reply) > 3 && like(reply[:3], "ddd") && (reply[3] == ' ' || reply[3] == '-')
	}
	if command, ok := strings.CutPrefix(text, ">> "); ok {
		return hasAny(firstWord(command), "EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "QUIT")
	}
	return false
}

// readNullmailer reads what nullmailer's sender prints. It delivers one message
// at a time.
func readNullmailer(e *entry, ev *Event) {
	ev.Story = e.storyOr("nullmailer")
	text := e.text
	for _, begin := range nullmailerChatter {
		if strings.HasPrefix(text, begin) {
			ev.Reason = Chatter
			return
		}
	}
	ev.Side = Client
	ev.Peer = hostOf(between(text, "Starting delivery: host: ", " protocol:"))
	_, why, failed := strings.Cut(text, ": Failed:")
	switch {
	case strings.Contains(text, ": Succeeded:"):
		ev.Reason = Delivered
	case isNullmailerTrace(text):
		nullmailerTraced(text, ev)
	case ev.heard(text, nullmailerSayings):
		if strings.HasPrefix(text, "Starting delivery: ") || ev.Reason == NoCertificate {
			ev.Stage = Verify
		}
		if found := reasonOf(text); kinds[found.Reason].weight > kinds[ev.Reason].weight && ev.Reason == NotVerified {
			ev.Reason, ev.Says = found.Reason, found.says
		}
	case failed && strings.TrimSpace(why) == "":
		ev.Reason = ConnectionClosed
	case failed:
		ev.why(why, SMTPRejected)
	}
	if ev.Reason == Chatter {
		ev.Stage = ""
	}
}

// nullmailerTraced reads a line of the dialogue.
func nullmailerTraced(text string, ev *Event) {
	ev.Reason = Chatter
	if reply, ok := strings.CutPrefix(text, "<< "); ok && reply[0] >= '4' {
		ev.why(reply, SMTPRejected)
	}
}

package maillog

import "strings"

// muttSayings are what mutt and NeoMutt say when they send mail without a
// screen (mutt_ssl.c, mutt_ssl_gnutls.c, mutt_socket.c, smtp.c, send.c).
var muttSayings = []saying{
	{"Untrusted server certificate", Event{Reason: NotVerified}, false},
	// It follows the line that says why.
	{"Could not negotiate TLS connection", Event{Reason: HandshakeFailed}, false},
	{"gnutls_handshake: ", Event{Reason: HandshakeFailed, Stage: Handshake}, true},
	{"tls_socket_read (Error in the pull function", Event{Reason: ConnectionReset}, false},
	{"tls_socket_write (Error in the push function", Event{Reason: ConnectionReset}, false},
	{"SMTP session failed: read error", Event{Reason: ConnectionClosed}, false},
	{"SMTP session failed: write error", Event{Reason: ConnectionClosed}, false},
	{"Invalid server response", Event{Reason: MalformedReply}, false},
	{"Encrypted connection unavailable", Event{Reason: STARTTLSNotOffered}, false},
	{"Could not send the message.", Event{Reason: Chatter, Outcome: Bounced}, false},
	{"Mail sent.", Event{Reason: Delivered, Outcome: Sent}, false},
}

// muttBegins begin lines that only mutt writes. It puts no tag before them.
var muttBegins = []string{
	"Untrusted server certificate", "Could not negotiate TLS connection", "gnutls_handshake: ", "tls_socket_read (", "tls_socket_write (",
	"SMTP session failed: ", "Could not send the message.", "Invalid server response", "Warning: clearing unexpected server data before TLS negotiation",
}

// isMutt recognises mutt's lines.
func isMutt(e *entry) bool { return beginsWithAny(e.text, muttBegins) || muttClosed(e.text) != "" }

// muttClosed is the host that closed the connection, if a line says so.
func muttClosed(text string) string {
	host := between(text, "Connection to ", " closed")
	if !strings.HasPrefix(text, "Connection to ") || !strings.HasSuffix(text, " closed") || strings.Contains(host, " ") {
		return ""
	}
	return host
}

// readMutt reads what mutt prints of one message.
func readMutt(e *entry, ev *Event) {
	ev.Story, ev.Side = "mutt", Client
	if reply, ok := strings.CutPrefix(e.text, "SMTP session failed: "); ok && isReply(reply) {
		ev.answer(spoken{text: reply, unexpected: true})
		return
	}
	if host := muttClosed(e.text); host != "" {
		ev.Reason, ev.Says, ev.Peer = ConnectionClosed, e.text, host
		return
	}
	ev.heard(e.text, muttSayings)
}

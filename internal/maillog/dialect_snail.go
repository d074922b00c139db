package maillog

import "strings"

// snailSayings are what s-nail says of TLS and of the connection (src/mx/xtls.c,
// src/mx/sock-http-pop3-imap-smtp-etc.c), and that it gave up: it has no queue.
var snailSayings = []saying{
	{"message not sent", Event{Reason: Chatter, Outcome: Bounced}, false},
	{"Unexpected EOF on SMTP connection", Event{Reason: ConnectionClosed}, false},
	{"could not initiate TLS connection: error:00000000:lib(0)", Event{Reason: HandshakeClosed}, false},
	{"could not initiate TLS connection", Event{Reason: HandshakeFailed, Stage: Handshake}, true},
}

// isSnail recognises, without its tag, only that s-nail or Heirloom mailx gave
// up.
func isSnail(e *entry) bool {
	return e.text == "... message not sent" || e.text == ". . . message not sent."
}

// readSnail reads what s-nail says on its standard error: the dialogue, the
// certificate's fault, that the handshake failed for it, and that nothing was
// sent are one story.
func readSnail(e *entry, ev *Event) {
	ev.Story, ev.Side = "s-nail", Client
	if said, ok := cutMark(e.text); ok {
		ev.spoke(said)
		return
	}
	if host, ok := strings.CutPrefix(e.text, "Connecting to "); ok {
		host, _, _ = strings.Cut(host, " ")
		ev.role, ev.Reason, ev.Peer = opening, Chatter, hostOf(host)
		return
	}
	ev.heard(e.text, snailSayings)
}

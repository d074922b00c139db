package maillog

// snailSayings are what s-nail says of TLS (src/mx/xtls.c), and that it gave up.
var snailSayings = []saying{
	{"message not sent", Event{Reason: Chatter, Outcome: Deferred}, false},
	{"could not initiate TLS connection: error:00000000:lib(0)", Event{Reason: HandshakeClosed}, false},
	{"could not initiate TLS connection", Event{Reason: HandshakeFailed, Stage: Handshake}, true},
}

// isSnail recognises s-nail by its tag only.
func isSnail(*entry) bool { return false }

// readSnail reads what s-nail says on its standard error: the certificate's
// fault, that the handshake failed for it, and that nothing was sent are one
// story.
func readSnail(e *entry, ev *Event) {
	ev.Story, ev.Side = "s-nail", Client
	ev.heard(e.text, snailSayings)
}

package maillog

import "strings"

// ironPortBegins begin the lines of AsyncOS (Cisco's Email Security Appliance,
// once IronPort), each before a number: of a connection from a client (ICID), of
// one to a server (DCID), or of a message (MID).
var ironPortBegins = []string{
	"ICID ", "DCID ", "MID ", "New SMTP ICID ", "New smtp ICID ", "New SMTP DCID ", "New smtp DCID ", "Start MID ", "Delivery start DCID ",
	"Message done DCID ", "Message finished MID ", "Message aborted MID ", "Bounced: DCID ", "Delayed: DCID ", "Connection Error: DCID ", "Connection Error: DCID: ",
}

// ironPortSayings are what it says of a connection or a message.
var ironPortSayings = []saying{
	{" TLS failed: STARTTLS unexpected response", Event{Reason: STARTTLSRefused}, false},
	{" TLS failed", Event{Reason: HandshakeFailed, Stage: Handshake}, true},
	{" TLS was required but could not be successfully negotiated", Event{Reason: HandshakeFailed, Stage: Handshake}, true},
	{" TLS success", Event{Reason: TLSEstablished, InTLS: true}, false},
	{"Message done ", Event{Reason: Delivered, Outcome: Sent}, false},
	{"Bounced: ", Event{Reason: SMTPRejected, Outcome: Bounced}, false},
	{" bounced: ", Event{Reason: SMTPRejected, Outcome: Bounced}, false},
	{"Delayed: ", Event{Reason: SMTPRejected, Outcome: Deferred}, false},
	{" delayed: ", Event{Reason: SMTPRejected, Outcome: Deferred}, false},
	{"Connection Error: ", Event{Reason: ConnectionTimeout}, true},
}

// isIronPort recognises a line by its beginning and the number behind it.
func isIronPort(e *entry) bool {
	if e.text == "" || strings.IndexByte("IDMNSBC", e.text[0]) < 0 {
		return false
	}
	for _, begin := range ironPortBegins {
		if rest, ok := strings.CutPrefix(e.text, begin); ok && rest != "" && isDigit(rest[0]) {
			return true
		}
	}
	return false
}

// readIronPort reads a line. Those of one delivery have the number of the
// connection in common; a message by itself has its own. What a message is
// about, as its subject, is chatter.
func readIronPort(e *entry, ev *Event) {
	switch {
	case numberBehind(e.text, "DCID") != "":
		ev.Side, ev.Story = Client, "DCID "+numberBehind(e.text, "DCID")
	case numberBehind(e.text, "ICID") != "":
		ev.Side, ev.Story = Server, "ICID "+numberBehind(e.text, "ICID")
	default:
		ev.Side, ev.Story = Client, "MID "+numberBehind(e.text, "MID")
	}
	ev.Peer = ironPortPeer(e.text)
	if strings.Contains(e.text, " Subject ") {
		ev.Reason = Chatter
		return
	}
	heard := ev.heard(e.text, ironPortSayings)
	switch {
	case ev.Reason == SMTPRejected:
		ev.quotedReply(e.text)
	case !heard && strings.HasPrefix(e.text, "DCID ") && reasonOf(e.text).Reason != "":
	case !heard:
		ev.Reason = Chatter
	}
}

// ironPortPeer is the other side's address, as the first line of a connection
// has it, or the one of a connection that failed; empty if there is none.
func ironPortPeer(text string) string {
	switch {
	case strings.HasPrefix(text, "New "):
		return firstWord(tail(text, "address "))
	case strings.HasPrefix(text, "Connection Error: "):
		return firstWord(tail(text, "IP: "))
	}
	return ""
}

// quotedReply reads the server's words, which stand in brackets behind a text
// that is the same whatever they are: "4.1.0 - Unknown address error ('403', ['4.7.0 …'])".
func (ev *Event) quotedReply(text string) {
	code, said := between(text, "('", "'"), between(text, "['", "']")
	if said == "" {
		ev.replied(text)
		return
	}
	ev.replied(code + " " + said)
	ev.Stage = ""
}

// numberBehind is the number that stands behind a word; empty if none does.
func numberBehind(text, word string) string {
	rest := strings.TrimLeft(tail(text, word), ": ")
	end := 0
	for end < len(rest) && isDigit(rest[end]) {
		end++
	}
	return rest[:end]
}

package maillog

import "strings"

// harakaClient is what Haraka says of mail that it sends (outbound/hmail.js).
var harakaClient = []saying{
	{"secured verified=true", Event{Reason: TLSVerified, Verified: true, InTLS: true}, false},
	{"secured verified=false", Event{Reason: NotVerified, InTLS: true}, true},
	{"socket timeout waiting on connect", Event{Reason: NoGreeting}, false},
	{"socket timeout waiting on starttls", Event{Reason: ReplyTimeout, Class: Fault, Stage: STARTTLS}, false},
	{"socket timeout waiting on ehlo", Event{Reason: ReplyTimeout, Stage: EHLO}, false},
	{"socket timeout waiting on ", Event{Reason: ReplyTimeout}, false},
	{"disconnected before secure TLS connection was established", Event{Reason: HandshakeClosed}, false},
	{"Ongoing connection failed to ", Event{Reason: ConnectionClosed}, true},
	{"closed connection while we were processing mail", Event{Reason: ConnectionClosed}, false},
	{"delivered file=", Event{Reason: Delivered, Outcome: Sent}, false},
	{"Host failed TLS verification required by configuration", Event{Reason: NotVerified, Outcome: Deferred}, false},
	{"No TLS available but required by configuration", Event{Reason: STARTTLSNotOffered, Outcome: Deferred}, false},
	{"DNS lookup failure: ", Event{Reason: NameNotResolved, Outcome: Deferred}, false},
	{"Temporary MX lookup error", Event{Reason: NameNotResolved, Outcome: Deferred}, false},
	{"Tried all MXs", Event{Reason: Chatter, Outcome: Deferred}, false},
	{"Temp failing ", Event{Reason: SMTPRejected, Outcome: Deferred}, true},
	{"bouncing mail: No Such Domain", Event{Reason: NameNotResolved, Outcome: Bounced}, false},
	{"bouncing mail: Nowhere to deliver", Event{Reason: NameNotResolved, Outcome: Bounced}, false},
	{"bouncing mail: No MX for ", Event{Reason: NameNotResolved, Outcome: Bounced}, false},
	{"sends and receives no email (NULL MX)", Event{Reason: NameNotResolved, Outcome: Bounced}, false},
	{"Unrecognized response from upstream server", Event{Reason: MalformedReply}, false},
	{"bouncing mail: ", Event{Reason: SMTPRejected, Outcome: Bounced}, true},
	{"MX Lookup for ", Event{Reason: NameNotResolved}, false},
	{"TLS disabled for ", Event{Reason: Chatter}, false},
	{"Error - but not processing mail: ", Event{Reason: SMTPRejected}, true},
	{"did not advertise AUTH capability", Event{Reason: AuthFailed}, false},
	{"did not offer any compatible types", Event{Reason: AuthFailed}, false},
	{"> deferred: ", Event{Reason: SMTPRejected}, true},
	{"> rejected: ", Event{Reason: SMTPRejected}, true},
	{"S: 4", Event{Reason: SMTPRejected}, true},
	{"S: 5", Event{Reason: SMTPRejected}, true},
	{"S: ", Event{Reason: Chatter}, false},
	{"C: ", Event{Reason: Chatter}, false},
}

// harakaServer is what Haraka says of mail that it takes (connection.js,
// plugins/tls.js) and of itself.
var harakaServer = []saying{
	{"secured: ", Event{Side: Server, Reason: TLSEstablished, InTLS: true}, false},
	{"STARTTLS failed. Marking ", Event{Side: Server, Reason: HandshakeFailed}, false},
	{"timeout setting up TLS", Event{Side: Server, Reason: HandshakeTimeout}, false},
	{"client connection error: ", Event{Side: Server, Reason: ConnectionClosed}, true},
	{"client dropped connection", Event{Side: Server, Reason: ConnectionClosed}, false},
	{"client half closed connection", Event{Side: Server, Reason: ConnectionClosed}, false},
	{"timeout, destroy socket", Event{Side: Server, Reason: ReplyTimeout}, false},
	{"could not be loaded", Event{Side: Own, Reason: OwnCertificateUnreadable}, false},
	{"no valid TLS config", Event{Side: Own, Reason: OwnCertificateUnreadable}, false},
	{"not equal to certs (", Event{Side: Own, Reason: OwnCertificateUnreadable}, false},
	{"no PRIVATE key in ", Event{Side: Own, Reason: OwnCertificateUnreadable}, false},
	{"queue code=OK", Event{Side: Server, Reason: Received, Outcome: Accepted}, false},
	{"queue code=DENY", Event{Side: Server, Reason: SMTPRejected}, true},
	{"disconnect ip=", Event{Side: Server, Reason: Chatter}, false},
	{"connect ip=", Event{Side: Server, Reason: Chatter}, false},
	{"Listening on ", Event{Reason: Chatter}, false},
	{"TLS certs in ", Event{Reason: Chatter}, false},
}

// isHaraka recognises Haraka's lines by the id and the plugin in brackets, or
// by words that only hmail.js has.
func isHaraka(e *entry) bool {
	if e.field("uuid") != "" && e.field("source") != "" {
		return true
	}
	if _, plugin, _ := cutHaraka(e.text); plugin != "" {
		return true
	}
	return hasAny(e.text, "Ongoing connection failed to ", "Host failed TLS verification required by configuration", "No TLS available but required by configuration",
		"closed connection while we were processing mail", "STARTTLS failed. Marking ", "secured verified=")
}

// cutHaraka takes off "[UUID.1.1] [outbound] ", with a level before it that the
// frame does not know as one.
func cutHaraka(text string) (id, plugin, rest string) {
	for _, level := range []string{"[PROTOCOL] ", "[LOGPROTOCOL] ", "[DATA] "} {
		text = strings.TrimPrefix(text, level)
	}
	if !strings.HasPrefix(text, "[") {
		return "", "", text
	}
	id, rest, ok := strings.Cut(text[1:], "] [")
	if !ok || id != "-" && (len(id) < 36 || !isName(id, "-.")) {
		return "", "", text
	}
	plugin, rest, ok = strings.Cut(rest, "] ")
	if !ok || !isName(plugin, "_-./") {
		return "", "", text
	}
	return strings.TrimPrefix(id, "-"), plugin, rest
}

// readHaraka reads Haraka's log in each of its formats. A connection has an id,
// and so has every message of it, which goes out under that.
func readHaraka(e *entry, ev *Event) {
	id, plugin, text := cutHaraka(e.text)
	if plugin == "" {
		id, plugin = strings.TrimPrefix(e.field("uuid"), "-"), e.field("source")
	}
	if verified := e.field("verified"); verified != "" && strings.HasPrefix(text, "secured") {
		text = "secured verified=" + verified + strings.TrimPrefix(text, "secured")
	}
	sends := plugin == "outbound" || strings.HasPrefix(text, "outbound\t")
	if !sends && plugin == "" {
		sends = ev.heard(text, harakaClient)
	}
	if sends {
		ev.Side, ev.Story = Client, id
		harakaSends(text, ev)
		return
	}
	ev.Story, _, _ = strings.Cut(id, ".")
	if ev.heard(text, harakaServer) || plugin == "" {
		if ev.Reason == TLSEstablished && strings.Contains(text, "verified=false") {
			ev.Class = Harmless
		}
		return
	}
	if id != "" {
		ev.Side = Server
	}
}

// harakaSends reads what is said of a delivery.
func harakaSends(text string, ev *Event) {
	ev.heard(text, harakaClient)
	switch {
	case ev.Reason == Delivered:
		ev.Peer = hostOf(value(text, "host="))
		ev.InTLS = value(text, "tls=") == "Y"
		if ev.InClear = value(text, "tls=") == "N"; ev.InClear {
			ev.Reason = DeliveredInClear
		}
	case strings.Contains(text, "Ongoing connection failed to "):
		ev.Peer = hostOf(firstWord(tail(text, "connection failed to ")))
	case strings.Contains(text, "Remote end "):
		ev.Peer = hostOf(firstWord(tail(text, "Remote end ")))
	}
}

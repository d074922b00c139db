package maillog

import "strings"

// isExchange recognises what Exchange says in bounces and queues, and a line of
// its protocol log.
func isExchange(e *entry) bool {
	if exchangeSigns.in(e.text) {
		return true
	}
	_, ok := protocolLine(e)
	return ok
}

// readExchange reads what Exchange says.
func readExchange(e *entry, ev *Event) {
	if line, ok := protocolLine(e); ok {
		ev.protocolLog(line)
		return
	}
	ev.Side = Client
	switch {
	case strings.Contains(e.text, "5.7.3 STARTTLS is required to send mail") && hasAny(e.text, "LED=", "[Message="):
		// What a connector says that demands TLS of a server without it.
		ev.Reason, ev.Says = STARTTLSNotOffered, "STARTTLS is required to send mail"
		return
	case strings.Contains(e.text, "STOREDRV."):
		ev.Stage = Data
	case strings.Contains(e.text, "RESOLVER."):
		ev.Stage = Rcpt
	}
	ev.told(e.text, "")
	if ev.Reason == "" && replyCode(e.text) >= 400 {
		ev.replied(e.text)
	}
}

// A protocolEvent is one line of Exchange's protocol log: date-time,
// connector-id, session-id, sequence-number, local-endpoint, remote-endpoint,
// event, data, context.
type protocolEvent struct{ connector, session, remote, event, data, context string }

// protocolLine takes a line of a protocol log apart. Its time is already cut
// off with the comma behind it, or still there.
func protocolLine(e *entry) (protocolEvent, bool) {
	if strings.Count(e.text, ",") < 6 {
		return protocolEvent{}, false
	}
	fields := strings.Split(e.text, ",")
	if len(fields) > 0 && timeEnd(fields[0]) == len(fields[0]) && fields[0] != "" {
		fields = fields[1:]
	}
	if len(fields) < 7 || len(fields[1]) != 16 || strings.Trim(fields[1], "0123456789ABCDEF") != "" || !isDigits(fields[2]) {
		return protocolEvent{}, false
	}
	rest := fields[6:]
	p := protocolEvent{connector: fields[0], session: fields[1], remote: fields[4], event: fields[5]}
	p.data, p.context = strings.Join(rest, ","), ""
	if last := len(rest) - 1; last > 0 {
		p.data, p.context = strings.Join(rest[:last], ","), rest[last]
	}
	return p, p.event == "+" || p.event == "-" || p.event == ">" || p.event == "<" || p.event == "*"
}

// protocolLog reads an event of a protocol log. Which of > and < is the
// server's shows by what was said.
func (ev *Event) protocolLog(p protocolEvent) {
	ev.Story, ev.Peer, ev.Side = p.session, hostOf(p.remote), Client
	verb, _, _ := strings.Cut(p.data, " ")
	stage, isVerb := verbs[strings.ToUpper(verb)]
	switch {
	case p.event == "*":
		ev.told(p.data+" "+p.context, Chatter)
	case isVerb:
		ev.role, ev.Stage, ev.Reason, ev.Class = command, stage, Chatter, Other
		if p.event == "<" {
			ev.Side = Server
		}
	case isReply(p.data):
		ev.answer(spoken{text: p.data})
		if p.event == ">" {
			ev.Side = Server
		}
	default:
		ev.Reason = Chatter
	}
}

// exchangeSigns are words that only Exchange writes.
var exchangeSigns = newPhrases(
	"LED=", "[Message=", "{MSG=", "LastAttemptedServerName", "TLS negotiation failed with error ", "Security status ", "STOREDRV.", "RESOLVER.",
	"Primary target IP address responded with", "Microsoft Exchange ", "Message expired, ", ".prod.protection.outlook.com",
)

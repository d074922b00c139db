package maillog

import (
	"strconv"
	"strings"
)

// moxClient are the messages of mox' packages queue, smtpclient and mtasts.
var moxClient = []saying{
	{"delivered from queue", Event{Reason: Delivered, Outcome: Sent}, false},
	{"delivering to remote", Event{Reason: Chatter}, false},
	{"starting tls client", Event{Reason: Chatter}, false},
	{"handshake done", Event{Reason: TLSEstablished, InTLS: true}, false},
	{"connecting again for delivery attempt without tls", Event{Reason: ClearFallback, InClear: true}, false},
	{"mta-sts policy in mode enforce", Event{Reason: MTASTS}, false},
	{"mta-sts policy, but it is not enforced", Event{Reason: MTASTS, Class: Harmless}, false},
	{"mtasts lookup temporary error", Event{Reason: MTASTS}, false},
	{"does not implement requiretls", Event{Reason: RequireTLS}, false},
	{"verified tls is required, but ", Event{Reason: DANERequired}, false},
	{"verifying dane failed, continuing", Event{Reason: DANE, Class: Harmless}, false},
	{"no tlsa records for host, not doing dane", Event{Reason: Chatter}, false},
	{"not doing dane for host", Event{Reason: Chatter}, false},
	{"not attempting verification with dane", Event{Reason: Chatter}, false},
	{"not doing opportunistic dane", Event{Reason: Chatter}, false},
	{"no usable dane records", Event{Reason: Chatter}, false},
	{"gathering tlsa records failed", Event{Reason: Chatter}, false},
	{"reading quit response", Event{Reason: Chatter}, false},
	{"mtasts lookup result", Event{Reason: Chatter}, false},
	{"mtasts get result", Event{Reason: Chatter}, false},
	{"mtastsdb get result", Event{Reason: Chatter}, false},
}

// moxServer are the messages of mox' package smtpserver and those about its own
// certificates.
var moxServer = []saying{
	{"new connection", Event{Reason: Chatter}, false},
	{"tls handshake completed", Event{Reason: TLSEstablished, InTLS: true}, false},
	{"verifying tls client certificate", Event{Reason: ClientCertificateMissing}, false},
	{"deliver attempt to unknown user(s)", Event{Reason: UserUnknown}, false},
	{"incoming message rejected", Event{Reason: PolicyRejected}, false},
	{"incoming message delivered", Event{Reason: Received, Outcome: Accepted}, false},
	{"messages queued for delivery", Event{Reason: Queued, Stage: Data, Outcome: Accepted}, false},
	{"failed authentication attempt", Event{Reason: AuthFailed}, false},
	{"stored spammy mail", Event{Reason: PolicyRejected}, false},
	{"refusing connection due to many", Event{Reason: RateLimited, Stage: Connect}, false},
	{"listening for smtp", Event{Reason: Chatter}, false},
}

// isMox recognises mox' logfmt by the short names of its fields.
func isMox(e *entry) bool {
	return len(e.fields) > 2 && e.fields[0].key == "l" && e.fields[1].key == "m" && e.field("pkg") != ""
}

// readMox reads mox' log: m is what is said, err why, pkg by whom, the one that
// called last, and cid the connection or the attempt at a delivery.
func readMox(e *entry, ev *Event) {
	if cid := e.field("cid"); cid != "" {
		ev.Story = "cid " + cid
	}
	pkg := ""
	for _, f := range e.fields {
		if f.key == "pkg" {
			pkg = f.value
		}
	}
	message, why := e.field("m"), e.field("err")
	switch pkg {
	case "smtpserver":
		ev.Side = Server
		moxServes(e, message, why, ev)
	case "autotls":
		if message == "requesting certificate for fallback hostname" || message == "requesting certificate" && e.field("l") == "error" {
			ev.Side, ev.Reason = Own, OwnCertificateUnreadable
		} else {
			ev.Reason = Chatter
		}
	case "queue", "smtpclient", "mtasts", "mtastsdb", "dane":
		ev.Side = Client
		ev.Peer = hostOf(e.field("host"))
		if ev.Peer == "" {
			ev.Peer = e.field("remoteip")
		}
		moxDelivers(e, message, why, ev)
	default:
		if why == "" {
			ev.Reason = Chatter
		}
	}
}

// moxDelivers reads what is said of a delivery.
func moxDelivers(e *entry, message, why string, ev *Event) {
	switch {
	case message == "smtpclient command result":
		moxReply(e, ev)
	case ev.heard(message, moxClient):
	case why == "":
		ev.Reason = Chatter
	default:
		if strings.HasPrefix(message, "permanent failure delivering from queue") {
			ev.Outcome = Bounced
		}
		if strings.HasPrefix(message, "temporary failure delivering from queue") {
			ev.Outcome = Deferred
		}
		moxFailed(why, ev)
	}
}

// moxFailed reads an error of a delivery, by the errors of smtpclient/client.go.
func moxFailed(why string, ev *Event) {
	_, shook, handshake := strings.Cut(why, "TLS handshake: ")
	switch {
	case handshake:
		ev.handshake(shook, HandshakeFailed)
		if ev.Reason == HandshakeFailed && strings.Contains(shook, "dane: ") {
			ev.Reason, ev.Says, ev.Stage = DANE, "dane: ", Verify
		}
	case strings.Contains(why, "STARTTLS: got "):
		ev.Reason, ev.Says = STARTTLSRefused, "STARTTLS: got"
		ev.Code = replyCode(tail(why, "STARTTLS: got "))
	case strings.Contains(why, "dns lookup error"):
		ev.Reason = NameNotResolved
	case strings.Contains(why, "requiretls"):
		ev.Reason = RequireTLS
	case strings.Contains(why, "missing required tls verification mechanism"):
		ev.Reason = DANE
	case strings.Contains(why, "smtp protocol error"):
		ev.Reason = MalformedReply
	case strings.Contains(why, "mta-sts policy"):
		ev.Reason = MTASTS
	default:
		ev.why(why, SMTPRejected)
	}
}

// moxServes reads what is said of a connection from somewhere.
func moxServes(e *entry, message, why string, ev *Event) {
	_, shook, handshake := strings.Cut(why, "tls handshake: ")
	switch {
	case message == "smtp command result":
		moxReply(e, ev)
	case handshake:
		ev.handshake(shook, HandshakeFailed)
	case message == "connection closed" && why != "":
		ev.why(why, ConnectionClosed)
	case ev.heard(message, moxServer):
	case why == "":
		ev.Reason = Chatter
	}
}

// moxReply reads which reply a command got.
func moxReply(e *entry, ev *Event) {
	command := e.field("cmd")
	ev.Code, _ = strconv.Atoi(e.field("code"))
	status := statuses[e.field("secode")]
	if _, ecode, ok := strings.Cut(e.field("ecode"), "."); ok {
		status = statuses[ecode]
	}
	switch {
	case command == "auth" && ev.Code == 235:
		ev.Reason = AuthSucceeded
	case ev.Code < 400:
		ev.Reason = Chatter
	case command == "starttls":
		ev.Reason, ev.Says = STARTTLSRefused, "cmd=starttls"
	case command == "auth":
		ev.Reason = AuthFailed
	case status != "":
		ev.Reason = status
	default:
		ev.Reason = SMTPRejected
	}
}

package maillog

import (
	"encoding/json"
	"strings"
)

// maddySayings are the messages of maddy's modules that send and take mail
// (internal/target/remote, internal/target/queue, internal/endpoint/smtp).
var maddySayings = []saying{
	{"TLS verify error, trying without authentication", Event{Side: Client, Reason: NotVerified}, true},
	{"TLS error, trying plaintext", Event{Side: Client, Reason: ClearFallback, Stage: Handshake, InClear: true}, true},
	{"cannot use MX", Event{Side: Client, Reason: SMTPRejected}, true},
	{"connect error", Event{Side: Client, Reason: SMTPRejected}, true},
	{"MX does not match published non-enforced MTA-STS policy", Event{Side: Client, Reason: MTASTS, Class: Harmless}, false},
	{"not delivered, permanent error", Event{Side: Client, Reason: Chatter, Outcome: Bounced}, false},
	{"delivered", Event{Side: Client, Reason: Delivered, Outcome: Sent}, false},
	{"will retry", Event{Side: Client, Reason: Chatter, Outcome: Deferred}, false},
	{"handler error: ", Event{Side: Server, Reason: ConnectionClosed}, true},
	{"authentication failed", Event{Side: Server, Reason: AuthFailed}, false},
	{"RCPT ok", Event{Side: Server, Reason: Chatter}, false},
	{"too many RCPT errors", Event{Side: Server, Reason: RateLimited}, false},
	{"RCPT error", Event{Side: Server, Reason: SMTPRejected}, true},
	{"MAIL FROM error", Event{Side: Server, Reason: SMTPRejected}, true},
	{"DATA error", Event{Side: Server, Reason: SMTPRejected}, true},
	{"incoming message", Event{Side: Server, Reason: Received}, false},
	{"accepted", Event{Side: Server, Reason: Received, Outcome: Accepted}, false},
	{"aborted", Event{Side: Server, Reason: Chatter}, false},
	{"TLS is disabled, this is insecure", Event{Reason: OwnConfiguration}, false},
	{"authentication over unencrypted connections is allowed", Event{Reason: OwnConfiguration}, false},
	{"generated failed DSN", Event{Reason: Chatter}, false},
	{"listening on ", Event{Reason: Chatter}, false},
	{"connected", Event{Side: Client, Reason: Chatter}, false},
	{"trying", Event{Side: Client, Reason: Chatter}, false},
	{"reusing cached connection", Event{Side: Client, Reason: Chatter}, false},
}

// maddyPolicies are the errors of its policies upon TLS.
var maddyPolicies = []saying{
	{"TLS is required but unavailable or failed (MTA-STS)", Event{Reason: STARTTLSNotOffered}, false},
	{"authentication is required by MTA-STS", Event{Reason: NotVerified}, false},
	{"MX record authenticity (MTA-STS)", Event{Reason: MTASTS}, false},
	{"MX record authenticity (REQUIRETLS)", Event{Reason: RequireTLS, Stage: Verify}, false},
	{"MX record authenticity", Event{Reason: DANE}, false},
	{"TLS is required but unsupported or failed (enforced by DANE)", Event{Reason: STARTTLSNotOffered}, false},
	{"No matching TLSA records", Event{Reason: DANE}, false},
	{"TLS it not available or unauthenticated but required", Event{Reason: NotVerified}, false},
	{"Domain does not accept email (null MX)", Event{Reason: NameNotResolved}, false},
	{"MX lookup error", Event{Reason: NameNotResolved}, false},
	{"DNS error", Event{Reason: NameNotResolved}, false},
}

// maddyModules are those that log by their names.
var maddyModules = []string{"remote", "queue", "smtp", "submission", "lmtp", "target.remote", "target.queue", "smtp_downstream", "msgpipeline"}

// maddyHandshake is what it replies to a client that fails a handshake.
const maddyHandshake = "550 5.0.0 Handshake error"

// isMaddy recognises maddy's lines: a module, what it says, and an object with
// more of it.
func isMaddy(e *entry) bool {
	module, text, ok := strings.Cut(e.text, ": ")
	if !ok || strings.IndexByte(module, ' ') >= 0 {
		return strings.Contains(e.text, "TLS it not available or unauthenticated but required") || e.text == maddyHandshake
	}
	for _, name := range maddyModules {
		if module == name || strings.HasPrefix(module, name+"/") {
			return hasAny(text, "\t{\"", "  {\"", "handler error: ", "TLS is disabled, this is insecure", "listening on ") || e.time != "" && replyCode(text) != 0
		}
	}
	return false
}

// readMaddy reads maddy's log. The id of a message has a tail while it is being
// delivered.
func readMaddy(e *entry, ev *Event) {
	text, object := e.text, map[string]any{}
	if at := strings.Index(text, "{\""); at > 0 && json.Unmarshal([]byte(text[at:]), &object) == nil {
		text = strings.TrimRight(text[:at], " \t")
	}
	word := func(key string) string { s, _ := object[key].(string); return s }
	if id, _, _ := strings.Cut(word("msg_id"), "-"); id != "" {
		ev.Story = "msg " + id
	}
	ev.Peer = hostOf(word("remote_server"))
	why := word("reason")
	if said := word("smtp_msg"); said != "" && said != why {
		why += "; " + said
	}
	module, text := cutModule(text)
	switch {
	case strings.HasPrefix(text, "delivery attempt failed"):
		ev.Side = Client
		if code, ok := object["smtp_code"].(float64); ok {
			ev.Code = int(code)
		}
		maddyFailed(why, ev)
	case ev.heard(text+" "+why, maddySayings):
		maddySaid(text, why, ev)
	case text == maddyHandshake:
		ev.Side, ev.Reason = Server, HandshakeFailed
	case hasAny(module+text, "TLS it not available or unauthenticated but required"):
		ev.Side = Client
		ev.heard(module+text, maddyPolicies)
	case replyCode(text) != 0:
		maddyReplied(text, ev)
	}
}

// cutModule takes off the module that says it, which debugging lines lack.
func cutModule(text string) (module, rest string) {
	module, rest, ok := strings.Cut(text, ": ")
	if !ok || strings.IndexByte(module, ' ') >= 0 {
		return "", text
	}
	return module, rest
}

// maddyFailed reads why a delivery failed.
func maddyFailed(why string, ev *Event) {
	code := ev.Code
	if !ev.heard(why, maddyPolicies) {
		ev.why(why, SMTPRejected)
		if strings.Contains(why, "Network I/O error") && ev.Reason == SMTPRejected {
			ev.Reason, ev.Stage = ConnectionClosed, Data
		}
	}
	ev.Code = code
}

// maddySaid puts right what the words alone do not tell.
func maddySaid(text, why string, ev *Event) {
	switch {
	case strings.HasPrefix(text, "handler error: "):
		if ev.Reason == ConnectionClosed {
			ev.Stage = ""
		}
	case strings.HasPrefix(text, "cannot use MX"), strings.HasPrefix(text, "connect error"):
		ev.heard(why, maddyPolicies)
	}
}

// maddyReplied reads a reply in its trace of the dialogue, in which it is the
// server.
func maddyReplied(text string, ev *Event) {
	ev.Side = Server
	if ev.Code = replyCode(text); ev.Code >= 400 {
		ev.replied(text)
		return
	}
	if ev.Reason = Chatter; ev.Code == 235 {
		ev.Reason = AuthSucceeded
	}
}

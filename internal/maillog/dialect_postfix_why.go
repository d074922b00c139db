package maillog

import "strings"

// postfixWhy reads why a message was not delivered, as a status, a bounce or a
// line of its own says it (src/smtp/smtp_proto.c, smtp_connect.c,
// smtp_trouble.c).
func postfixWhy(why string, ev *Event) {
	if _, after, ok := strings.Cut(why, "delivery temporarily suspended: "); ok {
		why = after
	}
	if strings.HasPrefix(why, "X-Post") { // who writes a bounce: mail_name of main.cf
		_, why, _ = strings.Cut(why, "; ")
	}
	side := ev.Side
	ev.Side = Client
	switch {
	case hasAny(why, "lost connection ", " timed out while ", "timeout while "):
		postfixLost(why, ev)
	case strings.Contains(why, " refused to talk to me: "):
		_, reply, _ := strings.Cut(why, " refused to talk to me: ")
		refusedGreeting(reply, ev)
	case strings.Contains(why, "Server certificate "):
		ev.Reason, ev.Says = NotVerified, "Server certificate not"
	case strings.HasPrefix(why, "connect to "):
		postfixConnect(why, ev)
	case strings.Contains(why, "REQUIRETLS"):
		postfixRequireTLS(why, ev)
	case strings.Contains(why, "TLS is required, but "):
		postfixRequired(why, ev)
	case strings.Contains(why, "Cannot start TLS: "):
		ev.Reason, ev.Says = HandshakeFailed, "Cannot start TLS"
	case postfixPolicy(why, ev), postfixRest(why, ev):
	case strings.Contains(why, " said: "):
		postfixSaid(why, ev)
	case ev.Outcome != "":
		ev.replied(withoutAddresses(why))
	default:
		ev.Side = side
	}
}

// postfixRequired reads why TLS was not to be had that is asked for.
func postfixRequired(why string, ev *Event) {
	if ev.Says = "TLS is required"; strings.Contains(why, "was not offered") {
		ev.Reason = STARTTLSNotOffered
		return
	}
	if _, reply, ok := strings.Cut(why, " refused to start TLS: "); ok {
		ev.Reason, ev.Says, ev.Code = STARTTLSRefused, "refused to start TLS", replyCode(reply)
		return
	}
	ev.Side, ev.Reason = Own, OwnConfiguration
}

// postfixRequireTLS reads what a server lacked of RFC 8689.
func postfixRequireTLS(why string, ev *Event) {
	ev.Reason, ev.Says = RequireTLS, "REQUIRETLS"
	switch {
	case strings.Contains(why, "certificate"):
		ev.Stage = Verify
	case strings.Contains(why, "TLS service was not offered"), strings.Contains(why, "STARTTLS"):
		ev.Stage = STARTTLS
	default:
		ev.Stage = EHLO
	}
}

// postfixTLSA are the reasons that Postfix gives about TLSA records. Whatever else
// it says of them is DANE.
var postfixTLSA = []phrase{
	{"TLSA lookup", DNSSECInvalid, "", ""},
	{"no TLSA records found", DANERequired, "", ""},
	{"non DNSSEC destination", DANERequired, "", ""},
	{"TLSA records unusable", TLSAUnusable, "", ""},
	{"unusable TLSA", TLSAUnusable, "", ""},
	{"unsupported TLSA", TLSAUnusable, "", ""},
	{"TLSA records are all unusable", TLSAUnusable, "", ""},
}

// postfixPolicy reads failures of DANE and MTA-STS; false if there is none.
func postfixPolicy(why string, ev *Event) bool {
	switch {
	case strings.Contains(why, "DNSSEC validation "): // of which its resolver gives no sign
		ev.Side, ev.Reason, ev.Says = Own, OwnConfiguration, "DNSSEC validation"
	case hasAny(why, "TLSA", "DNSSEC", "DANE"):
		if ev.Reason, ev.Says = DANE, why; ev.says(why, postfixTLSA) {
			ev.Side = Client
		}
	case hasAny(why, "STS MX pattern", "external policy failure", "STS policy"):
		ev.Reason, ev.Says = MTASTS, why
	default:
		return false
	}
	ev.Stage = Verify
	return true
}

// postfixRest reads what smtp(8) finds out by itself and that has nothing to do
// with TLS; false if it is nothing of this.
func postfixRest(why string, ev *Event) bool {
	switch {
	case hasAny(why, "Host or domain name not found", "Host not found", "unable to look up host", "has a valid address record", "Name service error", "valid hostname", "Domain not found", "does not accept mail (nullMX)"):
		ev.Reason = NameNotResolved
	case hasAny(why, "loops back to myself", "mail forwarding loop", "local data error while", "unreadable mail queue entry", "mail transport unavailable", "temporary failure. Command output"):
		ev.Reason = LocalFailure
	case strings.Contains(why, "exceeds size limit") && strings.Contains(why, " of server "):
		ev.Reason, ev.Stage = MessageRefused, Mail
	case hasAny(why, "SASL authentication failed", "no compatible authentication mechanisms", "offered no supported AUTH mechanisms", "offered null AUTH mechanism list"):
		ev.Reason = AuthFailed
	case strings.Contains(why, "unexpected server message"):
		ev.Reason = MalformedReply
	case strings.HasPrefix(why, "STARTTLS rejected: "):
		ev.Reason, ev.Code = STARTTLSRefused, replyCode(why)
	case strings.HasPrefix(why, "SMTP service not available: "):
		refusedGreeting(tail(why, "SMTP service not available: "), ev)
	case strings.HasPrefix(why, "EHLO rejected: "), strings.HasPrefix(why, "HELO rejected: "):
		ev.Reason, ev.Code = EHLORefused, replyCode(why)
	case strings.HasPrefix(why, "Server is anonymous"):
		ev.Reason, ev.Class = NoCertificate, Harmless
	default:
		return false
	}
	return true
}

// postfixConnect reads "connect to HOST[ADDRESS]:PORT: why".
func postfixConnect(why string, ev *Event) {
	host, failure, _ := strings.Cut(strings.TrimPrefix(why, "connect to "), ": ")
	ev.Peer, ev.Stage = hostOf(host), Connect
	if failure == "server refused to talk to me" || strings.HasPrefix(failure, "server refused") {
		ev.Reason, ev.Stage = GreetingRefused, Greeting
		return
	}
	if ev.because(failure, NetworkUnreachable); kinds[ev.Reason].class == Fault {
		ev.Class = Other
	}
}

// lostAt are the parts of the dialogue as Postfix names them.
var lostAt = []struct {
	says  string
	stage Stage
}{
	{"server greeting", Greeting}, {"STARTTLS", STARTTLS}, {"EHLO", EHLO}, {"HELO", EHLO}, {"LHLO", EHLO}, {"AUTH", Auth}, {"MAIL FROM", Mail},
	{"RCPT TO", Rcpt}, {"DATA", Data}, {"end of data", Data}, {"message body", Data}, {"QUIT", Quit}, {"RSET", Mail},
}

// postfixLost reads in which part of the dialogue a connection was lost.
func postfixLost(why string, ev *Event) {
	_, while, _ := strings.Cut(why, " while ")
	for _, mark := range []string{"lost connection with ", "conversation with "} {
		if peer := tail(why, mark); peer != "" {
			ev.Peer = hostOf(firstWord(peer))
		}
	}
	ev.Reason, ev.Says = ConnectionClosed, "lost connection"
	if hasAny(why, "timed out", "timeout") {
		ev.Reason, ev.Says = ReplyTimeout, "timed out"
	}
	for _, at := range lostAt {
		if strings.Contains(while, at.says) {
			ev.Stage = at.stage
			break
		}
	}
	switch {
	case ev.Stage == Greeting:
		ev.Reason = NoGreeting
	case ev.Stage == Quit:
		ev.Class = Harmless // the message is through
	case ev.Reason == ReplyTimeout && ev.Stage != Data:
		ev.Class = Fault
	}
}

// refusedGreeting reads how a server refused to talk at all. That it has had
// too many connections, or that it blocks this address, is its policy; RFC 3463
// has the status 3.2 for a host that takes no mail.
func refusedGreeting(reply string, ev *Event) {
	ev.replied(withoutAddresses(reply))
	ev.Stage = Greeting
	switch {
	case ev.Code >= 200 && ev.Code < 400:
		ev.Reason, ev.Says, ev.Class = MalformedReply, reply, Fault
	case ev.Code == 0:
		ev.Reason, ev.Says = MalformedReply, reply
	case kinds[ev.Reason].class == Other && ev.Reason != SMTPRejected && ev.Reason != LocalFailure && !strings.Contains(reply, ".3.2 "):
	case ev.Code < 500:
		ev.Reason = GreetingBusy
	default:
		ev.Reason = GreetingRefused
	}
	if ev.Reason == MalformedReply && strings.HasPrefix(reply, "250") {
		ev.Stage = EHLO
	}
}

// postfixSaid reads a reply that smtp(8) quotes, and to which command it was.
func postfixSaid(why string, ev *Event) {
	host, reply, _ := strings.Cut(why, " said: ")
	if at := strings.LastIndex(host, "host "); at >= 0 {
		ev.Peer = hostOf(host[at+len("host "):])
	}
	said, to, _ := strings.Cut(reply, " (in reply to ")
	ev.replied(withoutAddresses(said))
	if strings.HasPrefix(to, "end of DATA") {
		to = "DATA"
	}
	ev.Stage = stageOf(to)
}

package maillog

import "strings"

// sendmailStatus reads what became of a message. What the other side answered
// stands behind reply=, or behind stat= itself.
func sendmailStatus(text string, ev *Event) {
	stat, reply := tail(text, "stat="), ""
	if at := keyAt(text, "reply="); at >= 0 {
		reply, _, _ = strings.Cut(text[at+len("reply="):], ", stat=")
	}
	remote := sendmailRemote(text)
	if remote {
		ev.Side = Client
	}
	switch {
	case strings.HasPrefix(stat, "Sent"):
		ev.Outcome, ev.Reason = Sent, Delivered
	case strings.HasPrefix(stat, "queued"):
		ev.Outcome, ev.Reason = Accepted, Queued
	case stat == "Deferred" && reply == "":
		ev.Outcome, ev.Reason = Deferred, Queued
	case strings.HasPrefix(stat, "Deferred"):
		ev.Outcome = Deferred
		sendmailWhy(reply, strings.TrimPrefix(stat, "Deferred: "), value(text, "dsn="), ev)
	default:
		ev.Outcome = Bounced
		sendmailWhy(reply, stat, value(text, "dsn="), ev)
	}
	if !remote {
		ev.Outcome = ""
		if kinds[ev.Reason].class == Fault || ev.Reason == SMTPRejected {
			ev.Reason = LocalFailure
		}
	}
}

// sendmailRemote reports whether a message goes to another host: mailers that
// do not speak SMTP hand it to programs and files of this one.
func sendmailRemote(text string) bool {
	mailer := value(text, "mailer=")
	if mailer == "" { // nothing was tried, or the line is cut
		return !strings.HasPrefix(text, "to=") || strings.Contains(text, "relay=")
	}
	return strings.Contains(mailer, "smtp") || mailer == "relay" || mailer == "msp" ||
		strings.Contains(tail(text, "relay="), " [")
}

// sendmailWhy reads why a message was not taken: the reply, sendmail's own
// words, and then the enhanced status code.
func sendmailWhy(reply, stat, dsn string, ev *Event) {
	words := reply
	if words == "" {
		words = stat
	}
	ev.Code = replyCode(words)
	switch {
	case sendmailDemand(words, "", ev):
		return
	case hasAny(stat, "Connection reset by"):
		ev.Reason, ev.Says = ConnectionReset, "Connection reset by"
		return
	case hasAny(stat, "read error from", "I/O error", "Connection closed", "premature end"):
		ev.Reason, ev.Says = ConnectionClosed, stat
		return
	case strings.Contains(stat, "host name lookup failure for TLSA"):
		ev.Reason, ev.Says = DNSSECInvalid, "host name lookup failure for TLSA RR"
		return
	case hasAny(stat, "Name server: ", "host name lookup failure", "Host unknown"):
		ev.Reason, ev.Says = NameNotResolved, stat
		return
	case strings.HasPrefix(stat, "Remote protocol error"):
		ev.Reason, ev.Says = MalformedReply, stat
		return
	}
	code := ev.Code
	ev.replied(words)
	if ev.Reason == SMTPRejected && reply != "" {
		ev.replied(stat)
	}
	if ev.Reason == SMTPRejected {
		if reason := statusReason(dsn); reason != "" {
			ev.Reason, ev.Says = reason, "dsn="+dsn
		}
	}
	ev.Code = code
}

// demands are what the rulesets tls_server and tls_rcpt answer (cf/m4/proto.m4),
// and what deliver.c says of its own.
var demands = []struct {
	says   string
	reason Reason
}{
	{"DANE: missing STARTTLS", STARTTLSNotOffered}, {"DANE check failed temporarily", DNSSECInvalid}, {"DANE", DANE}, {"STS lookup temp fail", MTASTS}, {"not listed in SANs", MTASTS},
	{"CN BadCertificateUnknown does not match", NoNames}, {"CN BadCertificateContainsNUL", NULInName}, {"CN BadCertificateTooLong", MalformedCertificate},
	{"does not match", HostMismatch}, {"not found in ", HostMismatch},
	{"other side does not support STARTTLS", STARTTLSNotOffered}, {"encryption too weak 0 ", STARTTLSNotOffered},
	{"encryption too weak 128 ", OwnConfiguration}, {"encryption too weak 256 ", OwnConfiguration}, {"encryption too weak", WeakEncryption},
	{"authentication failed", NotVerified}, {"authentication required", NotVerified}, {"authentication failure", STARTTLSRefused},
	{"not authenticated", NoCertificate}, {"no authentication requested", NoCertificate},
	{"STARTTLS failed", STARTTLSRefused}, {"TLS not available due to", STARTTLSRefused},
	{"STARTTLS temporarily not possible", OwnConfiguration}, {"STARTTLS disabled locally", OwnConfiguration},
	{"TLS handshake failed", HandshakeFailed}, {"TLS session initiation failed", HandshakeFailed},
}

// sendmailDemand reads an answer of a ruleset: arg1 is ${verify}, which tells
// more. Remote servers answer in like words to AUTH, with 535 and 530.
func sendmailDemand(words, arg1 string, ev *Event) bool {
	if code := replyCode(words); code == 535 || code == 530 || arg1 == "" && !hasAny(words, " 4.7.0 ", " 5.7.0 ", "TLS") {
		return false
	}
	for _, d := range demands {
		if strings.Contains(words, d.says) {
			ev.Reason, ev.Says = d.reason, d.says
			break
		}
	}
	switch arg1 {
	case "TEMP", "PROTOCOL":
		ev.Reason, ev.Says = STARTTLSRefused, "arg1="+arg1
	case "NONE":
		ev.Reason, ev.Says = STARTTLSNotOffered, "arg1="+arg1
	case "DANE_FAIL":
		ev.Reason, ev.Says = DANE, "arg1="+arg1
	case "DANE_TEMP":
		ev.Reason, ev.Says = DNSSECInvalid, "arg1="+arg1
	case "DANE_NOTLS":
		ev.Reason, ev.Says = STARTTLSNotOffered, "arg1="+arg1
	}
	if ev.Reason == NoCertificate {
		ev.Stage = Verify
	}
	return ev.Reason != ""
}

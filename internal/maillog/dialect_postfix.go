package maillog

import "strings"

// postfixSigns are words that only Postfix writes: they tell a line of which
// the tag was cut off, or the text of a bounce.
var postfixSigns = newPhrases(
	"TLS connection established ", "TLS library problem: ", "certificate verification failed for ", "certificate peer name verification failed for ",
	"SSL_connect error to ", "SSL_accept error from ", "Server certificate not ", "Cannot start TLS: ", "TLS is required, but ", " refused to talk to me: ",
	"] said: ", "lost connection with ", "lost connection after ", "conversation with ", "status=deferred (", "status=bounced (", "status=sent (",
	"Sender requested REQUIRETLS, ", "TLS policy lookup ", "Diagnostic-Code: X-Post", "TLSRPT: status=", "re-using session with untrusted ",
)

// isPostfix recognises Postfix' lines of which the tag was cut off.
func isPostfix(e *entry) bool {
	_, text := cutQueueID(e.text)
	if strings.HasPrefix(text, "connect to ") && strings.Contains(text, "]:") || postfixSigns.in(text) {
		return true
	}
	level, said := postfixLevel("", text)
	return (level == "warning" || level == "fatal") && (postfixOwn(level, said, &Event{}) || hasAny(said, "TLSA ", "SASL ", "STS MX pattern"))
}

// postfixRole is the program of Postfix that a tag names: "smtpd" for
// postfix/submission/smtpd. A service may stand before it, and an instance's
// name behind "postfix".
func postfixRole(program string) string {
	if program == "posttls-finger" {
		return "smtp"
	}
	return program[strings.LastIndexByte(program, '/')+1:]
}

// readPostfix reads Postfix' log, by what its programs say in src/smtp,
// src/smtpd, src/tls, src/tlsproxy and src/postscreen. A process of smtp(8)
// delivers one message after the other.
func readPostfix(e *entry, ev *Event) {
	id, text := cutQueueID(e.text)
	level, text := postfixLevel(e.level, text)
	ev.Story = e.storyOr(id)
	role := postfixRole(e.program)
	if postfixOwn(level, text, ev) {
		return
	}
	switch role {
	case "smtpd", "postscreen", "dnsblog":
		ev.Side = Server
		postfixServer(text, ev)
	case "smtp", "lmtp":
		ev.Side = Client
		postfixClient(text, ev)
	case "tlsproxy", "":
		postfixEither(text, ev)
	case "error", "retry":
		postfixClient(text, ev)
	case "local", "virtual", "pipe", "maildrop", "discard", "spawn":
		postfixLocal(text, ev)
	case "cleanup":
		postfixCleanup(text, ev)
	case "qmgr":
		if ev.Reason = Chatter; strings.HasSuffix(text, "(queue active)") {
			ev.Reason = Queued
		}
	}
	if ev.Reason == "" && role != "" {
		ev.Reason = Chatter
	}
}

// postfixLevel takes the severity off that msg_warn and its like put before a
// text; the frame may have had it.
func postfixLevel(level, text string) (severity, rest string) {
	for _, severity := range []string{"warning", "error", "fatal", "panic"} {
		if rest, ok := strings.CutPrefix(text, severity+": "); ok {
			return severity, rest
		}
	}
	return level, text
}

// postfixEither reads what may be a client's line or a server's: those of
// tlsproxy(8), which is both, and those without a tag.
func postfixEither(text string, ev *Event) {
	switch {
	case strings.Contains(text, "TLS library problem: "):
		ev.Side = postfixLibrarySide(text)
		postfixLibrary(text, ev)
	case hasAny(text, "SSL_accept error from ", "TLS connection established from ", "lost connection after ", "reject: ", "TLS handshake failed for service=", "client certificate verification failed "):
		ev.Side = Server
		postfixServer(text, ev)
	default:
		postfixClient(text, ev)
	}
}

// postfixLibrarySide says by the part of OpenSSL that complains who shook
// hands; empty if it does not tell.
func postfixLibrarySide(text string) Side {
	switch {
	case hasAny(text, "srvr.c", "client_hello", "CLIENT_HELLO:", "no shared cipher") && !strings.Contains(text, "SSL23_CLIENT_HELLO"):
		return Server
	case hasAny(text, "clnt.c", "server_hello", "SERVER_HELLO:", "server_certificate", "SERVER_CERTIFICATE:"):
		return Client
	}
	return ""
}

// postfixLibrary reads an error of OpenSSL (src/tls/tls_misc.c,
// tls_print_errors). Nobody ends TLS without a word in the middle of a
// handshake but who closes the connection.
func postfixLibrary(text string, ev *Event) {
	words := tail(text, "TLS library problem: ")
	if at := strings.LastIndex(words, "SSL alert number "); at >= 0 {
		words = words[at:]
	}
	ev.because(words, HandshakeFailed)
	switch {
	case ev.Reason == NoCloseNotify:
		ev.Reason, ev.Stage = HandshakeClosed, Handshake
	case ev.Reason == NotTLS && strings.Contains(text, "process_client_hello:unknown protocol"):
		ev.Reason = VersionUnsupported
	case strings.Contains(words, "ssl_rsa.c"), ev.Reason == HandshakeFailed && hasAny(text, "system library:", "SSL_CTX_use_", "BIO routines", "PEM_read", "key values mismatch"):
		ev.Side, ev.Reason, ev.Says = Own, OwnCertificateUnreadable, words
	case ev.Reason == HandshakeFailed && ev.Says == words:
		ev.Class = Fault
	}
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return strings.TrimSuffix(word, ":")
}

// postfixLocal reads what became of a message that went to a mailbox or a
// program of this host: that is no delivery to another one, and has no outcome.
func postfixLocal(text string, ev *Event) {
	word, why, _ := strings.Cut(tail(text, "status="), " ")
	switch {
	case word == "sent":
		ev.Reason = Delivered
	case word != "" && strings.Contains(why, "unknown user"):
		ev.Reason = UserUnknown
	case word != "":
		if ev.Reason = replyReason(withoutAddresses(why)).Reason; ev.Reason == "" {
			ev.Reason = LocalFailure
		}
	}
}

// postfixCleanup reads what cleanup(8) refuses for milters and header checks;
// all else it says is chatter.
func postfixCleanup(text string, ev *Event) {
	if strings.HasPrefix(text, "milter-") || strings.HasPrefix(text, "reject: ") {
		ev.Side = Server
		postfixReject(text, ev)
		if ev.Reason == Blocked || strings.HasPrefix(text, "reject: ") {
			ev.Reason, ev.Says = PolicyRejected, firstWord(text)
		}
	}
}

// withoutAddresses takes out what stands in angle brackets: addresses and
// names are no evidence.
func withoutAddresses(text string) string {
	for {
		before, rest, ok := strings.Cut(text, "<")
		_, after, closed := strings.Cut(rest, ">")
		if !ok || !closed {
			return text
		}
		text = before + after
	}
}

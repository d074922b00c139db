package maillog

import "strings"

// eximPhrases are by smtp_in.c, daemon.c, receive.c and host.c.
var eximPhrases = []phrase{
	{"input sent without waiting for greeting", OutOfSequence, Server, Greeting},
	{"synchronization error", OutOfSequence, Server, ""},
	{"dropped: too many", SMTPRejected, Server, ""},
	{"SMTP syntax error in ", SMTPRejected, Server, ""},
	{"SMTP protocol error in ", OutOfSequence, Server, ""},
	{"SMTP protocol violation", OutOfSequence, Server, ""},
	{"no MAIL in ", Chatter, Server, ""},
	{"command timeout on", ReplyTimeout, Server, ""},
	{"SMTP data timeout", ReplyTimeout, Server, Data},
	{"unexpected disconnection while reading SMTP command", ConnectionClosed, Server, ""},
	{"lost while reading message data", ConnectionClosed, Server, Data},
	{"incomplete transaction (", ConnectionClosed, Server, ""},
	{"refused: too many connections", RateLimited, Server, Connect},
	{"refused: load average", RateLimited, Server, Connect},
	{"temporarily refused connection from ", RateLimited, Server, Connect},
	{"refused connection ", PolicyRejected, Server, Connect},
	{"authenticator failed for ", AuthFailed, Server, Auth},
	{"no host name found for IP address", Chatter, Server, Connect},
	{"no IP address found for host", Chatter, Server, Connect},
	{"sender verify fail for ", PolicyRejected, Server, Rcpt},
	{"sender verify defer for ", PolicyRejected, Server, Rcpt},
	{"SMTP connection from ", Chatter, Server, ""},
	{"after QUIT, client reset TCP", Chatter, Server, Quit},
	{"SSL channel closed on write", ConnectionClosed, Server, ""},
	{"STARTTLS received after TLS started", OutOfSequence, Server, ""},
	{"message too big", MessageRefused, Server, Data},
	{"Unrouteable address", UserUnknown, "", ""},
	{"unqualified ", PolicyRejected, Server, ""},
	{"VRFY failed for ", UserUnknown, Server, ""},
	{"DKIM: ", Chatter, Server, ""},
	{" daemon started: ", Chatter, "", ""},
	{"queue run", Chatter, "", ""},
	{"SIGHUP received", Chatter, "", ""},
	{"Spool file is locked", Chatter, "", ""},
	{"is locked (another process is handling this message)", Chatter, "", ""},
	{"socket bind() to port", LocalFailure, Own, ""},
	{"failed to expand ", LocalFailure, Own, ""},
	{"Warning: purging the environment", Chatter, Own, ""},
	{"Completed", Chatter, "", ""},
	{"rozen", Chatter, "", ""},
	{"error ignored", Chatter, "", ""},
	{"cancelled by ", Chatter, "", ""},
	{"removed by ", Chatter, "", ""},
	{"no immediate delivery", Queued, "", ""},
}

// helloBytes is how Exim prints the beginning of a client hello: somebody spoke
// TLS where this host wants a command.
const helloBytes = `"\026\003`

// eximConnected reads what happens to those who connect, and what is left.
func eximConnected(text string, ev *Event) {
	switch {
	case hasAny(text, "TLS error on ", "TLS error (", "TLS send error on ", "TLS recv error on ", "TLS ALPN "):
		ev.Side = Server
		eximTLS(text, ev)
		if ev.Reason == "" {
			ev.Reason = HandshakeFailed
		}
	case strings.Contains(text, "SSL verify error"):
		if strings.Contains(text, "(during ") { // it asks the sender's host back
			ev.Side = Client
		} else {
			ev.Side = Server
		}
		ev.Depth = depthOf(text)
		eximVerifyError(text, ev)
	case strings.Contains(text, helloBytes):
		ev.Side, ev.Reason, ev.Says = Server, NotTLS, helloBytes
	case ev.says(text, eximPhrases):
	case eximOwn(text, ev):
	case strings.Contains(text, " Warning: "), strings.HasPrefix(text, "Warning: "):
		ev.Reason = Chatter
	}
}

// eximRejected reads what this host refused: "rejected RCPT <a@b>: why". Behind
// a colon the word is the other side's.
func eximRejected(text string, ev *Event) bool {
	before, rest, ok := strings.Cut(text, "rejected ")
	if !ok || len(eximWords(before)) < len(before) || strings.HasPrefix(rest, "connection from") || strings.HasPrefix(text, "unqualified ") || strings.HasPrefix(text, "SMTP ") {
		return false
	}
	ev.Side = Server
	what := strings.Trim(strings.TrimPrefix(rest, "after "), `"`)
	switch {
	case strings.HasPrefix(what, "from "), strings.HasPrefix(what, "by "), strings.HasPrefix(what, "during "):
		ev.Stage = Data
	default:
		ev.Stage = stageOrData(what)
	}
	words := eximWords(rest)
	ev.Code = replyCode(words)
	ev.refused(words)
	return true
}

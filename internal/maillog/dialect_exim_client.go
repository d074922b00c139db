package maillog

import "strings"

// eximFailed reads a delivery that failed or was put off. What was said before
// the colon is who and where, and no evidence.
func eximFailed(text string, ev *Event) {
	outcome := Deferred
	if strings.HasPrefix(text, "** ") {
		outcome = Bounced
	}
	if eximLocal(text) {
		ev.refused(eximWords(text))
		if ev.Reason == PolicyRejected {
			ev.Reason = LocalFailure
		}
		return
	}
	ev.Side, ev.Outcome = Client, outcome
	ev.InTLS = strings.Contains(text, " X=")
	eximTrouble(text, ev)
	if ev.Reason == "" {
		ev.replied(eximWords(text))
	}
}

// localTransports are parts of the names of transports that hand a message to
// files and programs of this host, in Debian's and other configurations.
var localTransports = []string{"local", "spool", "maildir", "address_", "pipe", "procmail", "maildrop", "lmtp", "dovecot", "userdelivery", "file", "reply", "vacation", "archive", "mailman", "virtual"}

// eximLocal reports whether a delivery is to this host itself.
func eximLocal(text string) bool {
	head, _, _ := strings.Cut(text, ": ")
	transport := value(head, "T=")
	return transport != "" && !strings.Contains(head, " H=") && !strings.Contains(transport, "smtp") && hasAny(strings.ToLower(transport), localTransports...)
}

// eximWords is what stands behind the addresses, the host and what is known of
// TLS: it begins behind the first colon and space outside of quotes, or behind
// "defer (-1)".
func eximWords(text string) string {
	quoted := false
	for i := 0; i+1 < len(text); i++ {
		switch {
		case text[i] == '"':
			quoted = !quoted
		case text[i] == ':' && text[i+1] == ' ' && !quoted:
			return text[i+2:]
		}
	}
	return text
}

// eximVerdicts are what Exim says about deliveries in words of its own.
var eximVerdicts = []phrase{
	{"retry time not reached", Chatter, Client, ""},
	{"retry timeout exceeded", Chatter, Client, ""},
	{"have been failing for a long time", Chatter, Client, ""},
	{"all hosts have been failing", Chatter, Client, ""},
	{"all relevant MX records point to non-existent hosts", NameNotResolved, Client, ""},
	{"host lookup did not complete", NameNotResolved, Client, ""},
	{"lookup of host ", NameNotResolved, Client, ""},
	{"lowest numbered MX record points to local host", LocalFailure, Own, ""},
	{"remote host address is the local host", LocalFailure, Own, ""},
	{"no SMTP service", NameNotResolved, Client, ""},
	{"Unrouteable address", UserUnknown, Client, ""},
	{"unrouteable mail domain", NameNotResolved, Client, ""},
	{"TLS support not available", OwnConfiguration, Own, ""},
	{"authentication required but ", AuthRequired, Client, Auth},
	{"authenticator failed", AuthFailed, Client, Auth},
	{"failed to expand ", LocalFailure, Own, ""},
	{"Permission denied", LocalFailure, Own, ""},
	{"transport filter", LocalFailure, Own, ""},
	{"ainted ", LocalFailure, Own, ""},
	{"did not offer TLS support", STARTTLSNotOffered, Client, ""},
	{"STARTTLS not offered", STARTTLSNotOffered, Client, ""},
	{"an attempt to start TLS failed", STARTTLSRefused, Client, ""},
	{"lines too long for transport", MessageRefused, Own, ""},
}

// eximTrouble reads why a delivery, or an attempt at one host, came to nothing.
func eximTrouble(text string, ev *Event) {
	ev.InClear = strings.Contains(text, "delivering unencrypted to ")
	switch {
	case strings.Contains(text, "SSL verify error"):
		ev.Depth = depthOf(text)
		eximVerifyError(text, ev)
	case eximDialogue(text, ev):
	case strings.Contains(text, "DANE "):
		eximDANE(text, ev)
	case eximTLSWords.in(text) &&
		!strings.Contains(text, "a TLS session is required"):
		eximTLS(text, ev)
	case ev.says(eximWords(text), eximVerdicts), ev.says(text, eximVerdicts):
	default:
		words := eximWords(text)
		found := reasonOf(words)
		if found.Reason != "" {
			ev.Reason, ev.Says = found.Reason, found.says
		}
	}
}

// eximDialogue reads what went wrong between the commands. Exim 4.7 and before
// name the host where later versions do not.
func eximDialogue(text string, ev *Event) bool {
	after, found := eximAfter(text)
	if !found {
		return false
	}
	_, reply, _ := strings.Cut(after, ": ")
	if strings.HasPrefix(reply, "host ") {
		_, reply, _ = strings.Cut(reply, "]: ")
	}
	stage := eximStage(after)
	switch {
	case strings.Contains(text, "SMTP timeout "):
		ev.broken(stage, ReplyTimeout, "SMTP timeout ")
	case strings.Contains(text, "Malformed SMTP reply"):
		ev.Reason, ev.Stage, ev.Says = MalformedReply, stage, "Malformed SMTP reply"
	case strings.Contains(text, "closed connection"):
		ev.broken(stage, ConnectionClosed, "closed connection")
	default:
		eximReply(reply, stage, ev)
	}
	return true
}

// eximAfter is what follows "after" or "in response to": what Exim had sent.
func eximAfter(text string) (after string, found bool) {
	for _, mark := range []string{"SMTP error from remote mail", "SMTP timeout "} {
		if _, rest, ok := strings.Cut(text, mark); ok {
			_, after, found = strings.Cut(rest, "after ")
			return strings.TrimPrefix(after, "pipelined "), found
		}
	}
	_, after, found = strings.Cut(text, "in response to ")
	return strings.TrimPrefix(after, "pipelined "), found
}

// broken says that the connection ended, or that an answer did not come, at a
// stage. Where the server did not even greet, that is what it is.
func (ev *Event) broken(stage Stage, reason Reason, says string) {
	ev.Reason, ev.Stage, ev.Class, ev.Says = reason, stage, Fault, says
	switch {
	case stage == Greeting:
		ev.Reason = NoGreeting
	case stage == Handshake && reason == ConnectionClosed:
		ev.Reason = HandshakeClosed
	}
}

// eximReply reads a reply that was a refusal.
func eximReply(reply string, stage Stage, ev *Event) {
	ev.replied(reply)
	if ev.Reason == SMTPRejected {
		switch {
		case stage == Greeting && ev.Code >= 500:
			ev.Reason = GreetingRefused
		case stage == Greeting:
			ev.Reason = GreetingBusy
		case stage == EHLO:
			ev.Reason = EHLORefused
		case stage == STARTTLS:
			ev.Reason = STARTTLSRefused
		}
	}
	if kinds[ev.Reason].class == Other {
		ev.Stage = stage
	}
}

// eximStage is the stage of what Exim had sent.
func eximStage(after string) Stage {
	switch {
	case strings.HasPrefix(after, "initial connection"):
		return Greeting
	case strings.HasPrefix(after, "TLS-on-connect"):
		return Handshake
	case strings.HasPrefix(after, "end of data"), strings.HasPrefix(after, "sending data block"):
		return Data
	}
	return stageOrData(after)
}

// eximTLSWords are words in lines about TLS with a server.
var eximTLSWords = newPhrases(
	"TLS session", "TLS error", "TLS send error", "TLS recv error", "(SSL_", "(gnutls", "(certificate", "certificate status", "Server certificate", "cert status", "OCSP", "(handshake)", "tls_certificate",
)

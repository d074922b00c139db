package maillog

import "strings"

// openSMTPDClient reads what the transfer agent says.
func openSMTPDClient(text string, ev *Event) {
	ev.Peer = openSMTPDPeer(text)
	switch {
	case strings.HasPrefix(text, "mta connecting "):
		ev.Reason, ev.Stage = Chatter, Connect
	case strings.HasPrefix(text, "mta connected"):
		ev.Reason, ev.Stage, ev.opened = Chatter, Connect, true
	case strings.HasPrefix(text, "mta tls "), strings.HasPrefix(text, "mta starttls "), strings.Contains(text, "Started TLS on session"):
		ev.Reason, ev.InTLS = TLSEstablished, true
	case strings.Contains(text, "cert-check result="), strings.Contains(text, "Server certificate verification "):
		openSMTPDCertificate(text, ev)
	case strings.HasPrefix(text, "mta disconnected "), strings.HasPrefix(text, "mta: ") && strings.Contains(text, "<<< 220 "):
		ev.Reason, ev.Stage, ev.content = Chatter, Quit, true
		if strings.HasPrefix(text, "mta: ") {
			ev.Stage, ev.content = STARTTLS, false
		}
	case strings.HasPrefix(text, "mta closing reason=tls"):
		ev.Reason = HandshakeFailed
	case strings.HasPrefix(text, "mta error reason="):
		openSMTPDError(strings.Trim(strings.TrimPrefix(text, "mta error reason="), `"`), ev)
	case strings.HasPrefix(text, "smtp-out: Error on "):
		_, why, _ := strings.Cut(strings.TrimPrefix(text, "smtp-out: Error on "), ": ")
		openSMTPDError(why, ev)
	case strings.HasPrefix(text, "smtp-out: No MX found for "), strings.HasPrefix(text, "smtp-out: Failed to resolve MX for "):
		ev.Reason = NameNotResolved
	case strings.Contains(text, "IO error: "):
		openSMTPDError(text[strings.Index(text, "IO error: "):], ev)
	case keyAt(text, "stat=") >= 0:
		openSMTPDDelivery(text, ev)
	}
}

// openSMTPDPeer finds the name of the server: host=NAME where it connects,
// relay="ADDRESS (NAME)" where it delivered.
func openSMTPDPeer(text string) string {
	if host := value(text, "host="); host != "" {
		return hostOf(host)
	}
	relay := between(text, `relay="`, `"`)
	if name := between(relay, "(", ")"); name != "" {
		return hostOf(name)
	}
	if relay == "" { // until 5.9
		relay = values(text, "relay=")
		if name := between(relay, "(", ")"); name != "" {
			relay = name
		}
	}
	return hostOf(relay)
}

// openSMTPDCertificate reads what came of the server's certificate. Without a
// policy that asks for it nobody looks, and the result is "unverified" since
// 7.0, "failure" before: nothing is wrong if the session goes on.
func openSMTPDCertificate(text string, ev *Event) {
	if hasAny(text, `result="valid`, `result="verified`, `result="success`, "verification succeeded") {
		ev.Reason, ev.Verified = TLSVerified, true
		return
	}
	ev.Reason, ev.Says = NotVerified, "cert-check"
}

// openSMTPDDelivery reads what became of a message.
func openSMTPDDelivery(text string, ev *Event) {
	result := strings.Trim(value(text, "result="), `"`)
	if before, ok := strings.CutPrefix(text, "relay: "); ok {
		result = firstWord(before)
	}
	why := strings.Trim(tail(text, "stat="), `"`)
	ev.Outcome = Bounced
	switch result {
	case "Ok":
		ev.Reason, ev.Outcome, ev.content = Delivered, Sent, true
		return
	case "TempFail":
		ev.Outcome = Deferred
	}
	switch {
	case len(why) > 3 && isDigits(why[:3]):
		ev.replied(withoutAddresses(why))
		ev.content = true
	case hasAny(why, "Domain does not exist", "Host not found", "No MX found", "MX lookup", "Invalid domain name", "Domain does not accept mail", "to remote MX"):
		ev.Reason = NameNotResolved
	case hasAny(why, "destination", "Destination", "Address family"):
		ev.Reason, ev.Stage = SMTPRejected, Connect // the session itself says why
	case hasAny(why, "Could not ", "Cannot ", "Loop detected", "No auth table", "source address"):
		ev.Reason = LocalFailure
	default:
		openSMTPDError(why, ev)
	}
}

// refusedCommands are the replies that end a session, by the command that was
// refused.
var refusedCommands = []struct {
	says   string
	reason Reason
}{
	{"STARTTLS rejected: ", STARTTLSRefused}, {"EHLO rejected: ", EHLORefused}, {"HELO rejected: ", EHLORefused}, {"LHLO rejected: ", EHLORefused},
	{"AUTH rejected: ", AuthFailed},
}

// openSMTPDError reads why a session ended before its time.
func openSMTPDError(why string, ev *Event) {
	ev.Says = why
	for _, refused := range refusedCommands {
		if strings.HasPrefix(why, refused.says) {
			ev.Reason, ev.Code = refused.reason, replyCode(why)
			return
		}
	}
	failure, failed := strings.CutPrefix(why, "IO Error: ")
	if !failed {
		failure, failed = strings.CutPrefix(why, "IO error: ")
	}
	switch {
	case failed:
		openSMTPDFailure(failure, ev)
	case strings.HasPrefix(why, "opportunistic TLS failed"):
		ev.Reason, ev.Stage = ClearFallback, Handshake
	case strings.HasPrefix(why, "TLS required but not supported"), strings.HasPrefix(why, "TLS required but not offered"):
		ev.Reason = STARTTLSNotOffered
	case strings.HasPrefix(why, "BANNER rejected: "):
		refusedGreeting(strings.TrimPrefix(why, "BANNER rejected: "), ev)
	case strings.HasPrefix(why, "Remote host sent too much data"):
		ev.Reason = STARTTLSInjection
	case strings.HasPrefix(why, "Bad response"), strings.HasPrefix(why, "Input too long"):
		ev.Reason = MalformedReply
	case strings.HasPrefix(why, "Connection closed unexpectedly"):
		ev.Reason = ConnectionClosed
	case strings.HasPrefix(why, "Connection timeout"):
		ev.Reason, ev.Class = ReplyTimeout, Fault
	case strings.HasPrefix(why, "Connection failed: "):
		ev.because(strings.TrimPrefix(why, "Connection failed: "), NetworkUnreachable)
		ev.Stage, ev.Class = Connect, Other
	case hasAny(why, "AUTH", "Credentials too large"):
		ev.Reason = AuthFailed
	default:
		ev.because(why, ConnectionClosed)
	}
}

// openSMTPDFailure reads an error of the connection or of TLS upon it.
func openSMTPDFailure(failure string, ev *Event) {
	switch {
	case strings.HasPrefix(failure, "handshake failed: "), strings.HasPrefix(failure, "error:"):
		ev.because(failure, HandshakeFailed)
		if ev.Reason == NoCloseNotify {
			ev.Reason, ev.Stage = HandshakeClosed, Handshake
		}
		if ev.Reason == HandshakeFailed && strings.Contains(failure, "provider signature failure") {
			ev.Reason = HandshakeSignature
		}
		if ev.Reason == HandshakeFailed && strings.Contains(failure, "unknown security bits") {
			ev.Reason = DHTooSmall
		}
	case strings.Contains(failure, "certificate verification failed: "):
		ev.because(failure, NotVerified)
		if kinds[ev.Reason].stage != Verify {
			ev.Reason = NotVerified
		}
	case strings.HasPrefix(failure, "name `") && strings.Contains(failure, "not present in server certificate"):
		ev.Reason, ev.Says = HostMismatch, "not present in server certificate"
	case strings.HasPrefix(failure, "error verifying name "):
		if ev.Reason, ev.Says = MalformedCertificate, "error verifying name"; !strings.Contains(failure, "NUL byte") {
			ev.Reason = HostMismatch
		}
	default:
		ev.because(failure, ConnectionClosed)
	}
}

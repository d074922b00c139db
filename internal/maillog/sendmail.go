package maillog

import "strings"

// isSendmail recognises sendmail's lines of which the tag was cut off.
func isSendmail(e *entry) bool {
	return strings.HasPrefix(e.text, "STARTTLS=") || strings.HasPrefix(e.text, "STARTTLS: ") || strings.HasPrefix(e.text, "ruleset=") ||
		strings.Contains(e.text, ", stat=") && strings.Contains(e.text, "dsn=") || strings.HasPrefix(e.text, "stat=")
}

// readSendmail reads sendmail's own log, by sendmail/tls.c, deliver.c and
// srvrsmtp.c. What has no queue id belongs to the process, which delivers one
// message after the other.
func readSendmail(e *entry, ev *Event) {
	id, text := cutQueueID(e.text)
	ev.Story = e.storyOr(id)
	if relay := values(text, "relay="); relay != "" {
		ev.Peer = hostOf(relay)
	}
	switch {
	case strings.HasPrefix(text, "STARTTLS=client"):
		ev.Side = Client
		sendmailTLS(text, ev)
	case strings.HasPrefix(text, "STARTTLS=server"):
		ev.Side = Server
		sendmailTLS(text, ev)
	case strings.HasPrefix(text, "STARTTLS"):
		sendmailSTARTTLS(text, ev)
	case strings.HasPrefix(text, "ruleset=tls_") || strings.Contains(text, ", ruleset=tls_"):
		sendmailRuleset(text, ev)
	case keyAt(text, "stat=") >= 0:
		sendmailStatus(text, ev)
	case strings.HasPrefix(text, "from=") && keyAt(text, "nrcpts=") >= 0:
		ev.Side, ev.Reason, ev.Outcome = Server, Received, Accepted
		proto := value(text, "proto=")
		ev.InTLS, ev.InClear = strings.Contains(proto, "SMTPS"), strings.HasSuffix(strings.TrimSuffix(proto, "A"), "SMTP")
	case strings.Contains(text, "reject="):
		ev.Side = Server
		sendmailReject(tail(text, "reject="), ev)
	}
}

// storyOr is the story of a process, or of a queue id where there is none.
func (e *entry) storyOr(id string) string {
	if e.pid != "" {
		return e.host + " " + e.program + "[" + e.pid + "]"
	}
	return id
}

// sendmailTLS reads STARTTLS=client and STARTTLS=server.
func sendmailTLS(text string, ev *Event) {
	verify, message := value(text, "verify="), values(text, "verifymsg=")
	switch {
	case verify != "":
		ev.InTLS = true
		sendmailVerify(cleanWord(verify), ev)
	case message == "ok":
		ev.Reason, ev.Verified = TLSVerified, true
	case message != "":
		ev.because(message, NotVerified)
	case strings.Contains(text, "error: "):
		sendmailError(text, ev)
	case strings.Contains(text, "SSL_shutdown"):
		ev.Reason, ev.Class = NoCloseNotify, Harmless
	case strings.Contains(text, "get_verify: 0 "):
		ev.Reason = TLSVerified
	case strings.Contains(text, "get_verify: "):
	case strings.Contains(text, "init=0"):
		ev.Reason = OwnConfiguration
	}
}

// cleanWord takes off what a forum's markup adds to a word.
func cleanWord(s string) string {
	if end := strings.IndexAny(s, "[<*"); end > 0 {
		s = s[:end]
	}
	return s
}

// sendmailVerify reads the words of ${verify} (Sendmail Installation and
// Operation Guide, section 5.3). As a server, they are of the client's
// certificate, which hardly any client has.
func sendmailVerify(word string, ev *Event) {
	switch word {
	case "OK", "TRUSTED":
		ev.Reason, ev.Verified = TLSVerified, true
	case "NO", "NOT", "NONE":
		ev.Reason = ClientCertificateMissing
		if ev.Side == Client {
			ev.Reason = NoCertificate
			ev.Class = Harmless
		}
	case "FAIL", "DANE_FAIL":
		ev.Reason = NotVerified
		if word != "FAIL" {
			ev.Reason = DANE
		}
	case "SOFTWARE":
		ev.Reason = HandshakeFailed
	case "TEMP", "PROTOCOL":
		ev.Reason = STARTTLSRefused
	default:
		ev.Reason = TLSEstablished
	}
	ev.Says = "verify=" + word
}

// sendmailError reads why a handshake failed. Where OpenSSL has no reason, the
// system's error number has.
func sendmailError(text string, ev *Event) {
	if found := reasonOf(text); found.Reason != "" && found.Reason != HandshakeFailed {
		ev.Reason, ev.Says = found.Reason, found.says
		return
	}
	switch value(text, "errno=") {
	case "104", "54", "32":
		ev.Reason = HandshakeReset
	case "110", "60", "11", "35":
		ev.Reason = HandshakeTimeout
	case "0":
		ev.Reason = HandshakeFailed
		if value(text, "SSL_error=") == "5" {
			ev.Reason = HandshakeClosed
		}
	default:
		ev.Reason = HandshakeFailed
	}
}

// sendmailSTARTTLS reads lines that do not say on which side they are.
func sendmailSTARTTLS(text string, ev *Event) {
	switch {
	case strings.HasPrefix(text, "STARTTLS: CACert") && strings.Contains(text, "missing"), strings.Contains(text, "load verify locs"):
		ev.Reason, ev.Side = OwnTrustStoreEmpty, Own
	case strings.HasPrefix(text, "STARTTLS: Client") && strings.Contains(text, "missing"):
		ev.Reason, ev.Side = ClientCertificateMissing, Own
	case strings.HasPrefix(text, "STARTTLS: Server") && strings.Contains(text, "missing"):
		ev.Reason, ev.Side = OwnCertificateUnreadable, Own
	case strings.Contains(text, "CRLFile missing"), strings.Contains(text, "DHParameters missing"):
		ev.Reason, ev.Side = Chatter, Own
	case strings.Contains(text, "cert verify: "):
		sendmailCertVerify(text, ev)
	case strings.HasPrefix(text, "STARTTLS=read"), strings.HasPrefix(text, "STARTTLS=write"):
		ev.Reason = Chatter
	case strings.Contains(text, "read error="), strings.Contains(text, "write error="):
		ev.Reason = ConnectionClosed
		if hasAny(text, "errno=104", "errno=54", "errno=32") {
			ev.Reason = ConnectionReset
		}
	}
}

// sendmailCertVerify reads what is said of one certificate of a chain. That
// there is no CRL matters only if the chain is refused for it.
func sendmailCertVerify(text string, ev *Event) {
	ev.Depth = depthOf(text)
	reason := tail(text, "reason=")
	switch {
	case reason == "ok", value(text, "state=") == "1":
		ev.Reason = Chatter
	default:
		ev.because(reason, NotVerified)
		if ev.Reason == CRLUnavailable {
			ev.Class = Harmless
		}
	}
}

// depthOf is the number behind depth=; -1 if there is none.
func depthOf(text string) int {
	depth := value(text, "depth=")
	if !isDigits(depth) || len(depth) > 2 {
		return -1
	}
	n := 0
	for _, c := range depth {
		n = n*10 + int(c-'0')
	}
	return n
}

// because takes the reason that some words give, or another one if they give
// none.
func (ev *Event) because(words string, otherwise Reason) {
	found := reasonOf(words)
	if found.Reason == "" {
		found = because{otherwise, words}
	}
	ev.Reason, ev.Says = found.Reason, found.says
}

// sendmailRuleset reads what the rulesets tls_server, tls_rcpt and tls_client
// refuse, by cf/m4/proto.m4. arg1 of the first is ${verify}.
func sendmailRuleset(text string, ev *Event) {
	ev.Side = Client
	if strings.Contains(text, "ruleset=tls_client") {
		ev.Side = Server
	}
	reject := tail(text, "reject=")
	ev.Code = replyCode(reject)
	switch arg := value(text, "arg1="); {
	case strings.Contains(reject, "does not match"):
		ev.Reason, ev.Says = HostMismatch, "does not match"
	case arg == "TEMP", arg == "PROTOCOL":
		ev.Reason, ev.Says = STARTTLSRefused, "arg1="+arg
	case arg == "NONE":
		ev.Reason, ev.Says = STARTTLSNotOffered, "arg1="+arg
	case hasAny(reject, "authentication failed", "not authenticated", "authentication failure", "authentication required"):
		ev.Reason, ev.Says = NotVerified, "authentication failed"
	case strings.Contains(reject, "encryption too weak"):
		ev.Reason, ev.Says = WeakEncryption, "encryption too weak"
	default:
		ev.because(reject, HandshakeFailed)
	}
}

// sendmailStatus reads what became of a message.
func sendmailStatus(text string, ev *Event) {
	ev.Side = Client
	stat := tail(text, "stat=")
	switch {
	case strings.HasPrefix(stat, "Sent"):
		ev.Outcome, ev.Reason = Sent, Delivered
		return
	case strings.HasPrefix(stat, "queued"):
		ev.Outcome, ev.Reason = Accepted, Queued
		return
	case strings.HasPrefix(stat, "Deferred"):
		ev.Outcome = Deferred
	default:
		ev.Outcome = Bounced
	}
	ev.Code = replyCode(stat)
	switch {
	case hasAny(stat, "authentication failed", "not authenticated"):
		ev.Reason, ev.Says = NotVerified, "authentication failed"
	case hasAny(stat, "encryption too weak 0", "other side does not support STARTTLS"):
		ev.Reason, ev.Says = STARTTLSNotOffered, stat
	case strings.Contains(stat, "Connection reset by"):
		ev.Reason, ev.Says = ConnectionReset, "Connection reset by"
	default:
		ev.replied(text)
	}
}

// sendmailReject reads what this host refused as a server.
func sendmailReject(reject string, ev *Event) {
	ev.Code = replyCode(reject)
	ev.replied(reject)
}

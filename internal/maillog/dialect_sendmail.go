package maillog

import "strings"

// isSendmail recognises sendmail's lines of which the tag was cut off.
func isSendmail(e *entry) bool {
	_, text := cutQueueID(e.text)
	return strings.HasPrefix(text, "STARTTLS=") || strings.HasPrefix(text, "STARTTLS: ") || strings.HasPrefix(text, "ruleset=") ||
		strings.HasPrefix(text, "AUTH=server, ") || strings.HasPrefix(text, "AUTH=client, ") || strings.HasPrefix(text, "tls_clt_features=") || strings.HasPrefix(text, "tls_srv_features=") || strings.HasPrefix(text, "stat=") ||
		strings.Contains(text, ", stat=") && hasAny(text, "dsn=", ", mailer=", "delay=")
}

// readSendmail reads sendmail's own log, by the log calls of version 8.18 and
// those of 8.11 on that it no longer has. What has no queue id belongs to the
// process, which delivers one message after the other.
func readSendmail(e *entry, ev *Event) {
	id, text := cutQueueID(e.text)
	ev.Story = e.storyOr(id)
	_, text = cutQueueID(text) // of the message that is returned
	ev.Peer = relayOf(text)
	switch {
	case strings.HasPrefix(text, "STARTTLS"):
		sendmailSTARTTLS(text, ev)
	case strings.HasPrefix(text, "ruleset=") || strings.Contains(text, ", ruleset="):
		sendmailRuleset(text, ev)
	case strings.HasPrefix(text, "MCI@"), strings.Contains(text, ": fl=0x"), strings.HasPrefix(text, "tls_"),
		strings.HasPrefix(text, "engine="), strings.HasPrefix(text, "DSN: "):
		ev.Reason = Chatter
	case keyAt(text, "stat=") >= 0:
		sendmailStatus(text, ev)
	case strings.HasPrefix(text, "from=") && keyAt(text, "nrcpts=") >= 0:
		sendmailReceived(text, ev)
	case strings.HasPrefix(text, "TLSA="), strings.HasPrefix(text, "DANE_depth="):
		sendmailTLSA(text, ev)
	case strings.HasPrefix(text, "SYSERR"):
		sendmailSystem(text, ev)
	default:
		sendmailServer(text, ev)
	}
}

// storyOr is the story of a process, or of a queue id where there is none.
func (e *entry) storyOr(id string) string {
	if e.pid != "" {
		return e.host + " " + e.program + "[" + e.pid + "]"
	}
	return id
}

// relayOf is the host behind relay=. Names that sendmail shortened have three
// dots in them: they are nobody's, and root@localhost is a user.
func relayOf(text string) string {
	relay := firstWord(strings.TrimLeft(values(text, "relay="), " "))
	if hasAny(relay, "...", "@") {
		return ""
	}
	return hostOf(relay)
}

// sendmailReceived reads that a message came in: by SMTP, or from a program of
// this host.
func sendmailReceived(text string, ev *Event) {
	ev.Reason, ev.Outcome = Received, Accepted
	proto := value(text, "proto=")
	if proto == "" {
		return
	}
	ev.Side = Server
	ev.InTLS, ev.InClear = strings.Contains(proto, "SMTPS"), strings.HasSuffix(strings.TrimSuffix(proto, "A"), "SMTP")
}

// sendmailTLSA reads what sendmail makes of TLSA records.
func sendmailTLSA(text string, ev *Event) {
	ev.Side, ev.Reason = Client, Chatter
	switch {
	case strings.Contains(text, "status=bogus"):
		ev.Reason, ev.Says = DNSSECInvalid, "status=bogus"
	case strings.Contains(text, "status=unsupported"):
		ev.Reason, ev.Says = TLSAUnusable, "status=unsupported"
	}
}

// sendmailSystem reads errors of this host's own.
func sendmailSystem(text string, ev *Event) {
	ev.Side, ev.Reason, ev.Says = Own, LocalFailure, "SYSERR"
	if found := reasonOf(text); found.Reason == OwnCertificateUnreadable || found.Reason == OwnTrustStoreEmpty || found.Reason == OwnConfiguration {
		ev.Reason, ev.Says = found.Reason, found.says
	}
	if strings.Contains(text, "timeout writing message to ") {
		ev.Side, ev.Reason, ev.Class, ev.Stage = Client, ReplyTimeout, Fault, Data
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

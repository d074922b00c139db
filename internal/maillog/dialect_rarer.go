package maillog

import "strings"

// rarerSayings are the texts of mailers that are met less often: tmail, MDaemon,
// Domino and Halon.
var rarerSayings = []saying{
	{"TLS handshake  failed: ", Event{Side: Server, Reason: HandshakeFailed, Stage: Handshake}, true},
	{"] * SSL error 0x80090302", Event{Side: Server, Reason: HandshakeFailed, Class: Fault}, false},
	{"] * SSL error ", Event{Side: Server, Reason: HandshakeFailed, Stage: Handshake}, true},
	{"Accepting SMTP connection from ", Event{Side: Server, Reason: Chatter}, false},
	{"SMTP session terminated", Event{Side: Server, Reason: Chatter}, false},
	{"SMTP session successful", Event{Side: Server, Reason: Chatter}, false},
	{"] --> ", Event{Side: Server, Reason: Chatter}, false},
	{"] <-- ", Event{Side: Server, Reason: Chatter}, false},
	{"SMTPClient: ReceiveResponse: 4", Event{Side: Client, Reason: SMTPRejected}, true},
	{"SMTPClient: ReceiveResponse: 5", Event{Side: Client, Reason: SMTPRejected}, true},
	{"SMTPClient: ", Event{Side: Client, Reason: Chatter}, false},
	{"SSLCheckCertChain> Valid ", Event{Side: Client, Reason: Chatter}, false},
	{"SSLCheckCertChain> ", Event{Side: Client, Reason: NotVerified}, true},
	{"SSL_Handshake> ", Event{Reason: Chatter}, false},
	{"(falling back to optional TLS)", Event{Side: Client, Reason: Chatter}, false},
	{"Connection is now using TLS", Event{Side: Client, Reason: TLSEstablished, InTLS: true}, false},
	{"hsh: ", Event{Side: Client, Reason: Chatter}, false},
	{" - EOT", Event{Side: Server, Reason: Chatter}, false},
	{" - starting new transaction ", Event{Side: Server, Reason: Chatter}, false},
	{" launched.", Event{Reason: Chatter}, false},
}

// isRarer recognises their lines: MDaemon's session and child in brackets,
// Domino's tasks, Halon's scripts, and tmail's daemons behind a dash.
func isRarer(e *entry) bool {
	text := e.text
	if session, rest, ok := strings.Cut(strings.TrimPrefix(text, "["), "] "); ok && len(session) < 16 && strings.HasPrefix(text, "[") {
		number, child, colon := strings.Cut(session, ":")
		if colon && isDigits(number) && isDigits(child) {
			return strings.HasPrefix(rest, "--> ") || strings.HasPrefix(rest, "<-- ") || strings.HasPrefix(rest, "* ") || strings.Contains(rest, "SMTP ")
		}
	}
	return strings.Contains(text, "] SMTPClient: ") || strings.Contains(text, "SSLCheckCertChain> ") || strings.HasPrefix(text, "hsh: ") ||
		strings.Contains(text, " - smtpd ") && strings.HasPrefix(text, "[")
}

// readRarer reads what they say, and whose it is.
func readRarer(e *entry, ev *Event) {
	switch {
	case strings.Contains(e.text, "SMTPClient: "), strings.Contains(e.text, "SSLCheckCertChain> "):
		ev.Dialect = "domino"
	case strings.HasPrefix(e.text, "hsh: "):
		ev.Dialect = "halon"
	case strings.Contains(e.text, " - smtpd "):
		ev.Dialect = "tmail"
	default:
		ev.Dialect = "mdaemon"
	}
	if ev.heard(e.text, rarerSayings) && ev.Reason == TLSEstablished && strings.HasSuffix(e.text, "(DANE)") {
		ev.Reason, ev.Verified = TLSVerified, true
	}
}

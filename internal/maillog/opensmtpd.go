package maillog

import "strings"

// isOpenSMTPD recognises OpenSMTPD's lines of which the tag was cut off.
func isOpenSMTPD(e *entry) bool {
	id, rest, ok := strings.Cut(e.text, " ")
	return ok && len(id) == 16 && isHex(id) && (strings.HasPrefix(rest, "mta ") || strings.HasPrefix(rest, "smtp ")) ||
		strings.HasPrefix(e.text, "mta ") || strings.HasPrefix(e.text, "smtp-out: ")
}

func isHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isDigit(c) && (c < 'a' || c > 'f') {
			return false
		}
	}
	return s != ""
}

// readOpenSMTPD reads OpenSMTPD's log, by usr.sbin/smtpd/mta_session.c, mta.c
// and smtp_session.c. A session has an id of sixteen digits.
func readOpenSMTPD(e *entry, ev *Event) {
	text := e.text
	if id, rest, ok := strings.Cut(text, " "); ok && len(id) == 16 && isHex(id) {
		ev.Story, text = id, rest
	}
	switch {
	case strings.HasPrefix(text, "mta "):
		ev.Side = Client
		openSMTPDClient(text, ev)
	case strings.HasPrefix(text, "smtp-out: "):
		ev.Side = Client
	case strings.HasPrefix(text, "smtp "):
		ev.Side = Server
		if strings.Contains(text, "cert-check") {
			ev.Reason, ev.Class = ClientCertificateMissing, Harmless
		}
	}
}

// openSMTPDClient reads what the transfer agent says.
func openSMTPDClient(text string, ev *Event) {
	if host := between(text, "host=", " "); host != "" {
		ev.Peer = hostOf(host)
	}
	switch result := strings.Trim(tail(text, "result="), "\""); {
	case strings.HasPrefix(text, "mta cert-check"):
		ev.Reason, ev.Verified = TLSVerified, true
		if strings.HasPrefix(result, "unverified") || strings.HasPrefix(result, "invalid") || strings.HasPrefix(result, "fail") {
			ev.Reason, ev.Verified, ev.Says = NotVerified, false, "result="+result
		}
	case result == "Ok":
		ev.Reason, ev.Outcome = Delivered, Sent
	case strings.HasPrefix(text, "mta tls "), strings.HasPrefix(text, "mta starttls "):
		ev.Reason, ev.InTLS = TLSEstablished, true
	}
	switch value(text, "result=") {
	case "\"Ok\"":
		ev.Reason, ev.Outcome = Delivered, Sent
	case "\"TempFail\"":
		ev.Outcome = Deferred
		ev.replied(tail(text, "stat="))
	case "\"PermFail\"":
		ev.Outcome = Bounced
		ev.replied(tail(text, "stat="))
	}
}

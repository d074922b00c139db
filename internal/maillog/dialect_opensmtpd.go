package maillog

import "strings"

// openSMTPDErrors begin the reasons with which a session ends
// (mta_session.c, mta_error), as people quote them.
var openSMTPDErrors = []string{
	"IO Error: ", "BANNER rejected: ", "EHLO rejected: ", "STARTTLS rejected: ", "Bad response: ", "Remote host sent too much data", "Connection closed unexpectedly",
	"opportunistic TLS failed, downgrading to plain", "TLS required but not supported by remote host",
}

// isOpenSMTPD recognises OpenSMTPD's lines of which the tag was cut off.
func isOpenSMTPD(e *entry) bool {
	_, text := cutSession(strings.TrimPrefix(e.text, "debug: "))
	if len(text) < len(e.text) && (strings.HasPrefix(text, "mta ") || strings.HasPrefix(text, "smtp ") || strings.HasPrefix(text, "mda ")) {
		return true
	}
	for _, begin := range []string{"mta ", "mta: ", "smtp-out: ", "smtp-in: ", "smtp: 0x", "info: OpenSMTPD "} {
		if strings.HasPrefix(text, begin) {
			return true
		}
	}
	return quotesOpenSMTPDError(e.text) || strings.Contains(e.text, `result="`) && strings.Contains(e.text, ` stat="`)
}

// quotesOpenSMTPDError reports whether a text is the reason with which a session
// ended.
func quotesOpenSMTPDError(text string) bool {
	for _, begin := range openSMTPDErrors {
		if strings.HasPrefix(text, begin) {
			return true
		}
	}
	return false
}

// cutSession takes the id of a session off: sixteen digits.
func cutSession(text string) (id, rest string) {
	if id, rest, ok := strings.Cut(text, " "); ok && len(id) == 16 && isHex(id) {
		return id, rest
	}
	return "", text
}

func isHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isDigit(c) && (c < 'a' || c > 'f') {
			return false
		}
	}
	return s != ""
}

// readOpenSMTPD reads OpenSMTPD's log, by usr.sbin/smtpd/mta_session.c, mta.c,
// smtp_session.c and smtp.c of 5.4 to 7.8. Until 6.0 lines began with smtp-out
// and smtp-in, and named the session further on.
func readOpenSMTPD(e *entry, ev *Event) {
	text := e.text
	for _, level := range []string{"debug: ", "info: ", "warn: "} {
		text = strings.TrimLeft(strings.TrimPrefix(text, level), " ")
	}
	if ev.Story, text = cutSession(text); ev.Story == "" {
		ev.Story = openSMTPDSession(text)
	}
	text = openSMTPDEvent(text)
	switch {
	case quotesOpenSMTPDError(text):
		ev.Side = Client
		openSMTPDError(text, ev)
	case openSMTPDOwn(text, ev):
	case strings.HasPrefix(text, "mta"), strings.HasPrefix(text, "smtp-out: "), strings.HasPrefix(text, "relay: "), strings.Contains(text, `result="`) && strings.Contains(text, ` stat="`):
		ev.Side = Client
		openSMTPDClient(text, ev)
	case strings.HasPrefix(text, "smtp "), strings.HasPrefix(text, "smtp: "), strings.HasPrefix(text, "smtp-in: "):
		ev.Side = Server
		openSMTPDServer(text, ev)
	case strings.HasPrefix(text, "mda "), strings.HasPrefix(text, "delivery: "):
		openSMTPDLocal(text, ev)
	case strings.HasPrefix(text, "Disabling incoming SMTP connections"):
		ev.Side, ev.Reason, ev.Stage = Server, RateLimited, Connect
	}
	if ev.Reason == "" && e.program != "" {
		ev.Reason = Chatter
	}
}

// openSMTPDEvent writes what 6.0 to 6.3 logged ("mta event=closed") as their
// successors do ("mta disconnected").
func openSMTPDEvent(text string) string {
	who, event, ok := strings.Cut(text, " event=")
	if !ok || who != "mta" && who != "smtp" && who != "mda" {
		return text
	}
	if after, closed := strings.CutPrefix(event, "closed "); closed {
		event = "disconnected " + after
	}
	return who + " " + event
}

// openSMTPDSession finds the id of a session inside a text.
func openSMTPDSession(text string) string {
	for _, mark := range []string{" session ", " session="} {
		if _, rest, ok := strings.Cut(text, mark); ok && len(rest) >= 16 && isHex(rest[:16]) {
			return rest[:16]
		}
	}
	return ""
}

// openSMTPDLocal reads what became of a message that went to a mailbox: that is
// no delivery to another host, and has no outcome.
func openSMTPDLocal(text string, ev *Event) {
	switch result := value(text, "result="); {
	case !strings.HasPrefix(text, "mda delivery") && !strings.HasPrefix(text, "delivery: "):
	case result == "Ok", strings.HasPrefix(text, "delivery: Ok "):
		ev.Reason = Delivered
	default:
		if ev.Reason = replyReason(withoutAddresses(tail(text, "stat="))).Reason; ev.Reason == "" {
			ev.Reason = LocalFailure
		}
	}
}

// openSMTPDOwnFaults are what smtpd(8) says of its own keys and settings
// (smtp.c, ssl.c, ca.c, smtpd.c, io_libtls).
var openSMTPDOwnFaults = []struct {
	says   string
	reason Reason
}{
	{"unable to load CA file", OwnTrustStoreEmpty}, {"failed to load CA file", OwnTrustStoreEmpty}, {"tls_config_set_ca", OwnTrustStoreEmpty},
	{"insecure permissions: must be at most", OwnCertificateUnreadable}, {": not owned by uid 0", OwnCertificateUnreadable},
	{"missing private key", OwnCertificateUnreadable}, {"failed to load certificate", OwnCertificateUnreadable}, {"failed to load key file", OwnCertificateUnreadable},
	{"missing certificate file", OwnCertificateUnreadable}, {"missing key file", OwnCertificateUnreadable}, {"tls_config_set_keypair", OwnCertificateUnreadable},
	{"tls_config_add_keypair", OwnCertificateUnreadable}, {"ca_init: ", OwnCertificateUnreadable}, {"PEM_read_bio_X509 failed", OwnCertificateUnreadable},
	{"could not load cert", OwnCertificateUnreadable}, {"ssl_ctx_use_certificate_chain", OwnCertificateUnreadable}, {"ssl_ctx_use_private_key", OwnCertificateUnreadable},
	{"failed to parse protocols", OwnConfiguration}, {"failed to set ciphers", OwnConfiguration}, {"no pki defined", OwnConfiguration}, {"tls_configure: ", OwnConfiguration},
	{"tls_config_", OwnConfiguration}, {"No PKI entry for requested SNI", OwnConfiguration}, {"no 'pki' entry configured for requested SNI", OwnConfiguration},
	{"TLS required for action", OwnConfiguration}, {"TLS required for relaying", OwnConfiguration}, {"credentials not found for ", LocalFailure},
	{"Could not retrieve credentials", LocalFailure}, {"Failed to retrieve secret", LocalFailure}, {"lookup fail for ", LocalFailure}, {"failure during ", LocalFailure},
}

// openSMTPDOwn reads what is about this host's own keys and settings; false if
// a line is not.
func openSMTPDOwn(text string, ev *Event) bool {
	for _, session := range []string{"mta ", "smtp ", "mda "} {
		if strings.HasPrefix(text, session) {
			return false
		}
	}
	for _, own := range openSMTPDOwnFaults {
		if !strings.Contains(text, own.says) {
			continue
		}
		if ev.Side, ev.Reason, ev.Says = Own, own.reason, own.says; own.reason == OwnCertificateUnreadable && strings.Contains(text, "SSL_accept") {
			ev.Stage = Handshake
		}
		return true
	}
	return false
}

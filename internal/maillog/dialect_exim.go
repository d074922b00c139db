package maillog

import "strings"

// isExim recognises the lines of Exim's main, reject and panic log: a time
// without a tag, then an id of a message, or the form of one of its lines.
func isExim(e *entry) bool {
	id, text := cutEximID(e.text)
	if id != "" || isEximHeader(e.text) {
		return true
	}
	for _, begins := range eximBegins {
		if strings.HasPrefix(text, begins) {
			return true
		}
	}
	if len(text) > 3 && text[2] == ' ' && hasAny(text[:2], "=>", "->", "**", "==", "<=", "*>", ">>") {
		return hasAny(text, " R=", " T=", " H=", " P=") || unroutedByExim(text)
	}
	return strings.HasPrefix(text, "H=") && strings.Contains(text, " [") || strings.HasPrefix(text, "X=TLS") ||
		strings.HasPrefix(text, "defer (") ||
		eximSigns.in(text)
}

// unroutedByExim: "** ADDRESS: why" is a line about a message that no router took.
func unroutedByExim(text string) bool {
	address, _, ok := strings.Cut(text[3:], ": ")
	return ok && text[:2] == "**" && strings.Count(address, "@") == 1 && !strings.Contains(address, " ")
}

// eximBegins are the beginnings of lines that are Exim's alone.
var eximBegins = []string{
	"TLS session: (", "TLS session failure: ", "TLS session: ", "TLS error on ", "TLS error (", "TLS send error on ", "TLS recv error on ", "SSL verify error: ", "DANE attempt failed; ", "DANE error: ", "a TLS session is required",
	"SMTP call from ", "SMTP connection from ", "SMTP protocol synchronization error", "SMTP protocol error in ", "SMTP syntax error in ", "SMTP command timeout on ",
	"SMTP data timeout (message abandoned)", "SMTP timeout after ", "SMTP error from remote mail", "Remote host closed connection in response to ", "Malformed SMTP reply ",
	"no MAIL in ", "no host name found for IP address ", "no IP address found for host ", "unexpected disconnection while reading SMTP command",
	"refused connection from ", "temporarily refused connection from ", "Connection from [", "Start queue run: pid=", "End queue run: pid=", "exim 4", "exim 3",
	"unqualified ", "(SSL_", "(gnutls_", "(cert/key setup", "(certificate verification failed)", "expansion of tls_", "failed to expand ", "Warning: No server certificate defined",
	"Suggested action: either install a certificate", "Server certificate revoked", "Required TLS certificate status not received", "Received TLS cert status response",
	"OCSP dates invalid", "OCSP unusable", "Error reading OCSP response", "rejected EHLO", "rejected HELO", "rejected MAIL", "VRFY failed for ",
	"SSL_write: ", "SSL channel closed on write", "pid ", "Spool file ", "Connection aborted; STARTTLS support by ",
}

// cutEximID takes off the number of a process, that of a part which syslog's
// limit made ("[1/2] "), and the id of a message (specification of Exim,
// chapter 3, "Message identification").
func cutEximID(text string) (id, rest string) {
	text = strings.TrimLeft(text, " ")
	for range 2 {
		after, ok := strings.CutPrefix(text, "[")
		if !ok {
			break
		}
		number, rest, found := strings.Cut(after, "] ")
		first, second, part := strings.Cut(strings.ReplaceAll(number, "\\", "/"), "/")
		if !found || !isDigits(first) || part && !isDigits(second) {
			break
		}
		text = rest
		if part {
			inner := entry{text: text}
			inner.cutTime()
			text = inner.text
		}
	}
	for _, length := range []int{16, 23} {
		if len(text) > length && text[length] == ' ' && isEximID(text[:length]) {
			return text[:length], text[length+1:]
		}
	}
	return "", text
}

// isEximID reports whether s is an id of a message: 1qK9wn-000VjD-0A, or since
// Exim 4.97 1rABcd-000000012Ab-1XyZ.
func isEximID(s string) bool {
	second := 13
	switch len(s) {
	case 16:
	case 23:
		second = 18
	default:
		return false
	}
	return isName(s, "-") && s[6] == '-' && s[second] == '-' && strings.Count(s, "-") == 2
}

// readExim reads Exim's logs (specification, chapter 53, "Log files"). Lines
// with an id of a message are of its delivery, unless they say otherwise; the
// others are of those who connect.
func readExim(e *entry, ev *Event) {
	id, text := cutEximID(e.text)
	ev.Story = id
	if id == "" {
		ev.Story = e.storyOr("")
	}
	ev.Peer = eximPeer(text)
	flag, _, _ := strings.Cut(text, " ")
	switch {
	case isEximHeader(e.text), text == "Completed":
		ev.Reason = Chatter
	case flag == "<=":
		eximReceived(text, ev)
	case flag == "=>", flag == "->", flag == ">>", flag == "*>":
		eximDelivered(text, ev)
	case flag == "**", flag == "==":
		eximFailed(text, ev)
	case strings.HasPrefix(text, "X=TLS") && strings.Contains(text, " C=\""):
		eximDelivered("H=x ["+text, ev) // a delivery of which the beginning is missing
	case eximRejected(text, ev):
	case hasAny(text, "connection from ", "TLS error (SSL_"), strings.Contains(text, "(SSL_accept"), strings.Contains(text, "tls lib accept fn"):
		ev.Side = Server
		eximConnected(text, ev)
	case isEximDelivery(id, text):
		ev.Side = Client
		eximTrouble(text, ev)
	default:
		eximConnected(text, ev)
	}
}

// isEximDelivery reports whether a line is about a connection to another host.
func isEximDelivery(id, text string) bool {
	if eximOutward.in(text) {
		return true
	}
	return id != "" && (strings.HasPrefix(text, "H=") && !strings.Contains(text, "Warning: ") ||
		hasAny(text, "SSL verify error", "(SSL_connect)", "certificate verification failed", "TLS cert status", "TLS error", "OCSP", "unencrypted"))
}

// eximPeer is the other side behind H= or "connection from": its name, or its
// address where it only gave a name for itself.
func eximPeer(text string) string {
	host := tail(text, "H=")
	for _, before := range []string{"connection from ", "TLS connection to ", "error on connection to ", "unencrypted to "} {
		if host == "" {
			_, host, _ = strings.Cut(text, before)
			host = strings.TrimPrefix(host, "H=")
		}
	}
	if host == "" || host[0] == '(' || host[0] == '[' {
		if address := between(host, "[", "]"); address != "" {
			return address
		}
		return ""
	}
	return hostOf(firstWord(host))
}

// eximReceived reads that a message came in. What programs of this host hand
// in has no H=.
func eximReceived(text string, ev *Event) {
	ev.Reason, ev.Outcome = Received, Accepted
	if !strings.Contains(text, " H=") {
		return
	}
	ev.Side = Server
	ev.InTLS = strings.Contains(text, " X=")
	ev.InClear = !ev.InTLS && strings.Contains(value(text, "P="), "smtp")
}

// eximDelivered reads a delivery. What goes to no other host has no H=. CV is
// whether the certificate was verified; Exim takes one that was not unless it
// is told otherwise. Of a connection that another process opened, which has a
// star behind its address, Exim has forgotten it.
func eximDelivered(text string, ev *Event) {
	ev.Reason = Delivered
	if !strings.Contains(text, "H=") || strings.HasPrefix(text, "*>") {
		return
	}
	ev.Side, ev.Outcome = Client, Sent
	ev.InTLS = strings.Contains(text, "X=")
	if !ev.InTLS {
		ev.InClear, ev.Reason = true, DeliveredInClear
		return
	}
	switch value(text, "CV=") {
	case "no":
		if !hasAny(text, "]* ", "]*:") {
			ev.Reason, ev.Says = NotVerified, "CV=no"
		}
	case "yes", "dane":
		ev.Verified = true
	}
}

// eximSigns are words that stand in lines of Exim's only.
var eximSigns = newPhrases(
	"R=dnslookup T=", " T=remote_smtp", " SSL verify error", ": delivering unencrypted to ", " authenticator failed for ", " authenticator failed H=",
	" TLS error on connection (", " in response to initial connection", " from remote mail server after ", "(not in hosts_require_tls)",
)

// eximOutward are words in lines about connections to other hosts.
var eximOutward = newPhrases(
	"delivering unencrypted to ", "error on connection to ", "TLS error on connection (", "DANE ", "TLS session", "a TLS session is required", "from remote mail",
	"in response to initial connection", "defer (", "closed connection in response to", "authenticator failed H=", "certificate status", "Server certificate revoked",
	"OCSP dates invalid", "STARTTLS support by ", "SMTP timeout after ",
)

package maillog

import "strings"

// courierClient is what Courier says of mail that it sends, where it is not the
// words of its TLS libraries (courier/module.esmtp/libesmtp.C).
var courierClient = []saying{
	{"Remote mail server disconnected after receiving the STARTTLS command", Event{Reason: HandshakeClosed, Stage: STARTTLS}, false},
	{"Unable to set minimum security level", Event{Reason: STARTTLSNotOffered}, false},
	{"/SECURITY=REQUIRED set, but TLS is not available", Event{Reason: STARTTLSNotOffered}, false},
	{"/SECURITY set, but TLS is not available", Event{Reason: STARTTLSNotOffered}, false},
	{"TLS_TRUSTCERTS not set", Event{Side: Own, Reason: OwnTrustStoreEmpty}, false},
	{"DEBUG: Unexpected SSL connection shutdown", Event{Reason: HandshakeClosed}, false},
	{"couriertls: connect: ", Event{Reason: HandshakeFailed, Stage: Handshake}, true},
	{"Connection unexpectedly closed by remote host", Event{Reason: ConnectionClosed}, false},
	{"Connection closed by remote host", Event{Reason: ConnectionClosed}, false},
	{"Network connection shut down by the remote mail server", Event{Reason: ConnectionClosed}, false},
	{"DNS lookup failed", Event{Reason: NameNotResolved}, false},
	{"No such domain", Event{Reason: NameNotResolved}, false},
	{"Domain does not receive mail", Event{Reason: NameNotResolved}, false},
	{"This domain's DNS violates RFC 1035", Event{Reason: NameNotResolved}, false},
	{"Did not find a suitable MX for a connection", Event{Reason: NameNotResolved}, false},
	{"SASL authentication not available", Event{Reason: AuthFailed}, false},
	{"SASL authentication error", Event{Reason: AuthFailed}, false},
}

// courierServer is what its servers say (courieresmtpd.C, couriertls).
var courierServer = []saying{
	{"DEBUG: Unexpected SSL connection shutdown", Event{Reason: HandshakeClosed}, false},
	{"Unexpected SSL connection shutdown", Event{Reason: HandshakeClosed}, false},
	{"STARTTLS is required first", Event{Reason: TLSDemanded, Class: Other}, false},
	{"TLS not available", Event{Side: Own, Reason: OwnConfiguration}, false},
	{"couriertls: accept: ", Event{Reason: HandshakeFailed, Stage: Handshake}, true},
	{"STARTTLS failed: ", Event{Reason: HandshakeFailed, Stage: Handshake}, true},
	{"Authentication required", Event{Reason: AuthRequired, Stage: Rcpt}, false},
	{"Authentication failed", Event{Reason: AuthFailed}, false},
	{"Authentication rejected", Event{Reason: AuthFailed}, false},
	{"started,ip=[", Event{Reason: Chatter}, false},
	{"Cannot load certificate file", Event{Side: Own, Reason: OwnCertificateUnreadable}, false},
}

// courierTLS is what couriertls says of a peer's certificate, with GnuTLS and
// with OpenSSL (tcpd/libcouriergnutls.c, tcpd/libcouriertls.c). GnuTLS' code for
// a chain outside of its time is none of those that it tells apart.
var courierTLS = []saying{
	{"Peer's certificate not signed by a trusted authority", Event{Reason: RootUntrusted}, false},
	{"Peer's certificate is revoked", Event{Reason: Revoked}, false},
	{"Peer's certificate does not use a secure checksum", Event{Reason: WeakDigest}, false},
	{"Invalid peer certificate authority", Event{Reason: IssuerNotCA}, false},
	{"Invalid peer certificate", Event{Reason: OutsideValidity}, false},
	{"Peer certificate verification failed", Event{Reason: NotVerified}, false},
	{"Certificate owner mismatch: (unknown)", Event{Reason: NoNames}, false},
	{"Certificate owner mismatch: ", Event{Reason: HostMismatch}, false},
	{"Mismatched SSL certificate: ", Event{Reason: HostMismatch}, false},
	{"Expired certificate", Event{Reason: Expired}, false},
	{"Certificate not activated", Event{Reason: NotYetValid}, false},
	{"No certificate supplied by peer", Event{Reason: NoCertificate, Stage: Verify}, false},
	{"No certificate was found", Event{Reason: EmptyCertificate}, false},
	{"Error parsing certificate", Event{Reason: MalformedCertificate}, false},
	{"Error initializing certificate", Event{Reason: LocalFailure}, false},
}

// isCourier recognises Courier's lines of which the tag was cut off: by their
// fields, by words that only it has, or by others behind the code 400, which
// nobody else gives for errors of TLS.
func isCourier(e *entry) bool {
	for _, begin := range []string{"newmsg,id=", "started,ip=[", "started,id=", "completed,id=", "error,relay="} {
		if strings.HasPrefix(e.text, begin) {
			return true
		}
	}
	if strings.HasPrefix(e.text, "id=") && strings.Contains(e.text, ",from=<") {
		return true
	}
	if why, ok := strings.CutPrefix(e.text, "400 "); ok && (new(Event).heard(why, courierTLS) || reasonOf(why).Reason != "") {
		return true
	}
	return hasAny(e.text, "couriertls: ", "Peer's certificate not signed by a trusted authority", "Peer's certificate does not use a secure checksum",
		"DEBUG: Unexpected SSL connection shutdown", "/SECURITY=REQUIRED set, but TLS", "/SECURITY set, but TLS", "disconnected after receiving the STARTTLS command",
		"500 Unable to set minimum security level")
}

// readCourier reads Courier's log. A message has an id from courierd on.
func readCourier(e *entry, ev *Event) {
	if id := value(strings.ReplaceAll(e.text, ":", ","), "id="); id != "" && strings.Contains(id, ".") {
		ev.Story, _, _ = strings.Cut(id, ",")
	}
	switch {
	case strings.HasPrefix(e.text, "newmsg,id="):
		ev.Reason, ev.Outcome = Queued, Accepted
	case strings.HasPrefix(e.text, "started,id="), strings.HasPrefix(e.text, "completed,id="), e.program == "courierd":
		ev.Reason, ev.Peer = Chatter, value(strings.ReplaceAll(e.text, ",", " "), "host=")
	case e.program == "courierlocal", e.program == "courieruucp", e.program == "courierdsn":
		courierStatus(e.text, ev)
	case e.program == "courieresmtp", e.program == "courieresmtpcl", e.program == "" && !courierServes(e.text):
		ev.Side = Client
		courierSends(e.text, ev)
	default:
		ev.Side = Server
		courierTakes(e.text, ev)
	}
}

// courierServes reports whether a line without a tag is a server's.
func courierServes(text string) bool {
	return strings.HasPrefix(text, "error,relay=") || hasAny(text, "STARTTLS failed: ", "couriertls: accept: ", "started,ip=[", "ip=[")
}

// courierSends reads what is said of a delivery: its status, or a reply in the
// form of one, which Courier gives for errors of its own, too.
func courierSends(text string, ev *Event) {
	if courierStatus(text, ev) {
		return
	}
	_, reply, framed := strings.Cut(text, ">: ")
	if !framed {
		reply = strings.TrimPrefix(text, ": ")
	}
	if ev.heard(reply, courierTLS) || ev.heard(reply, courierClient) {
		ev.Code = 0
		return
	}
	if why, own := strings.CutPrefix(reply, "400 "); own && reasonOf(why).Reason != "" {
		ev.handshake(why, HandshakeFailed)
		return
	}
	switch code := replyCode(reply); {
	case code >= 200 && code < 300:
		ev.Code, ev.Reason, ev.Outcome = code, Delivered, Sent
	case code >= 400:
		ev.why(reply, SMTPRejected)
	}
}

// courierStatus reads the end of a delivery, and reports whether it was one.
func courierStatus(text string, ev *Event) bool {
	switch {
	case strings.Contains(text, ",status: deferred"):
		ev.Reason, ev.Outcome = Chatter, Deferred
	case strings.Contains(text, ",status: failure"):
		ev.Reason, ev.Outcome = Chatter, Bounced
	case hasAny(text, ",status: success", ",success: "):
		ev.Reason, ev.Outcome = Delivered, Sent
	default:
		return false
	}
	return true
}

// courierTakes reads what a server says.
func courierTakes(text string, ev *Event) {
	if strings.HasPrefix(text, "error,relay=") {
		ev.Peer = strings.TrimPrefix(value(text, "relay="), "::ffff:")
		ev.Peer, _, _ = strings.Cut(ev.Peer, ",")
	}
	_, file, _ := strings.Cut(text, "couriertls: ")
	switch {
	case hasAny(text, "No such file or directory", "Permission denied") && strings.HasPrefix(file, "/"):
		ev.Side, ev.Reason = Own, OwnCertificateUnreadable
	case ev.heard(text, courierServer):
	case strings.HasPrefix(text, "error,relay="):
		_, reply, ok := strings.Cut(text, ">: ")
		if !ok {
			reply = tail(text, "msg=\"")
		}
		ev.why(reply, SMTPRejected)
	}
}

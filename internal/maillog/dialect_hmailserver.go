package maillog

import "strings"

// hMailServerSayings are what hMailServer says of TLS in TCPConnection.cpp,
// before version 5.6 and since, and in CertificateVerifier.cpp.
var hMailServerSayings = []saying{
	{"TLS/SSL handshake failed.", Event{Reason: HandshakeFailed, Stage: Handshake}, true},
	{"SSL handshake with client failed.", Event{Side: Server, Reason: HandshakeFailed, Stage: Handshake}, true},
	{"Certificate verification failed.", Event{Side: Client, Reason: NotVerified}, true},
	{"Certificate verification succeeded.", Event{Side: Client, Reason: TLSVerified, Verified: true}, false},
}

// isHMailServer recognises hMailServer's columns, in quotation marks and parted
// by tabs, of which the first names a part of it.
func isHMailServer(e *entry) bool {
	if !strings.HasPrefix(e.text, `"`) {
		return false
	}
	part, _, ok := strings.Cut(e.text[1:], "\"\t")
	switch part {
	case "TCPIP", "SMTPD", "SMTPC", "DEBUG", "ERROR", "APPLICATION":
		return ok
	}
	return false
}

// readHMailServer reads a line by its part: SMTPD is connected to, SMTPC
// connects. Of a handshake it does not tell; who has a certificate to verify
// connected, and else it is as a rule somebody from outside.
func readHMailServer(e *entry, ev *Event) {
	ev.Story = "thread " + numberBehind(e.text, "\t")
	ev.Peer = hMailServerPeer(e.text)
	switch {
	case strings.HasPrefix(e.text, `"SMTPD"`):
		ev.Side = Server
	case strings.HasPrefix(e.text, `"SMTPC"`):
		ev.Side = Client
	}
	if !ev.heard(e.text, hMailServerSayings) {
		return
	}
	if ev.Reason == HandshakeFailed {
		ev.asioSays(e.text)
	}
	switch {
	case ev.Reason == NotVerified && strings.Contains(e.text, "handshake failed"):
		ev.Side, ev.Peer = Client, "" // the line before has why, and the name
	case ev.Side == "" && kinds[ev.Reason].stage == Verify:
		ev.Side = Client
	case ev.Side == "":
		ev.Side = Server
	}
}

// asioSays reads the messages of Boost's asio and of OpenSSL without the frame
// in which the vocabulary knows them.
func (ev *Event) asioSays(text string) {
	switch {
	case strings.Contains(text, "Message: http request"):
		ev.Reason, ev.Says = NotTLS, "http request"
	case strings.Contains(text, "Message: stream truncated"), strings.Contains(text, "Message: End of file"):
		ev.Reason, ev.Says = HandshakeClosed, ""
	}
}

// hMailServerPeer is the host that was connected to, or the other side's
// address.
func hMailServerPeer(text string) string {
	for _, key := range []string{"Expected host: ", "Remote IP: "} {
		if host := value(text, key); host != "" {
			return hostOf(strings.Trim(host, `".`))
		}
	}
	return ""
}

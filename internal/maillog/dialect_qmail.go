package maillog

import "strings"

// qmailSayings are the texts of qmail-remote, with those of the patch for TLS,
// as qmail-send logs them: _ stands for a space.
var qmailSayings = []saying{
	{"TLS unable to load ", Event{Side: Own, Reason: OwnTrustStoreEmpty}, false},
	{"TLS error initializing ", Event{Side: Own, Reason: OwnConfiguration}, false},
	{"STARTTLS rejected", Event{Reason: STARTTLSRefused}, false},
	{"TLS not available: error ", Event{Side: Own, Reason: OwnConfiguration}, false},
	{"TLS not available: connect ", Event{Reason: HandshakeFailed, Stage: Handshake}, true},
	{"TLS not available", Event{Side: Own, Reason: OwnConfiguration}, false},
	{"No TLS achieved while ", Event{Reason: STARTTLSNotOffered}, false},
	{"TLS connect failed", Event{Reason: HandshakeFailed, Stage: Handshake}, true},
	{": received certificate for ", Event{Reason: HostMismatch}, false},
	{" wanted, certificate for ", Event{Reason: HostMismatch}, false},
	{": certificate contains no valid commonName", Event{Reason: NoNames}, false},
	{": no certificate provided", Event{Reason: NoCertificate, Stage: Verify}, false},
	{"TLS unable to verify server ", Event{Reason: NotVerified}, true},
	{"TLS Connected to ", Event{Reason: GreetingRefused}, true},
	{" but greeting failed", Event{Reason: GreetingRefused}, true},
	{" but my name was rejected", Event{Reason: EHLORefused}, false},
	{" but sender was rejected", Event{Reason: SMTPRejected, Stage: Mail}, true},
	{" but connection died", Event{Reason: ConnectionClosed}, false},
	{" does not like recipient", Event{Reason: SMTPRejected}, true},
	{" failed on DATA command", Event{Reason: SMTPRejected, Stage: Data}, true},
	{" failed after I sent the message", Event{Reason: SMTPRejected, Stage: Data}, true},
	{" accepted message", Event{Reason: Delivered}, false},
	{"I wasn't able to establish an SMTP connection", Event{Reason: ConnectionTimeout}, false},
	{"I couldn't find any host ", Event{Reason: NameNotResolved}, false},
	{"CNAME lookup failed temporarily", Event{Reason: NameNotResolved}, false},
	{"I couldn't find a mail exchanger or IP address", Event{Reason: NameNotResolved}, false},
	{"it isn't in my control/locals file", Event{Reason: LocalFailure}, false},
	{"Unable to read control files", Event{Reason: LocalFailure}, false},
	{"Unable to switch to home directory", Event{Reason: LocalFailure}, false},
}

// qmailChatter begins the lines of qmail-send that are about its queue.
var qmailChatter = []string{"new msg ", "info msg ", "end msg ", "bounce msg ", "triple bounce: ", "starting delivery ", "status: local ", "status: exiting", "msg "}

// isQmail recognises the lines of qmail-send, of tcpserver, and the texts of
// qmail-remote as they stand in a bounce.
func isQmail(e *entry) bool {
	text := e.text
	if rest, ok := strings.CutPrefix(text, "delivery "); ok {
		number, result, _ := strings.Cut(rest, ": ")
		return isDigits(number) && hasAny(result, "success: ", "failure: ", "deferral: ")
	}
	if rest, ok := strings.CutPrefix(text, "msg "); ok && e.level == "info" { // a frame may have cut "info" off
		return strings.Contains(rest, ": bytes ")
	}
	for i, begin := range qmailChatter[:7] {
		if rest, ok := strings.CutPrefix(text, begin); ok {
			return i >= 4 || rest != "" && isDigit(rest[0])
		}
	}
	return isQmailRemote(strings.ReplaceAll(text, "_", " "))
}

// qmailBegins are how the texts of qmail-remote begin.
var qmailBegins = []string{
	"TLS connect failed", "TLS unable to verify server ", "TLS unable to load ", "TLS error initializing ", "No TLS achieved while ", "STARTTLS rejected while ", "tcpserver: ",
	"Sorry, I wasn't able to establish an SMTP connection", "Sorry, I couldn't find any host ", "Sorry, I couldn't find a mail exchanger or IP address",
}

// isQmailRemote recognises a text of qmail-remote as it stands in a bounce.
func isQmailRemote(text string) bool {
	for _, begin := range qmailBegins {
		if strings.HasPrefix(text, begin) {
			return true
		}
	}
	rest, connected := strings.CutPrefix(strings.TrimPrefix(text, "TLS "), "Connected to ")
	return connected && hasAny(rest, " but greeting failed", " but connection died", " but my name was rejected", " but sender was rejected") ||
		strings.HasSuffix(text, " does not like recipient.") || strings.Contains(text, " does not like recipient./Remote host said:")
}

// readQmail reads qmail's log (qmail-log(5)). A delivery has a number.
func readQmail(e *entry, ev *Event) {
	text := strings.TrimPrefix(e.text, "qmail: ")
	if stamp, rest, ok := strings.Cut(text, " "); ok && strings.Count(stamp, ".") == 1 && isDigits(strings.Replace(stamp, ".", "", 1)) {
		text = rest
	}
	if strings.HasPrefix(text, "tcpserver: ") || strings.HasPrefix(text, "sslserver: ") {
		ev.Side, ev.Reason = Server, Chatter
		return
	}
	if rest, ok := strings.CutPrefix(text, "starting delivery "); ok {
		number, _, _ := strings.Cut(rest, ":")
		ev.Story = "delivery " + number
	}
	for _, begin := range qmailChatter {
		if strings.HasPrefix(text, begin) {
			ev.Reason = Chatter
			return
		}
	}
	if rest, ok := strings.CutPrefix(text, "delivery "); ok {
		number, result, _ := strings.Cut(rest, ": ")
		ev.Story = "delivery " + number
		text = qmailResult(result, ev)
	}
	qmailRemote(strings.ReplaceAll(text, "_", " "), ev)
}

// qmailResult takes the result off the text of a delivery.
func qmailResult(result string, ev *Event) (why string) {
	word, why, _ := strings.Cut(result, ": ")
	switch word {
	case "success":
		ev.Outcome, ev.Reason = Sent, Delivered
	case "failure":
		ev.Outcome = Bounced
	default:
		ev.Outcome = Deferred
	}
	return why
}

// qmailRemote reads what qmail-remote says of a delivery, or a program that
// delivers here.
func qmailRemote(text string, ev *Event) {
	outcome := ev.Outcome
	if !ev.heard(text, qmailSayings) {
		if ev.Reason == "" {
			ev.why(text, SMTPRejected)
		}
		return
	}
	if ev.Outcome = outcome; ev.Side == "" {
		ev.Side = Client
	}
	_, reply, replied := strings.Cut(text, "Remote host said: ")
	if ev.Code = replyCode(reply); replied && ev.Reason == STARTTLSRefused {
		ev.Says = reply
	}
	for _, before := range []string{"connected to ", "Connected to ", "connecting to "} {
		if _, rest, ok := strings.Cut(text, before); ok {
			ev.Peer = strings.TrimRight(firstWord(rest), "./")
		}
	}
}

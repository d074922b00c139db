package maillog

import "strings"

// chasquidClient is what chasquid's courier says (internal/courier/smtp.go).
var chasquidClient = []saying{
	{"TLS error, retrying without TLS: ", Event{Reason: ClearFallback, Stage: Handshake, InClear: true}, true},
	{"Insecure - using TLS, but with an invalid cert", Event{Reason: NotVerified, InTLS: true}, false},
	{"Insecure - NOT using TLS", Event{Reason: DeliveredInClear, Stage: EHLO, InClear: true}, false},
	{"Secure - using TLS", Event{Reason: TLSVerified, Verified: true, InTLS: true}, false},
	{"connection is using valid TLS", Event{Reason: TLSVerified, Verified: true, InTLS: true}, false},
	{"Security level check failed (level:PLAIN)", Event{Reason: STARTTLSNotOffered}, false},
	{"Security level check failed (level:", Event{Reason: NotVerified}, false},
	{"invalid security level (PLAIN) for STS policy", Event{Reason: STARTTLSNotOffered}, false},
	{"for STS policy", Event{Reason: NotVerified}, false},
	{"skipped as per MTA-STA policy", Event{Reason: MTASTS}, false},
	{"skipped as per MTA-STS policy", Event{Reason: MTASTS}, false},
	{"Could not find mail server: ", Event{Reason: NameNotResolved}, false},
	{"Could not dial: ", Event{Reason: ConnectionTimeout}, true},
	{"Error creating client: ", Event{Reason: NoGreeting}, true},
	{"Error saying hello: ", Event{Reason: EHLORefused}, true},
	{"MAIL+RCPT ", Event{Reason: SMTPRejected}, true},
	{"DATA closing ", Event{Reason: ConnectionClosed}, true},
	{"DATA writing: ", Event{Reason: ConnectionClosed}, true},
	{"DATA ", Event{Reason: SMTPRejected, Stage: Data}, true},
	{"delivery failed: ", Event{Reason: LocalFailure}, false},
}

// chasquidServer is what its server and the program say (internal/smtpsrv,
// internal/maillog, chasquid.go).
var chasquidServer = []saying{
	{"error completing TLS handshake: ", Event{Side: Server, Reason: HandshakeFailed, Stage: Handshake}, true},
	{"STARTTLS failed: ", Event{Side: Server, Reason: HandshakeFailed, Stage: Handshake}, true},
	{"jump to TLS was successful", Event{Side: Server, Reason: TLSEstablished, InTLS: true}, false},
	{"client closed the connection", Event{Side: Server, Reason: Chatter}, false},
	{"exiting with error: ", Event{Side: Server, Reason: ConnectionClosed}, true},
	{"auth succeeded for ", Event{Side: Server, Reason: AuthSucceeded}, false},
	{"auth failed for ", Event{Side: Server, Reason: AuthFailed}, false},
	{"error authenticating ", Event{Side: Server, Reason: AuthFailed}, false},
	{" - local user does not exist", Event{Side: Server, Reason: UserUnknown}, false},
	{" - relay not allowed", Event{Side: Server, Reason: RelayDenied}, false},
	{" rejected from=", Event{Side: Server, Reason: SMTPRejected}, true},
	{" rejected - ", Event{Side: Server, Reason: SMTPRejected}, true},
	{" queued ip=", Event{Side: Server, Reason: Queued, Stage: Data, Outcome: Accepted}, false},
	{"Queued from ", Event{Side: Server, Reason: Queued, Stage: Data}, false},
	{"No SSL/TLS certificates found", Event{Side: Own, Reason: OwnCertificateUnreadable}, false},
	{"At least one valid certificate is needed", Event{Side: Own, Reason: OwnCertificateUnreadable}, false},
	{"Ideally there should be a certificate for each MX", Event{Side: Own, Reason: OwnCertificateUnreadable}, false},
	{"chasquid starting (version ", Event{Reason: Chatter}, false},
	{"completed loop, next in ", Event{Reason: Chatter}, false},
	{" all done", Event{Reason: Chatter}, false},
	{"TLS OK: ", Event{Side: Client, Reason: TLSVerified, Verified: true, Stage: Handshake, InTLS: true}, false},
	{"Not available (lookup _mta-sts.", Event{Reason: Chatter}, false},
}

// chasquidTraces are the families of its traces, of which each line begins with
// one (internal/trace).
var chasquidTraces = []string{"Courier.SMTP ", "Courier.STS ", "Courier.MDA ", "SMTP.Conn ", "Queue.SendLoop ", "Queue.Put ", "Queue.", "Domaininfo.", "STSCache."}

// isChasquid recognises chasquid's lines, and those of its tool smtp-check.
func isChasquid(e *entry) bool {
	return hasAny(e.text, "TLS error, retrying without TLS: ", "Insecure - using TLS, but with", "Insecure - NOT using TLS", "error completing TLS handshake: ",
		" STARTTLS failed: 554  5.5.0 ", "No SSL/TLS certificates found", "Courier.SMTP ", "SMTP.Conn ",
		"Not available (lookup _mta-sts.", "skipped as per MTA-ST") ||
		strings.Contains(e.text, " from=") && hasAny(e.text, " failed (temporary): ", " failed (permanent): ") ||
		e.text == "Secure - using TLS" || strings.HasPrefix(e.text, "chasquid starting (version ") || strings.HasPrefix(e.text, "TLS OK: TLS-")
}

// readChasquid reads chasquid's own log, in which a line has a file and the
// family and title of a trace before what is said, and its log of mail, in
// which it has the id of a message.
func readChasquid(e *entry, ev *Event) {
	text := e.text
	for _, family := range chasquidTraces {
		_, rest, ok := strings.Cut(text, family)
		if title, said, titled := strings.Cut(rest, ": "); ok && titled {
			ev.Story, text = family+title, said
			break
		}
	}
	switch id, rest, _ := strings.Cut(text, " "); {
	case strings.HasPrefix(rest, "from="):
		ev.Story = id
		if strings.Contains(rest, " queued ip=") {
			ev.heard(text, chasquidServer)
			return
		}
		chasquidSent(rest, ev)
	case ev.heard(text, chasquidServer):
		chasquidServed(text, ev)
	case ev.heard(text, chasquidClient):
		ev.Side = Client
	case strings.HasPrefix(ev.Story, "Courier."):
		ev.Side = Client
	case strings.HasPrefix(ev.Story, "SMTP.Conn"):
		ev.Side, ev.Reason = Server, Chatter
	}
}

// chasquidSent reads what became of an attempt at a delivery.
func chasquidSent(text string, ev *Event) {
	switch {
	case strings.HasSuffix(text, " sent"):
		ev.Side, ev.Reason, ev.Outcome = Client, Delivered, Sent
		return
	case strings.Contains(text, " failed ("):
	default:
		ev.Reason = Chatter
		return
	}
	if !ev.heard(text, chasquidClient) {
		ev.why(tail(text, "failed "), SMTPRejected)
	}
	ev.Side, ev.Outcome = Client, Deferred
	if strings.Contains(text, " failed (permanent): ") {
		ev.Outcome = Bounced
	}
}

// chasquidServed puts right what does not follow from the words.
func chasquidServed(text string, ev *Event) {
	if ev.Reason == ConnectionClosed && strings.Contains(text, "exiting with error: ") {
		ev.Stage = ""
	}
}

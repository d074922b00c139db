package maillog

import "strings"

// dmaSayings are the texts of the DragonFly Mail Agent (crypto.c, net.c,
// spool.c, dma.c). It sends STARTTLS whether that is offered or not, and takes
// any other reply than 220 for a server that has none.
var dmaSayings = []saying{
	{"in opportunistic TLS mode, STARTTLS not available: 4", Event{Reason: STARTTLSRefused, InClear: true}, false},
	{"in opportunistic TLS mode, STARTTLS not available", Event{Reason: STARTTLSNotOffered, Class: Harmless, InClear: true}, false},
	{"STARTTLS not available: 4", Event{Reason: STARTTLSRefused}, false},
	{"STARTTLS not available: ", Event{Reason: STARTTLSNotOffered}, false},
	{"Server does not support STARTTLS", Event{Reason: Chatter}, false},
	{"Server supports ", Event{Reason: Chatter}, false},
	{"SSL initialization successful", Event{Reason: TLSEstablished, InTLS: true}, false},
	{"successfully verified server certificate fingerprint", Event{Reason: TLSVerified, Verified: true, InTLS: true}, false},
	{"SSL handshake failed fatally: error:00000000:", Event{Reason: HandshakeClosed}, false},
	{"SSL handshake failed fatally: ", Event{Reason: HandshakeFailed, Stage: Handshake}, true},
	{"Peer did not provide certificate", Event{Reason: NoCertificate, Stage: Verify}, false},
	{"fingerprints do not match", Event{Reason: NotVerified}, false},
	{"failed to load fingerprint of server certi", Event{Reason: NotVerified}, false},
	{"SSL: Cannot ", Event{Side: Own, Reason: OwnCertificateUnreadable}, false},
	{"SSL failed to set default CA path", Event{Side: Own, Reason: OwnTrustStoreEmpty}, false},
	{"SSL init failed: ", Event{Side: Own, Reason: OwnConfiguration}, false},
	{"SSL struct creation failed: ", Event{Side: Own, Reason: OwnConfiguration}, false},
	{"SSL set ", Event{Side: Own, Reason: OwnConfiguration}, false},
	{"Could not perform server greeting at ", Event{Reason: NoGreeting}, true},
	{"could not perform server greeting: ", Event{Reason: NoGreeting}, true},
	{"DNS lookup failure: ", Event{Reason: NameNotResolved}, false},
	{"AUTH cram-md5 not available", Event{Reason: Chatter}, false},
	{"AUTH login not available", Event{Reason: Chatter}, false},
	{"SMTP login not available", Event{Reason: Chatter}, false},
	{" failed after ", Event{Reason: SMTPRejected}, true},
	{" did not like our ", Event{Reason: SMTPRejected}, true},
	{"AUTH login failed: ", Event{Reason: AuthFailed}, false},
	{"AUTH cram-md5 failed: ", Event{Reason: AuthFailed}, false},
	{"Authentication failed: ", Event{Reason: AuthFailed}, false},
	{"SMTP login failed", Event{Reason: AuthFailed}, false},
	{"delivery successful", Event{Reason: Delivered, Outcome: Sent}, false},
	{"succeeded but QUIT failed", Event{Reason: ConnectionClosed, Class: Harmless, Stage: Quit}, false},
	{"delivery failed, bouncing as ", Event{Reason: Chatter, Outcome: Bounced}, false},
	{"remote delivery deferred: write error", Event{Reason: ConnectionClosed}, false},
	{"unable to allocate memory", Event{Reason: LocalFailure}, false},
	{"corrupted queue file", Event{Reason: LocalFailure}, false},
	{"local delivery ", Event{Reason: LocalFailure}, false},
	{"using smarthost (", Event{Reason: Chatter}, false},
	{"using SMTP authentication for user ", Event{Reason: Chatter}, false},
	{"trying remote delivery to ", Event{Reason: Chatter}, false},
	{"trying delivery", Event{Reason: Chatter}, false},
	{"Server greeting successfully completed", Event{Reason: Chatter}, false},
	{"] failed: ", Event{Reason: ConnectionTimeout}, true},
}

// dmaBegins are how lines begin that only dma writes.
var dmaBegins = []string{
	"SSL handshake failed fatally: ", "in opportunistic TLS mode, STARTTLS not available", "remote delivery deferred: ", "remote delivery failed: ", "remote delivery to ",
	"remote delivery succeeded but QUIT failed", "trying remote delivery to ", "SSL: Cannot load certificate `", "SSL: Cannot load private key `", "SSL: Cannot check private key: ",
	"Could not perform server greeting at ", "Server greeting successfully completed", "SSL initialization successful", "using smarthost (", "new mail from user=", "fingerprints do not match",
}

// isDMA recognises dma's lines of which the tag was cut off. That a server does
// not support STARTTLS it says of every delivery, before it uses TLS or not.
func isDMA(e *entry) bool {
	text := strings.TrimLeft(e.text, " ")
	for _, begin := range dmaBegins {
		if strings.HasPrefix(text, begin) {
			return true
		}
	}
	return text == "Server does not support STARTTLS" || strings.Contains(text, "] did not like our ") ||
		strings.HasPrefix(text, "connect to ") && strings.Contains(text, "] failed: ")
}

// readDMA reads the log of the DragonFly Mail Agent, which puts the id of the
// message into its tag.
func readDMA(e *entry, ev *Event) {
	ev.Story = e.storyOr("dma")
	text := strings.TrimLeft(e.text, " ")
	switch {
	case strings.HasPrefix(text, "new mail from user="):
		ev.Reason = Chatter
		return
	case strings.HasPrefix(text, "mail to=<"):
		ev.Reason, ev.Outcome = Queued, Accepted
		return
	}
	ev.Side = Client
	ev.Peer = dmaPeer(text)
	if ev.heard(text, dmaSayings); ev.Reason == STARTTLSRefused {
		ev.Code = replyCode(text)
	}
	switch {
	case strings.HasPrefix(text, "remote delivery deferred"):
		ev.Outcome = Deferred
	case strings.HasPrefix(text, "remote delivery failed"), strings.HasPrefix(text, "remote delivery to ") && ev.Class != Harmless:
		ev.Outcome = Bounced
	}
}

// dmaPeer is the host of which a line speaks.
func dmaPeer(text string) string {
	for _, before := range []string{"remote delivery to ", "connect to ", "greeting at ", "delivery deferred: "} {
		if _, rest, ok := strings.Cut(text, before); ok {
			if host, _, bracket := strings.Cut(rest, " ["); bracket && strings.IndexByte(host, ' ') < 0 {
				return hostOf(host)
			}
		}
	}
	return ""
}

package maillog

import "strings"

// stalwartEvents are the names of Stalwart's events that tell more than their
// texts (crates/trc, event/description.rs), in the order in which a longer name
// comes before a shorter one.
var stalwartEvents = []saying{
	{"(delivery.start-tls-unavailable)", Event{Side: Client, Reason: STARTTLSNotOffered}, true},
	{"(delivery.start-tls-error)", Event{Side: Client, Reason: HandshakeFailed, Stage: Handshake}, true},
	{"(delivery.start-tls-disabled)", Event{Side: Client, Reason: Chatter}, false},
	{"(delivery.start-tls)", Event{Side: Client, Reason: TLSEstablished, InTLS: true}, false},
	{"(delivery.implicit-tls-error)", Event{Side: Client, Reason: HandshakeFailed, Stage: Handshake}, true},
	{"(delivery.greeting-failed)", Event{Side: Client, Reason: NoGreeting}, true},
	{"(delivery.ehlo-rejected)", Event{Side: Client, Reason: EHLORefused}, true},
	{"(delivery.auth-failed)", Event{Side: Client, Reason: AuthFailed}, false},
	{"(delivery.mail-from-rejected)", Event{Side: Client, Reason: SMTPRejected, Stage: Mail}, true},
	{"(delivery.rcpt-to-rejected)", Event{Side: Client, Reason: SMTPRejected}, true},
	{"(delivery.message-rejected)", Event{Side: Client, Reason: SMTPRejected, Stage: Data}, true},
	{"(delivery.rcpt-to-failed)", Event{Side: Client, Reason: ConnectionClosed}, true},
	{"(delivery.connect-error)", Event{Side: Client, Reason: ConnectionTimeout}, true},
	{"(delivery.mx-lookup-failed)", Event{Side: Client, Reason: NameNotResolved}, false},
	{"(delivery.ip-lookup-failed)", Event{Side: Client, Reason: NameNotResolved}, false},
	{"(delivery.null-mx)", Event{Side: Client, Reason: NameNotResolved}, false},
	{"(delivery.delivered)", Event{Side: Client, Reason: Delivered, Outcome: Sent}, false},
	{"(delivery.dsn-temp-fail)", Event{Side: Client, Reason: Chatter, Outcome: Deferred}, false},
	{"(delivery.dsn-perm-fail)", Event{Side: Client, Reason: Chatter, Outcome: Bounced}, false},
	{"(delivery.", Event{Side: Client, Reason: Chatter}, false},
	{"(dane.authentication-failure)", Event{Side: Client, Reason: DANE}, false},
	{"(dane.no-certificates-found)", Event{Side: Client, Reason: DANE}, false},
	{"(dane.certificate-parse-error)", Event{Side: Client, Reason: DANE}, false},
	{"(dane.", Event{Side: Client, Reason: Chatter}, false},
	{"(mta-sts.not-authorized)", Event{Side: Client, Reason: MTASTS}, false},
	{"(mta-sts.invalid-policy)", Event{Side: Client, Reason: MTASTS}, false},
	{"(mta-sts.", Event{Side: Client, Reason: Chatter}, false},
	{"(tls.handshake-error)", Event{Side: Server, Reason: HandshakeFailed, Stage: Handshake}, true},
	{"(tls.handshake)", Event{Side: Server, Reason: TLSEstablished, InTLS: true}, false},
	{"(tls.no-certificates-available)", Event{Side: Own, Reason: OwnCertificateUnreadable}, false},
	{"(tls.not-configured)", Event{Side: Own, Reason: OwnConfiguration}, false},
	{"(tls.", Event{Reason: Chatter}, false},
	{"(queue.rescheduled)", Event{Side: Client, Reason: Chatter, Outcome: Deferred}, false},
	{"(queue.authenticated-message-queued)", Event{Side: Server, Reason: Queued, Outcome: Accepted}, false},
	{"(queue.message-queued)", Event{Side: Server, Reason: Queued, Outcome: Accepted}, false},
	{"(queue.", Event{Reason: Chatter}, false},
	{"(auth.success)", Event{Side: Server, Reason: AuthSucceeded}, false},
	{"(auth.failed)", Event{Side: Server, Reason: AuthFailed}, false},
	{"(smtp.relay-not-allowed)", Event{Side: Server, Reason: RelayDenied}, false},
	{"(smtp.mailbox-does-not-exist)", Event{Side: Server, Reason: UserUnknown}, false},
	{"(smtp.", Event{Side: Server, Reason: Chatter}, false},
	{"TLS error from '", Event{Side: Client, Reason: HandshakeFailed, Stage: Handshake}, true},
	{`smtp::outbound::delivery: context="tls"`, Event{Side: Client, Reason: HandshakeFailed, Stage: Handshake}, true},
}

// isStalwart recognises Stalwart's events, by name or, until version 0.8, by
// the module, and the words with which it gives a message back.
func isStalwart(e *entry) bool {
	return hasAny(e.text, "(delivery.", "(dane.", "(mta-sts.", "(tls.", "(queue.", "(smtp.", "(auth.") && strings.Contains(e.text, ") ") && strings.Contains(e.text, " = ") ||
		strings.Contains(e.text, "smtp::outbound::") || strings.Contains(e.text, "TLS error from '")
}

// readStalwart reads Stalwart's log: a text, the event's name in brackets, and
// fields.
func readStalwart(e *entry, ev *Event) {
	ev.Story = between(e.text, "queueId = ", ",")
	ev.Peer = hostOf(between(e.text, "hostname = \"", "\""))
	if ev.heard(e.text, stalwartEvents) && ev.Reason == STARTTLSNotOffered {
		if code := between(e.text, "code = ", ","); len(code) == 3 && isDigits(code) {
			ev.Reason, ev.Code = STARTTLSRefused, int(code[0]-'0')*100+int(code[1]-'0')*10+int(code[2]-'0')
		}
	}
}

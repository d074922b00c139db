package maillog

import "strings"

// generics are ways of writing that belong to no daemon: any application logs
// them under its own tag. They are tried where no dialect claims a line.
var generics = []dialect{
	{"exchange", isExchange, readExchange},
	{"bounce", isBounce, readBounce},
	{"transcript", isTranscript, readTranscript},
	{"curl", isCurl, readCurl},
	{"s_client", isSClient, readSClient},
}

// recogniseGeneric finds the way of writing of a line that is no daemon's.
func recogniseGeneric(e *entry) *dialect {
	for i := range generics {
		if generics[i].is(e) {
			return &generics[i]
		}
	}
	return nil
}

// generic puts a line on a side that no dialect claims, and amends what the
// words alone leave open: an error of a library is as a rule that of a client,
// for who sends mail has no log but that of its application.
func (ev *Event) generic(e *entry) {
	if ev.Reason == "" && unexpected354.in(e.text) {
		ev.Reason, ev.Code, ev.Says = STARTTLSRefused, 354, "354"
	}
	if code := repliedCode(e.text); ev.Reason == "" && code >= 400 {
		ev.Reason, ev.Code, ev.Says = SMTPRejected, code, e.text
	}
	if ev.Side == "" {
		ev.Side = sideOf(e, ev.Reason)
	}
	if ev.Code == 0 && ev.Reason != "" && (ev.Reason == STARTTLSRefused || kinds[ev.Reason].class == Other) {
		ev.Code = replyCode(e.text)
	}
	if ev.Reason == AuthFailed && isRefusedByRuleset(e.text) {
		ev.Reason, ev.Side = NotVerified, Client
	}
	if rest, ok := afterPerlSTARTTLS(e.text); ok && ev.Reason == HandshakeFailed {
		ev.perlSTARTTLS(rest)
	}
	ev.perlGreeting(e.text)
	ev.placed(e.text)
	ev.inHandshake(e.text)
	ev.afterHandshake(e.text)
	if ev.Peer == "" && ev.Side == Client && kinds[ev.Reason].class == Fault {
		ev.Peer = peerIn(e.text)
	}
	if ev.Side == Client && ev.Reason == ReplyTimeout && ev.Class == "" {
		ev.Class = Fault
	}
}

// unexpected354 is how clients report that they were answered as if they had
// sent DATA: Go, msmtp, smtplib, nodemailer, curl. After DATA none reports it.
var unexpected354 = newPhrases(`354 "`, "server message: 354", "(354, b", "Unexpected Response: 354", "Invalid response: 354", "denied, code 354",
	"Net::SMTPUnknownError: 354", "Net::SMTPUnknownError (354", "check_response': 354")

// afterPerlSTARTTLS is what Perl's Email::Sender says behind "can't STARTTLS":
// the last reply of the server without its code.
func afterPerlSTARTTLS(text string) (reply string, ok bool) {
	_, reply, ok = strings.Cut(text, "can't STARTTLS")
	return strings.TrimLeft(reply, ": "), ok
}

// perlSTARTTLS tells a server that refused STARTTLS from a handshake that
// failed, before which the last reply was an assent.
func (ev *Event) perlSTARTTLS(reply string) {
	switch {
	case strings.HasPrefix(reply, "2."), hasAny(reply, "SSL", "handshake"): // the latter if a program appends $SSL_ERROR
	case hasAny(reply, "<CRLF>.<CRLF>", "end with"):
		ev.Reason, ev.Says, ev.Code = STARTTLSRefused, reply, 354
	case startsReply(reply), perlRefusals.in(reply):
		ev.Reason, ev.Says = STARTTLSRefused, reply
	}
}

// perlGreeting reads why Perl's Net::SMTP has no connection, which it says with
// the code and the words of the reply, and 421 of its own if none came.
func (ev *Event) perlGreeting(text string) {
	_, reply, ok := strings.Cut(text, "Net::SMTP: ")
	if !ok || !isReply(reply) || kinds[ev.Reason].class == Fault && ev.Reason != ConnectionClosed {
		return
	}
	ev.Side, ev.Code, ev.Says = Client, replyCode(reply), reply
	ev.Reason = greetingOf(ev.Code)
	switch {
	case strings.Contains(reply, "[Net::SMTP] "):
		ev.Reason, ev.Code = NoGreeting, 0
	case strings.TrimRight(reply, " ") == "421": // what came was no reply
		ev.Reason, ev.Code = MalformedReply, 0
	}
}

// perlRefusals are words of a refusal that has no enhanced status code.
var perlRefusals = newPhrases("not", "unrecognized", "unrecognised", "unknown", "unavailable", "unsupported", "error", "invalid", "bad sequence", "comes before")

// repliedCode is the code of a reply that is quoted as such: it stands at the
// beginning, or where Symfony's and Swift's mailers say what they got instead.
func repliedCode(text string) int {
	if _, got, ok := strings.Cut(text, "but got code \""); ok {
		return replyCode(strings.Replace(got, "\"", " ", 1))
	}
	text = strings.TrimLeft(text, "#\"'<[( ")
	if isReply(text) && len(text) > 4 && smtpCodes[text[:3]] {
		return replyCode(text)
	}
	return 0
}

// smtpCodes are the codes by which servers refuse (RFC 5321 section 4.2.3, RFC
// 4954, RFC 7504): others of three digits may be anything.
var smtpCodes = map[string]bool{
	"421": true, "432": true, "450": true, "451": true, "452": true, "454": true, "455": true, "500": true, "501": true, "502": true, "503": true, "504": true, "521": true, "530": true,
	"534": true, "535": true, "538": true, "541": true, "550": true, "551": true, "552": true, "553": true, "554": true, "555": true, "556": true,
}

// handshakeWords tell that a connection broke within the handshake.
var handshakeWords = newPhrases("SSL_connect", "SSL_accept", "handshake", "could not initiate TLS", "StartTLS config", "StartTLS:", "start_tls(", "convert socket to TLS", "starttls failed", "STARTTLS failed", "enable crypto", "enable_crypto", "InitializeSecurityContext", "*** Fatal error: ")

// inHandshake tells a connection that broke within a handshake from one that
// broke at large.
func (ev *Event) inHandshake(text string) {
	if ev.Stage != "" || !handshakeWords.in(text) {
		return
	}
	switch ev.Reason {
	case ConnectionReset:
		ev.Reason = HandshakeReset
	case ConnectionClosed, NoCloseNotify:
		ev.Reason = HandshakeClosed
	case ConnectionTimeout, ReplyTimeout:
		ev.Reason = HandshakeTimeout
	}
}

// recordWords tell that a connection broke after the handshake, where GnuTLS
// reads and writes records: mutt, msmtp, curl.
var recordWords = newPhrases("tls_socket_read", "tls_socket_write", "cannot read from TLS connection", "cannot write to TLS connection",
	"GnuTLS recv error", "GnuTLS send error", "gnutls_record_recv", "gnutls_record_send")

// afterHandshake tells a connection that broke after the handshake from one that
// broke within it, of which GnuTLS says the same.
func (ev *Event) afterHandshake(text string) {
	if ev.Stage == "" && ev.Reason == HandshakeReset && recordWords.in(text) {
		ev.Reason = ConnectionReset
	}
}

// serverWords tell that this host was connected to.
var serverWords = newPhrases(
	"SSL_accept", "STARTTLS=server", "smtpd[", "/smtpd", " - smtpd ", "onnection from ", "from client", "SSL accept attempt",
	"TLS handshake error from", "generated SERVER ALERT", "received CLIENT ALERT", "rip=", "remoteIp", "listenerId", "remote_ip=", "client=",
	"while SSL handshaking, client", "in server context", "local_port=",
	"handshake error from ", "handshake failed from ", " session from ", "SSLServer", "BasicChannelInboundHandler", "smtpserver-io", "ailed to accept a secure connection", "SMTP-IN:", "SMTPI-",
	"no shared cipher", "NO_SHARED_CIPHER", "No supported cipher suites have been found", "no cipher suites in common", "cipher suites supported by the client application",
)

// serverFunctions are parts of the names by which OpenSSL's errors show that
// the library was the server.
var serverFunctions = newPhrases("statem_srvr", "s3_srvr", "s23_srvr", "get_client_hello", "tls_process_client", "tls_post_process_client", "early_post_process_client")

// servers are the programs that are connected to, by the ends of their tags.
var servers = []string{"smtpd", "-login", "dovecot", "nginx", "haproxy", "stunnel", "postscreen"}

// serves reports whether a line is of the side that was connected to.
func serves(e *entry) bool {
	for _, name := range servers {
		if strings.HasSuffix(e.program, name) {
			return true
		}
	}
	return serverWords.in(e.text) || serverFunctions.in(e.text)
}

// sideOf guesses whom a line is about that no dialect claims. Who is told of a
// certificate and shows no side reads about its own: takeSide sees to that.
func sideOf(e *entry, reason Reason) Side {
	known := kinds[reason]
	switch {
	case serves(e):
		return Server
	case schannelEvents.in(e.text):
		return ""
	case refusals[reason]:
		return ""
	case known.class == Fault, known.stage == Connect && reason != "":
		return Client
	case known.class == Other && reason != Chatter && (startsReply(e.text) || clientWords.in(e.text)):
		return Client
	}
	return ""
}

// schannelEvents are Windows' accounts of alerts, which do not show whether it
// was a client or a server.
var schannelEvents = newPhrases("atal alert was generated and sent to the remote endpoint", "atal alert was received from the remote endpoint",
	"ollowing fatal alert was generated: ", "ollowing fatal alert was received: ")

// clientWords tell that this host connected to a server, where a server's reply
// is quoted.
var clientWords = newPhrases(
	"but got code", "The server response was", "the server responded", "smtplib", "SMTPException", "Net::SMTP", "javax.mail", "jakarta.mail", "System.Net.Mail", "MailKit", "nodemailer",
	"said: ", "Remote host", "SMTP error", "smtp error", "smtp: ", "gomail", "send email", "sending email", "send mail", "sending mail", "sent email", "msmtp", "SMTP server",
	"SMTPResponseException", "SMTPRecipientsRefused", "SMTPSenderRefused", "SMTPDataError", "SMTPAuthenticationError", "SMTPNotSupportedError",
)

// startsReply reports whether a text is a server's reply and nothing before it,
// or an enhanced status code with its words.
func startsReply(text string) bool {
	text = strings.TrimLeft(text, "#\"'<[( ")
	return isReply(text) || len(text) > 5 && (text[0] == '4' || text[0] == '5') && text[1] == '.' && isDigit(text[2])
}

// isReply reports whether a text begins with a reply code of SMTP.
func isReply(text string) bool {
	return len(text) >= 3 && like(text[:3], "ddd") && text[0] >= '2' && text[0] <= '5' && text[1] <= '5' &&
		(len(text) == 3 || text[3] == ' ' || text[3] == '-')
}

// told says why by the vocabulary of TLS, and if that has nothing by what
// servers reply.
func (ev *Event) told(words string, otherwise Reason) {
	found := reasonOf(words)
	if found.Reason == "" {
		found = replyReason(words)
	}
	if found.Reason == "" {
		found = because{otherwise, words}
	}
	ev.Reason, ev.Says = found.Reason, found.says
}

// isRefusedByRuleset recognises the words by which sendmail's ruleset
// tls_server refuses a certificate (cf/m4/proto.m4): those of a server that
// refuses a password have another code, or go on.
func isRefusedByRuleset(text string) bool {
	text = strings.TrimRight(text, ". ")
	return text == "454 4.7.0 authentication failed" || text == "403 4.7.0 authentication failed"
}

// placed reads which certificate of the chain msmtp speaks of: "certificate 2 of
// 4 has expired".
func (ev *Event) placed(text string) {
	number, rest, ok := strings.Cut(tail(text, "verification failed: certificate "), " of ")
	if ev.Reason != NotVerified || !ok || len(number) != 1 || !isDigits(number) {
		return
	}
	switch {
	case strings.Contains(rest, "has expired"):
		ev.Reason, ev.Depth = Expired, int(number[0]-'1')
	case strings.Contains(rest, "not yet activated"):
		ev.Reason, ev.Depth = NotYetValid, int(number[0]-'1')
	}
}

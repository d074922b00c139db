package maillog

import "strings"

// A role is a line's part in the transcript of a dialogue.
type role uint8

const (
	_ role = iota
	// command: this side sent it.
	command
	// refusal: the server answered it with 4xx or 5xx, or with what was not
	// expected.
	refusal
	// reply: the server answered it with anything else.
	reply
	// opening: a connection came about, and the greeting is next.
	opening
)

// marks are what clients put before what they send and what they are sent:
// swaks, PHPMailer, nodemailer, MailKit, curl -v, msmtp --debug, smtplib,
// Net::SMTP of Perl and of Ruby, s-nail, Heirloom mailx. What stands behind
// tells the direction.
var marks = []string{
	"SERVER -> CLIENT: ", "CLIENT -> SERVER: ", "SMTP INBOUND: ", "<** ", "<~* ", "<-  ", "<~  ", "<- ", "<~ ", "-> ", "~> ", "--> ", "<-- ",
	">>> SERVER: ", "SMTP server: ", "smtp-server: ", ">>> ", "<<< ", "C: ", "S: ", "> ", "< ", "send: ", "reply: ",
}

// quotes are marks of a reply that ended the dialogue.
var quotes = map[string]bool{"SMTP server: ": true, "smtp-server: ": true}

// verbs are the commands of SMTP, with the stages that they begin.
var verbs = map[string]Stage{
	"EHLO": EHLO, "HELO": EHLO, "LHLO": EHLO, "STARTTLS": STARTTLS, "AUTH": Auth, "MAIL": Mail, "RCPT": Rcpt, "DATA": Data, "BDAT": Data, "QUIT": Quit,
	"RSET": "", "NOOP": "", "VRFY": Rcpt,
}

// A spoken is one side's line of a dialogue.
type spoken struct {
	text string
	// stage is that of a command's verb, and is set only of a known command.
	stage Stage
	role  role
	// unexpected: the client says that it did not wait for it; swaks does so
	// before TLS.
	unexpected bool
}

// cutMark takes a client's mark off what was said.
func cutMark(text string) (said spoken, ok bool) {
	text = strings.TrimLeft(text, " \t")
	if strings.HasPrefix(text, "Net::SMTP") {
		if at := strings.IndexAny(text, "<>"); at > 0 {
			text = text[at:]
		}
	}
	if at := strings.Index(text, "] S: "); at > 0 && at < 64 {
		text = text[at+2:]
	} else if at := strings.Index(text, "] C: "); at > 0 && at < 64 {
		text = text[at+2:]
	}
	for _, mark := range marks {
		rest, found := strings.CutPrefix(text, mark)
		if !found {
			continue
		}
		said.unexpected = mark == "<** "
		said.text = strings.TrimLeft(strings.TrimPrefix(strings.TrimLeft(rest, " "), "b"), "\"' ")
		if isReply(said.text) {
			said.unexpected = said.unexpected || quotes[mark]
			return said, true
		}
		verb, _, _ := strings.Cut(strings.TrimRight(said.text, "\r\n\"'\\rn"), " ")
		stage, known := verbs[strings.ToUpper(verb)]
		if known {
			said.stage, said.role = stage, command
			return said, true
		}
	}
	return said, false
}

// isTranscript recognises the transcript of a client's dialogue, and what swaks
// says of it.
func isTranscript(e *entry) bool {
	_, ok := cutMark(e.text)
	return ok || isAside(e.text) || strings.HasPrefix(e.text, "*** ") && !strings.HasPrefix(e.text, "*** Exception") || strings.HasPrefix(e.text, "=== ") || beginsWithAny(e.text, openings) ||
		hasAny(e.text, "SERVER -> CLIENT: ", "CLIENT -> SERVER: ")
}

// isAside recognises what Net::SMTP of Perl and of Ruby prints between the
// lines of a dialogue: their modules, the message, and what they do with it.
func isAside(text string) bool {
	return strings.HasPrefix(text, "Net::SMTP") && hasAny(text, ">>>", "<<<") || text == "TLS connection started" || text == "writing message from String" ||
		strings.HasPrefix(text, "wrote ") && strings.HasSuffix(text, " bytes")
}

// openings are how clients say that a connection came about: swaks, Net::SMTP
// of Ruby, PHPMailer.
var openings = []string{"=== Connected to ", "Connection opened: ", "Connection: opening to "}

// readTranscript reads what a client shows of a dialogue.
func readTranscript(e *entry, ev *Event) {
	ev.Story, ev.Side = "transcript "+e.program+e.pid, Client
	if said, ok := cutMark(e.text); ok {
		ev.spoke(said)
		return
	}
	for _, begin := range openings {
		if host, ok := strings.CutPrefix(e.text, begin); ok {
			ev.role, ev.Reason, ev.Peer = opening, Chatter, hostOf(firstWord(host))
			return
		}
	}
	switch {
	case strings.HasPrefix(e.text, "Net::SMTP>>> "):
		ev.role, ev.Reason = opening, Chatter
	case isAside(e.text):
		ev.Reason = Chatter
	}
	if strings.HasPrefix(e.text, "=== TLS started") {
		ev.InTLS, ev.Reason, ev.Says = true, TLSEstablished, "TLS started"
	}
}

// spoke reads one side's line of a dialogue.
func (ev *Event) spoke(said spoken) {
	if said.role == command {
		ev.role, ev.Stage, ev.Reason, ev.Class = command, said.stage, Chatter, Other
		return
	}
	ev.answer(said)
}

// answer reads a server's reply.
func (ev *Event) answer(said spoken) {
	ev.Code, ev.role = replyCode(said.text), reply
	switch {
	case ev.Code >= 400:
		ev.replied(said.text)
		ev.role = refusal
	case ev.Code == 354 && said.unexpected:
		ev.Reason, ev.Says, ev.role = STARTTLSRefused, "354", refusal
	case isMasked(said.text):
		ev.Reason, ev.Says = STARTTLSMasked, said.text
	case ev.Code == 235:
		ev.Reason, ev.Says = AuthSucceeded, "235"
	case ev.Code == 250:
		if found := replyReason(said.text); found.Reason == Queued && !said.unexpected {
			ev.Reason, ev.Says, ev.Outcome = Delivered, found.says, Sent
			return
		}
		fallthrough
	default:
		ev.Reason, ev.Class = Chatter, Other
	}
}

// places gives the refusals of a transcript the stages of the commands before
// them: whatever the server says to STARTTLS but 220, it refuses TLS. What it
// refuses before any command, it refuses in its greeting, and 521 is a code of
// greetings (RFC 7504).
func (p *part) places() {
	var stage Stage
	begun, opened, shaking := false, false, false
	for _, h := range p.events {
		switch {
		case h.role == opening:
			stage, begun, opened, shaking = "", false, true, false
		case h.role == command:
			stage, begun, shaking = h.Stage, true, false
		case h.role == reply && stage == STARTTLS:
			if shaking = h.Code == 220; h.Code >= 300 {
				h.Reason, h.Class, h.Stage, h.Says = STARTTLSRefused, Fault, STARTTLS, ""
			}
		case h.role == refusal && !begun && (opened || h.Code == 521) && h.Class != Fault:
			h.Reason, h.Class, h.Stage = greetingOf(h.Code), Fault, Greeting
		case h.role == refusal && !begun && h.presumed():
			h.Reason, h.Class, h.Stage = STARTTLSRefused, Fault, STARTTLS
		case begun && (h.lost() || h.Reason == ReplyTimeout) && h.Class == Fault:
			h.breaks(stage, shaking)
		case h.role != refusal || !begun || h.Stage != "" && stage == "":
		case stage == STARTTLS && h.Class != Fault:
			h.Reason, h.Class, h.Stage = STARTTLSRefused, Fault, STARTTLS
		case stage != "":
			h.Stage = stage
		}
	}
}

// presumed: s-nail and mutt quote the reply that ended a dialogue without the
// command before it. They send STARTTLS whether it is offered or not, and all
// other commands are known to every server (RFC 5321 section 4.5.1).
func (ev *Event) presumed() bool {
	return (ev.Dialect == "s-nail" || ev.Dialect == "mutt") && ev.Class != Fault &&
		(ev.Code == 354 || ev.Code == 500 || ev.Code == 502 || strings.Contains(ev.said, "STARTTLS"))
}

// breaks says at which stage of a dialogue its connection broke: during the
// handshake if nothing was said after the server agreed to it.
func (ev *Event) breaks(stage Stage, shaking bool) {
	switch {
	case shaking && ev.Reason == ConnectionReset:
		ev.Reason, ev.Stage = HandshakeReset, Handshake
	case shaking && ev.Reason == ReplyTimeout:
		ev.Reason, ev.Stage = HandshakeTimeout, Handshake
	case shaking:
		ev.Reason, ev.Stage = HandshakeClosed, Handshake
	case stage != "":
		ev.Stage = stage
	}
}

// isMasked recognises STARTTLS in a reply to EHLO as a firewall masks it that
// inspects SMTP: "250-XXXXXXXA".
func isMasked(reply string) bool {
	word := strings.TrimRight(strings.TrimPrefix(strings.TrimPrefix(reply, "250-"), "250 "), ", \r\n")
	return len(word) >= 4 && strings.HasSuffix(word, "XA") && strings.Trim(word, "X") == "A"
}

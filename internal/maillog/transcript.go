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
)

// marks are what clients put before what they send and what they are sent:
// swaks, PHPMailer, nodemailer, MailKit, curl -v, msmtp --debug, smtplib,
// Net::SMTP of Perl and of Ruby. What stands behind tells the direction.
var marks = []string{
	"SERVER -> CLIENT: ", "CLIENT -> SERVER: ", "SMTP INBOUND: ", "<** ", "<~* ", "<-  ", "<~  ", "<- ", "<~ ", "-> ", "~> ", "--> ", "<-- ",
	">>> ", "<<< ", "C: ", "S: ", "> ", "< ", "send: ", "reply: ",
}

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
	// unexpected: swaks marks it as not what it waited for, before TLS.
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
	return ok || strings.HasPrefix(e.text, "*** ") && !strings.HasPrefix(e.text, "*** Exception") || strings.HasPrefix(e.text, "=== ") ||
		hasAny(e.text, "SERVER -> CLIENT: ", "CLIENT -> SERVER: ")
}

// readTranscript reads what a client shows of a dialogue.
func readTranscript(e *entry, ev *Event) {
	ev.Story, ev.Side = "transcript "+e.program+e.pid, Client
	said, ok := cutMark(e.text)
	switch {
	case ok && said.role == command:
		ev.role, ev.Stage, ev.Reason, ev.Class = command, said.stage, Chatter, Other
	case ok:
		ev.answer(said)
	case strings.HasPrefix(e.text, "=== "):
		ev.swaksInfo(e.text)
	}
}

// swaksInfo reads what swaks says besides the dialogue.
func (ev *Event) swaksInfo(text string) {
	switch {
	case strings.HasPrefix(text, "=== Connected to "):
		ev.Peer = hostOf(tail(text, "=== Connected to "))
	case strings.HasPrefix(text, "=== TLS started"):
		ev.InTLS, ev.Reason, ev.Says = true, TLSEstablished, "TLS started"
	}
}

// answer reads a server's reply.
func (ev *Event) answer(said spoken) {
	ev.Code = replyCode(said.text)
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
// them: whatever the server says to STARTTLS, it refuses TLS.
func (p *part) places() {
	var stage Stage
	begun := false
	for _, h := range p.events {
		switch {
		case h.role == command:
			stage, begun = h.Stage, true
		case h.role != refusal || !begun || h.Stage != "" && stage == "":
		case stage == STARTTLS && h.Class != Fault:
			h.Reason, h.Class, h.Stage = STARTTLSRefused, Fault, STARTTLS
		case stage != "":
			h.Stage = stage
		}
	}
}

// isMasked recognises STARTTLS in a reply to EHLO as a firewall masks it that
// inspects SMTP: "250-XXXXXXXA".
func isMasked(reply string) bool {
	word := strings.TrimRight(strings.TrimPrefix(strings.TrimPrefix(reply, "250-"), "250 "), ", \r\n")
	return len(word) >= 4 && strings.HasSuffix(word, "XA") && strings.Trim(word, "X") == "A"
}

package maillog

import "strings"

// A dialect is how one program writes its log.
type dialect struct {
	name string
	// is recognises a text without a tag as this program's.
	is func(e *entry) bool
	// read fills in what a line says. What it leaves out follows from the
	// vocabulary.
	read func(e *entry, ev *Event)
}

// dialects are tried in this order where no tag tells whose a line is.
var dialects = []dialect{
	{"sendmail", isSendmail, readSendmail},
	{"postfix", isPostfix, readPostfix},
	{"exim", isExim, readExim},
	{"opensmtpd", isOpenSMTPD, readOpenSMTPD},
	{"haraka", isHaraka, readHaraka},
	{"mox", isMox, readMox},
	{"maddy", isMaddy, readMaddy},
	{"chasquid", isChasquid, readChasquid},
	{"courier", isCourier, readCourier},
	{"nullmailer", isNullmailer, readNullmailer},
	{"dma", isDMA, readDMA},
	{"qmail", isQmail, readQmail},
	{"stalwart", isStalwart, readStalwart},
	{"ironport", isIronPort, readIronPort},
	{"hmailserver", isHMailServer, readHMailServer},
	{"rarer", isRarer, readRarer},
	{"s-nail", isSnail, readSnail},
	{"mutt", isMutt, readMutt},
	{"milter", isBeside, readBeside},
}

// dialectNamed finds dialects by their names.
var dialectNamed = make(map[string]*dialect)

func init() {
	for i := range dialects {
		dialectNamed[dialects[i].name] = &dialects[i]
	}
}

// Read reads one line of a log by itself. At is its number.
func Read(at int, line string) Event {
	var ev Event
	ev.read(&entry{}, at, line)
	return ev
}

// read reads a line into an empty event. The entry is room that may be used.
func (ev *Event) read(e *entry, at int, line string) {
	e.unframe(line)
	ev.At, ev.Text, ev.Time, ev.Depth, ev.said = at, line, e.time, -1, e.text
	if e.repeated {
		ev.Class, ev.Reason = Other, Chatter
		return
	}
	if e.text == "" && e.program == "" {
		ev.Class, ev.anyone = Unknown, true
		return
	}
	d := recognise(e)
	if d == nil {
		e.text = withoutSubject(e.text)
		if e.readAsShown() {
			ev.said = e.text
		}
		d = recogniseGeneric(e)
		ev.anyone = true
	}
	if d != nil {
		ev.Dialect = d.name
		d.read(e, ev)
	}
	conclude(e, ev)
}

// recognise finds the dialect of a line; nil if it is none that is known.
func recognise(e *entry) *dialect {
	if e.program == "sendmail" && e.pid == "" && strings.HasPrefix(e.text, "TLS ") {
		return nil // msmtp under the name of the command that it stands for
	}
	if e.program != "" {
		return dialectNamed[dialectOf(e.program)]
	}
	for i := range dialects {
		if dialects[i].is(e) {
			return &dialects[i]
		}
	}
	return nil
}

// conclude fills in what the vocabulary tells, and puts the event on its side.
func conclude(e *entry, ev *Event) {
	if ev.Reason == "" {
		found := reasonOf(e.text)
		if found.Reason == "" {
			found = replyReason(e.text)
		}
		ev.Reason, ev.Says = found.Reason, found.says
	}
	if ev.Code < 200 || ev.Code > 599 {
		ev.Code = 0 // none of SMTP's (RFC 5321 section 4.2.1)
	}
	if ev.Reason == "" && ev.Code >= 400 {
		ev.Reason = SMTPRejected
	}
	if ev.anyone {
		ev.generic(e)
	} else if ev.Side == "" && kinds[ev.Reason].class == Fault && serverFunctions.in(e.text) {
		ev.Side = Server
	}
	known := kinds[ev.Reason]
	ev.takeSide()
	switch {
	case ev.Class != "":
	case ev.Reason != "":
		ev.Class = kinds[ev.Reason].class
	case ev.Dialect != "":
		ev.Class, ev.Reason = Other, Chatter
	default:
		ev.Class = Unknown
	}
	if ev.Stage == "" {
		ev.Stage = known.stage
	}
	ev.quote()
}

// quote makes the words on which the reason rests a part of the line, for a
// dialect may have put them together. qmail writes spaces as underscores.
func (ev *Event) quote() {
	ev.Says = strings.TrimSpace(ev.Says)
	if strings.Contains(ev.said, ev.Says) || strings.Contains(ev.Text, ev.Says) {
		return
	}
	if at := strings.Index(strings.ReplaceAll(ev.said, "_", " "), strings.ReplaceAll(ev.Says, "_", " ")); at >= 0 {
		ev.Says = ev.said[at : at+len(ev.Says)]
		return
	}
	ev.Says = ""
}

// refusals are the alerts by which the other side refuses a certificate. Who
// gets one showed the certificate.
var refusals = map[Reason]bool{
	AlertUnknownCA: true, AlertBadCertificate: true, AlertUnsupportedCertificate: true, AlertCertificateExpired: true,
	AlertCertificateRevoked: true, AlertCertificateUnknown: true,
}

// takeSide says of whom the reason is. A server that is told of its certificate
// reads about its own; that a client breaks a handshake off is no fault of the
// server's.
func (ev *Event) takeSide() {
	switch {
	case ev.Side != Client && refusals[ev.Reason]:
		ev.Side, ev.Reason = Own, OwnCertificateRefused
	case ev.Side != Server || ev.Class != "":
	case ev.Reason == HandshakeClosed, ev.Reason == HandshakeReset, ev.Reason == HandshakeTimeout, ev.Reason == NoCloseNotify,
		ev.Reason == ConnectionReset, ev.Reason == ConnectionClosed, ev.Reason == NotTLS, ev.Reason == HandshakeFailed:
		ev.Class = Harmless
	case kinds[ev.Reason].stage == Verify && kinds[ev.Reason].class == Fault:
		ev.Class = Harmless
	}
	switch ev.Reason {
	case OwnTrustStoreEmpty, OwnCertificateRefused, OwnCertificateUnreadable, OwnConfiguration:
		ev.Side = Own
	}
}

package maillog

// settle lets the end of a part decide about its beginning: what was said of
// certificates is harmless if the chain was verified in the end, or if nobody
// asked for that. Lines that do not tell their side are on that of the others.
func (p *part) settle() {
	p.takeSides()
	p.places()
	p.handshakes()
	verified := -1
	for i, h := range p.events {
		if h.Verified || h.content {
			verified = i
		}
	}
	understood := false
	for _, h := range p.events {
		understood = understood || h.Class != Unknown
	}
	for i, h := range p.events {
		if understood && h.Class == Unknown {
			h.Class, h.Reason = Other, Chatter
		}
		if i < verified && h.Class == Fault && kinds[h.Reason].stage == Verify {
			h.Class = Harmless
		}
	}
	p.excuse()
}

// handshakes tells a connection that broke within the handshake from one that
// broke at large, and a refusal of STARTTLS from others, where only another line
// of a stack trace shows it.
func (p *part) handshakes() {
	within, starting := false, false
	for _, h := range p.events {
		within = within || h.anyone && handshakeCalls.in(h.said)
		starting = starting || h.anyone && starttlsCalls.in(h.said)
	}
	for _, h := range p.events {
		switch {
		case !h.anyone:
		case starting && h.Class == Other && h.Code >= 400:
			h.Reason, h.Class, h.Stage = STARTTLSRefused, Fault, STARTTLS
		case within && h.Reason == ConnectionReset:
			h.Reason, h.Stage = HandshakeReset, Handshake
		case within && h.Reason == ConnectionClosed:
			h.Reason, h.Stage = HandshakeClosed, Handshake
		}
	}
}

// starttlsCalls are the functions that send STARTTLS: of Ruby and of smtplib.
var starttlsCalls = newPhrases("in `starttls'", "in 'Net::SMTP#starttls'", "in 'starttls'", "in starttls")

// handshakeCalls are the functions within which a connection breaks during the
// handshake: of smtplib, aiosmtplib, Jakarta Mail, Node and Ruby.
var handshakeCalls = newPhrases("do_handshake(", ".starttls(", ".start_tls(", ".startTLS(", "startHandshake(", "ssl_socket_connect", "tls_connect", "tlsSocket.onConnectEnd")

// failures are what went wrong in a part: as a rule one thing at most, of which
// several lines tell. But a certificate that was not verified is not why a
// connection broke later: then there are two.
func (p *part) failures() []Failure {
	lost := p.lostLater()
	f, failed := p.failure(func(h *held) bool { return lost == nil || !h.lost() })
	if !failed && lost == nil {
		return nil
	}
	var all []Failure
	if failed {
		if lost != nil {
			f.End = lost.Reason
		}
		all = append(all, f)
	}
	if lost != nil {
		all = append(all, Failure{Event: lost.Event, First: lost.At, Lines: 1, Fate: lost.Outcome})
	}
	return all
}

// lostLater is the event of an outcome that says that the connection broke,
// where nothing but the certificate was at fault before; nil if there is none.
func (p *part) lostLater() *held {
	last := p.events[len(p.events)-1]
	if last.Outcome == "" || last.Class != Fault || !last.lost() {
		return nil
	}
	certificate := false
	for _, h := range p.events[:len(p.events)-1] {
		if h.Class != Fault || h.lost() {
			continue
		}
		if kinds[h.Reason].stage != Verify {
			return nil
		}
		certificate = true
	}
	if !certificate {
		return nil
	}
	return last
}

// lost: the connection broke.
func (ev *Event) lost() bool { return ev.Reason == ConnectionReset || ev.Reason == ConnectionClosed }

// failure is what went wrong in the events of a part that count; false if
// nothing did.
func (p *part) failure(counts func(*held) bool) (f Failure, failed bool) {
	var best *held
	verified := false
	for _, h := range p.events {
		verified = verified || h.Verified
		if h.Class != Fault || !counts(h) {
			continue
		}
		f.Lines++
		if f.First == 0 {
			f.First = h.At
		}
		if best == nil || weigh(h.Event) > weigh(best.Event) {
			best = h
		}
	}
	if best == nil {
		return Failure{}, false
	}
	f.Event = best.Event
	if best.Reason == NotVerified && !verified {
		p.blameCRL(&f)
	}
	p.fate(&f)
	return f, true
}

// weigh is how much an event tells.
func weigh(ev Event) int {
	w := 4 * kinds[ev.Reason].weight
	if ev.Depth >= 0 {
		w++
	}
	return w
}

// blameCRL: if nothing but the missing CRL was held against a chain that was
// not verified, that is why.
func (p *part) blameCRL(f *Failure) {
	for _, h := range p.events {
		if h.Reason == CRLUnavailable {
			h.Class = Fault
			f.Event = h.Event
			f.Lines++
			f.First = min(f.First, h.At)
		}
	}
}

// fate tells what became of the message.
func (p *part) fate(f *Failure) {
	for _, h := range p.events {
		if f.Peer == "" {
			f.Peer = h.Peer
		}
		if h.Outcome == "" {
			continue
		}
		f.Fate, f.FateInClear = h.Outcome, h.InClear
		if f.End = ""; h.Class == Other && h.Outcome != Sent && h.Reason != Chatter {
			f.End = h.Reason
		}
	}
}

// takeSides puts the events that tell no side on that of their part.
func (p *part) takeSides() {
	var side Side
	for _, h := range p.events {
		if h.Side == Client || h.Side == Server {
			side = h.Side
			break
		}
	}
	for _, h := range p.events {
		if h.Side == "" && h.Reason != Chatter {
			h.Side = side
			h.judgeAnew()
		}
	}
}

// judgeAnew lets the side of an event decide about its class once the side is
// known: a certificate that sendmail could not verify is a fault of a server's,
// and none of a client's, which hardly anybody looks at.
func (ev *Event) judgeAnew() {
	class := ev.Class
	if class == Fault {
		ev.Class = ""
	}
	if ev.takeSide(); ev.Class == "" {
		ev.Class = class
	}
}

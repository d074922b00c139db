package scenarios

import (
	"slices"
	"strings"

	"github.com/fakemx/fakemx/internal/addrpattern"
)

// TakesMail reports whether a correct client that tries often enough can
// deliver a message, inside TLS or in clear. It cannot if every session ends
// before STARTTLS is possible, or in every part of a session before the 250.
func (p Peer) TakesMail() bool {
	return !p.closed() && (!p.blocks(InClear) || !p.blocks(InTLS))
}

// TakesMailInTLS reports whether such a client can deliver a message inside
// TLS, once the handshake has completed.
func (p Peer) TakesMailInTLS() bool { return !p.closed() && !p.blocks(InTLS) }

// closed: every session is over before a client can ask for TLS.
func (p Peer) closed() bool {
	return slices.ContainsFunc(p.Faults, func(f Fault) bool {
		opening := f.stops() && (f.At == AtConnect || f.At == AtGreeting)
		return f.Always() && (opening || f.At == AtEHLO && f.ends() && f.strikes(InClear))
	})
}

// blocks: in that part of a session no message is ever accepted. A client whose
// EHLO is refused can go on with HELO; one that is left there cannot.
func (p Peer) blocks(part Where) bool {
	return slices.ContainsFunc(p.Faults, func(f Fault) bool {
		if !f.Always() || !f.strikes(part) {
			return false
		}
		switch f.At {
		case AtEHLO:
			return f.ends()
		case AtMAIL, AtRCPT, AtDATA, AtMessage, AtDot:
			return f.stops()
		}
		return false
	})
}

// PeerFor returns the peer as a message to one recipient sees it: faults
// limited to addresses that do not match are removed, and the limits of those
// that match are removed. The reverse-path is ignored. A fault limited to a
// parameter of MAIL stays as it is: whoever leaves the parameter out does not
// meet it.
func (s Scenario) PeerFor(rcpt string) Peer {
	p := s.Peer
	p.Faults = nil
	for _, f := range s.Peer.Faults {
		if m := f.Match; m != nil {
			if m.Rcpt != "" && !addrpattern.Match(s.Expand(m.Rcpt), rcpt) {
				continue
			}
			if f.Match = nil; m.Parameter != "" {
				f.Match = &Match{Parameter: m.Parameter}
			}
		}
		p.Faults = append(p.Faults, f)
	}
	return p
}

// A Puzzle is a reply after which no standard tells a client how to continue. A
// client that gives up is as correct as one that continues.
type Puzzle struct {
	// Reason says what the peer replies.
	Reason string
	// BeforeMail is true if it comes before the first MAIL, so that a client
	// may attribute it to TLS.
	BeforeMail bool
}

const refusesEHLO = "the peer refuses EHLO (RFC 5321 section 3.2 asks for HELO then, by a SHOULD)"

// Puzzle returns the first [Puzzle] that occurs in every session of the peer;
// nil if there is none.
func (p Peer) Puzzle() *Puzzle {
	for _, f := range p.Faults {
		switch {
		case f.refusesParameter():
			return &Puzzle{"the peer takes no mail from those who give MAIL the parameter " + f.Match.Parameter, false}
		case !f.Always():
		case f.Do == DoRaw && !p.proper(f):
			reason := "the peer sends what is no proper reply"
			if f.rawReply() != "" {
				reason = "the peer sends a reply that does not say what became of the command"
			}
			return &Puzzle{reason, !slices.Contains(inTransaction, f.At) && f.At != AtQUIT}
		case f.At == AtSTARTTLS && f.Refuses() && p.offersSTARTTLS():
			return &Puzzle{"the peer offers STARTTLS and then refuses it (RFC 3207 section 4)", true}
		case f.At == AtSTARTTLS && f.Do == DoReply && !f.Refuses():
			return &Puzzle{"the peer neither grants nor refuses STARTTLS", true}
		case f.At == AtEHLO && f.Refuses() && f.strikes(InClear):
			return &Puzzle{refusesEHLO, true}
		case f.At == AtEHLO && f.Refuses():
			return &Puzzle{"the peer refuses EHLO inside TLS", true}
		}
	}
	if !p.SMTP.ESMTP {
		return &Puzzle{refusesEHLO, true}
	}
	if a := p.SMTP.Auth; a.Offer != Nowhere && len(a.Mechanisms) > 0 && !slices.ContainsFunc(a.Mechanisms, isMechanism) {
		return &Puzzle{"the peer offers AUTH, but only by mechanisms that it cannot do", false}
	}
	return nil
}

// refusesParameter: in every session a parameter of MAIL keeps a message from being
// taken, and nothing demands the parameter.
func (f Fault) refusesParameter() bool {
	if f.Match == nil || f.Match.Parameter == "" || strings.EqualFold(f.Match.Parameter, "REQUIRETLS") {
		return false
	}
	f.Match = nil
	return f.Always() && f.stops()
}

// offersSTARTTLS: the keyword stands in the reply to EHLO in clear, and clients
// know it for what it is.
func (p Peer) offersSTARTTLS() bool {
	o := p.SMTP.StartTLS
	return p.SMTP.ESMTP && (o.Offer == InClear || o.Offer == Everywhere) && !o.Masks()
}

// isMechanism: it is a mechanism that the server can do.
func isMechanism(name string) bool { return slices.Contains(mechanisms, name) }

package scenarios

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fakemx/fakemx/internal/tlsnames"
)

// extensions are the EHLO keywords that the server can do, besides those that
// have fields of their own.
var extensions = []string{
	"PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", "CHUNKING", "BINARYMIME", "SMTPUTF8", "DSN", "REQUIRETLS",
}

// mechanisms are the SASL mechanisms that the server can do.
var mechanisms = []string{
	"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "OAUTHBEARER", "EXTERNAL", "ANONYMOUS",
}

var (
	// keyword is an ehlo-keyword of RFC 5321 section 4.1.1.1, in capitals.
	keyword = regexp.MustCompile(`^[A-Z0-9][A-Z0-9-]*$`)
	// replyLine is a line of a reply of RFC 5321 section 4.2.
	replyLine = regexp.MustCompile(`^[2-5][0-9]{2}([ -][^\r\n]*)?$`)
)

func (p Peer) checkSMTP(out *problems) {
	s := p.SMTP
	if s.Greeting == "" || strings.ContainsAny(s.Greeting, "\r\n") {
		out.addf("peer.smtp.greeting", "is the one line of text behind the 220")
	}
	oneOf(out, "peer.smtp.starttls.offer", s.StartTLS.Offer, Nowhere, InGreeting, InClear, InTLS, Everywhere)
	switch k := s.StartTLS.Keyword; {
	case k == "":
	case !keyword.MatchString(k) || k == "STARTTLS":
		out.addf("peer.smtp.starttls.keyword", "%q is not a keyword in capitals, other than STARTTLS", k)
	case s.StartTLS.Offer == Nowhere:
		out.addf("peer.smtp.starttls.keyword", "has no place to stand in, since offer is nowhere")
	}
	eachOneOf(out, "peer.smtp.extensions", s.Extensions, extensions...)
	eachOneOf(out, "peer.smtp.auth.mechanisms", s.Auth.Mechanisms, mechanisms...)
	if s.PlaintextSMTPS && s.ImplicitTLS {
		out.addf("peer.smtp.plaintext_smtps", "and implicit_tls exclude each other")
	}
	oneOf(out, "peer.smtp.auth.offer", s.Auth.Offer, Nowhere, InClear, InTLS, Everywhere)
}

// actions are what can be done at each point. Where there is no reply, none can
// be changed.
var actions = map[Point][]Action{
	AtConnect:     {DoReset, DoClose, DoStall},
	AtGreeting:    {DoReset, DoClose, DoStall, DoReply, DoDrip},
	AtEHLO:        {DoReset, DoClose, DoStall, DoReply, DoDrip, DoHide},
	AtHELO:        {DoReset, DoClose, DoStall, DoReply, DoDrip},
	AtSTARTTLS:    {DoReset, DoClose, DoStall, DoReply, DoDrip, DoInject},
	AtHandshake:   {DoReset, DoClose, DoStall, DoReply, DoAlert},
	AtClientHello: {DoReset, DoClose, DoStall, DoAlert},
	AtAUTH:        {DoReset, DoClose, DoStall, DoReply, DoDrip},
	AtMAIL:        {DoReset, DoClose, DoStall, DoReply, DoDrip},
	AtRCPT:        {DoReset, DoClose, DoStall, DoReply, DoDrip},
	AtDATA:        {DoReset, DoClose, DoStall, DoReply, DoDrip},
	AtMessage:     {DoReset, DoClose, DoStall},
	AtDot:         {DoReset, DoClose, DoStall, DoReply, DoDrip},
	AtQUIT:        {DoReset, DoClose, DoStall, DoReply, DoDrip},
}

// points are the points in the order of a session.
var points = []Point{
	AtConnect, AtGreeting, AtEHLO, AtHELO, AtSTARTTLS, AtHandshake, AtClientHello, AtAUTH,
	AtMAIL, AtRCPT, AtDATA, AtMessage, AtDot, AtQUIT,
}

func (p Peer) checkFault(out *problems, path string, f Fault) {
	oneOf(out, path+".at", f.At, points...)
	if possible, known := actions[f.At]; known {
		oneOf(out, path+".do", f.Do, possible...)
	}
	if !utf8.ValidString(f.Text) {
		out.addf(path+".text", "is not UTF-8, as YAML demands")
	}
	if f.In != "" {
		oneOf(out, path+".in", f.In, InClear, InTLS, Everywhere)
	}
	p.checkFaultText(out, path+".text", f)
	if f.Delay < 0 || f.Delay > 0 && f.Do != DoDrip {
		out.addf(path+".delay", "is the pause between the octets of drip, and not below zero")
	}
	if f.First < 0 {
		out.addf(path+".first", "%d is below 1; leave it out for every session", f.First)
	}
	if f.Every < 0 {
		out.addf(path+".every", "%d is below 1; leave it out for every session", f.Every)
	}
	if why := p.neverReached(f); why != "" {
		out.addf(path+".at", "%s is a point that never comes: %s", f.At, why)
	}
}

// checkFaultText demands the text that an action needs, and none where it has
// no use.
func (p Peer) checkFaultText(out *problems, path string, f Fault) {
	switch f.Do {
	case DoReply:
		// What comes in place of TLS is not SMTP.
		if f.At == AtHandshake && f.Text != "" {
			return
		}
		if !isReply(f.Text) {
			out.addf(path, "%q is not a reply: a code of three digits, then a space and text, or - if more lines follow", f.Text)
		}
	case DoInject:
		if f.Text == "" {
			out.addf(path, "is what to inject, and it is missing")
		}
	case DoHide:
		p.checkHidden(out, path, f.Text)
	case DoAlert:
		oneOf(out, path, f.Text, tlsnames.FatalAlerts()...)
	default:
		if f.Text != "" {
			out.addf(path, "has no use with %s", f.Do)
		}
	}
}

// isReply: the text is one reply, in as many lines as it likes.
func isReply(text string) bool {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, line := range lines {
		if !replyLine.MatchString(line) || line[:3] != lines[0][:3] {
			return false
		}
		if more := len(line) > 3 && line[3] == '-'; more != (i < len(lines)-1) {
			return false
		}
	}
	return true
}

func (p Peer) checkHidden(out *problems, path, hidden string) {
	offered := slices.Concat([]string{"STARTTLS", "AUTH", "SIZE"}, p.SMTP.Extensions)
	if !slices.Contains(offered, hidden) {
		out.addf(path, "%q is not an EHLO keyword that the peer offers: %s", hidden, listed(offered))
	}
}

// shadow is the index of a fault that ends every session before fault i can
// strike; -1 if there is none.
func (p Peer) shadow(i int) int {
	for j, earlier := range p.Faults {
		if j == i || !earlier.always() || !earlier.ends() {
			continue
		}
		opening := earlier.At == AtConnect || earlier.At == AtGreeting
		behind := slices.Index(points, p.Faults[i].At) > slices.Index(points, earlier.At)
		// On the port of implicit TLS the handshake comes before the greeting.
		handshake := p.Faults[i].At == AtHandshake || p.Faults[i].At == AtClientHello
		before := earlier.At == AtGreeting && handshake
		switch {
		case opening && behind && !before:
			return j
		case j < i && earlier.At == p.Faults[i].At && (earlier.In == p.Faults[i].In || earlier.In == Everywhere):
			return j
		}
	}
	return -1
}

// neverReached says why a session of this peer cannot come to a fault's point;
// empty if it can.
func (p Peer) neverReached(f Fault) string {
	startTLS := p.SMTP.StartTLS
	handshake := f.At == AtHandshake || f.At == AtClientHello
	before := f.At == AtConnect || handshake
	switch {
	case p.SMTP.ImplicitTLS && f.In == InClear && !before:
		return "with implicit_tls nothing is said in clear"
	case !p.SMTP.ImplicitTLS && f.In == InTLS && (before || f.At == AtGreeting):
		return "it lies before TLS; leave in away"
	case !p.SMTP.ImplicitTLS && handshake && (startTLS.Offer == Nowhere || startTLS.Keyword != "" || !p.SMTP.ESMTP):
		return fmt.Sprintf("STARTTLS is offered %s", Nowhere)
	case f.At == AtAUTH && !p.authReaches(f):
		return fmt.Sprintf("AUTH is offered %s", p.SMTP.Auth.Offer)
	}
	return ""
}

// authReaches: AUTH is offered where the fault is to strike.
func (p Peer) authReaches(f Fault) bool {
	offer := p.SMTP.Auth.Offer
	elsewhere := offer == InTLS && f.In == InClear || offer == InClear && f.In == InTLS
	return offer != Nowhere && !elsewhere
}

package scenarios

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
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
	// keyword is an ehlo-keyword of RFC 5321 section 4.1.1.1.
	keyword = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]*$`)
	// saslName is a sasl-mech of RFC 4422 section 3.1.
	saslName = regexp.MustCompile(`^[A-Z0-9_-]{1,20}$`)
	// replyLine is a line of a reply of RFC 5321 section 4.2.
	replyLine = regexp.MustCompile(`^[2-5][0-9]{2}([ -][^\r\n]*)?$`)
)

func (p Peer) checkSMTP(out *problems) {
	s := p.SMTP
	if s.Greeting == "" || strings.ContainsAny(s.Greeting, "\r\n") {
		out.addf("peer.smtp.greeting", "must be one line of text, which follows the 220")
	}
	checkPadding(out, "peer.smtp.greeting", s.Greeting)
	if s.GreetPause < 0 {
		out.addf("peer.smtp.greet_pause", "is negative; leave it out for none")
	}
	s.StartTLS.check(out)
	eachOneOf(out, "peer.smtp.extensions", s.Extensions, extensions...)
	if s.RequireTLSOffer != "" {
		oneOf(out, "peer.smtp.requiretls_offer", s.RequireTLSOffer, InClear, InTLS, Everywhere)
		if !slices.Contains(s.Extensions, "REQUIRETLS") {
			out.addf("peer.smtp.requiretls_offer", "has no effect, since REQUIRETLS is not among the extensions")
		}
	}
	for i, m := range s.Auth.Mechanisms {
		if !saslName.MatchString(m) {
			out.addf(fmt.Sprintf("peer.smtp.auth.mechanisms[%d]", i), "%q is not the name of a SASL mechanism: expected 1 to 20 capital letters, digits, hyphens and underscores", m)
		}
	}
	if s.PlaintextSMTPS && s.ImplicitTLS {
		out.addf("peer.smtp.plaintext_smtps", "cannot be combined with implicit_tls")
	}
	oneOf(out, "peer.smtp.auth.offer", s.Auth.Offer, Nowhere, InClear, InTLS, Everywhere)
}

// check reports what cannot stand in a reply to EHLO.
func (s StartTLS) check(out *problems) {
	oneOf(out, "peer.smtp.starttls.offer", s.Offer, Nowhere, InGreeting, InClear, InTLS, Everywhere)
	shown := s.Offer != Nowhere && s.Offer != InGreeting
	switch k := s.Keyword; {
	case k == "":
	case !keyword.MatchString(k) || k == "STARTTLS":
		out.addf("peer.smtp.starttls.keyword", "%q is not a keyword: expected letters, digits and hyphens, and not STARTTLS itself", k)
	case !shown:
		out.addf("peer.smtp.starttls.keyword", "has no effect, since offer is %s", s.Offer)
	}
	switch {
	case s.Position < 0:
		out.addf("peer.smtp.starttls.position", "%d is below 1; leave it out for the usual place", s.Position)
	case s.Position > 0 && !shown:
		out.addf("peer.smtp.starttls.position", "has no effect, since offer is %s", s.Offer)
	}
}

// actions are what can be done at each point. Where there is no reply, none can
// be changed.
var actions = map[Point][]Action{
	AtConnect:     {DoReset, DoClose, DoStall},
	AtGreeting:    {DoReset, DoClose, DoStall, DoReply, DoRaw, DoDrip},
	AtEHLO:        {DoReset, DoClose, DoStall, DoReply, DoRaw, DoDrip, DoHide},
	AtHELO:        {DoReset, DoClose, DoStall, DoReply, DoRaw, DoDrip},
	AtSTARTTLS:    {DoReset, DoClose, DoStall, DoReply, DoRaw, DoDrip, DoInject},
	AtHandshake:   {DoReset, DoClose, DoStall, DoReply, DoRaw, DoAlert},
	AtClientHello: {DoReset, DoClose, DoStall, DoAlert},
	AtAUTH:        {DoReset, DoClose, DoStall, DoReply, DoRaw, DoDrip},
	AtMAIL:        {DoReset, DoClose, DoStall, DoReply, DoRaw, DoDrip},
	AtRCPT:        {DoReset, DoClose, DoStall, DoReply, DoRaw, DoDrip},
	AtDATA:        {DoReset, DoClose, DoStall, DoReply, DoRaw, DoDrip},
	AtMessage:     {DoReset, DoClose, DoStall},
	AtDot:         {DoReset, DoClose, DoStall, DoReply, DoRaw, DoDrip},
	AtQUIT:        {DoReset, DoClose, DoStall, DoReply, DoRaw, DoDrip},
}

// anyAction are the actions of all points.
func anyAction() []Action {
	var all []Action
	for _, point := range points {
		for _, action := range actions[point] {
			if !slices.Contains(all, action) {
				all = append(all, action)
			}
		}
	}
	return all
}

// points are the points in the order of a session.
var points = []Point{
	AtConnect, AtGreeting, AtEHLO, AtHELO, AtSTARTTLS, AtHandshake, AtClientHello, AtAUTH,
	AtMAIL, AtRCPT, AtDATA, AtMessage, AtDot, AtQUIT,
}

// shadow is the index of a fault that ends every session before fault i can
// can strike; -1 if there is none, or if nobody knows where it or they strike.
func (p Peer) shadow(i int) int {
	if !p.Faults[i].situated() {
		return -1
	}
	for j, earlier := range p.Faults {
		if j == i || !earlier.Always() || !earlier.ends() || !earlier.situated() {
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

// situated: the fault's point and part of the session are known.
func (f Fault) situated() bool {
	return slices.Contains(points, f.At) && slices.Contains([]Where{"", InClear, InTLS, Everywhere}, f.In)
}

// neverReached says why a session of this peer cannot come to a fault's point;
// empty if it can.
func (p Peer) neverReached(f Fault) string {
	startTLS := p.SMTP.StartTLS
	handshake := f.At == AtHandshake || f.At == AtClientHello
	before := f.At == AtConnect || handshake
	switch {
	case p.SMTP.ImplicitTLS && f.In == InClear && !before:
		return "with implicit_tls nothing is sent in clear"
	case !p.SMTP.ImplicitTLS && f.In == InTLS && (before || f.At == AtGreeting):
		return "it comes before TLS; leave out in"
	case !p.SMTP.ImplicitTLS && handshake && (startTLS.Offer == Nowhere || startTLS.Masks() || !p.SMTP.ESMTP):
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

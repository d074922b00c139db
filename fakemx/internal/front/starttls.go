package front

import (
	"fmt"

	"github.com/fakemx/fakemx/scenarios"
)

const startTLSKeyword = "STARTTLS"

// startTLSKeyword is how the keyword is written.
func (c *Conn) startTLSKeyword() string {
	if k := c.f.o.Peer.SMTP.StartTLS.Keyword; k != "" {
		return k
	}
	return startTLSKeyword
}

// startTLS answers STARTTLS (RFC 3207) and, if all is well, lets the session
// go on in a new connection for go-smtp, which knows nothing of what was said
// in clear (section 4.2).
func (c *Conn) startTLS(cmd command) error {
	if refusal := c.refuseStartTLS(cmd); refusal != "" {
		c.say(refusal)
		return nil
	}
	c.say("220 2.0.0 Ready to start TLS")
	c.injectBehindReply()
	c.flush()
	pipelined := c.in.take()
	if len(pipelined) > 0 {
		c.s.see.Text(Event, fmt.Sprintf("%d octets pipelined behind STARTTLS, %s", len(pipelined), c.fate()))
	}
	if c.over || c.strike(scenarios.AtHandshake) {
		return nil
	}
	wire, r := c.handshake()
	if wire == nil {
		return nil
	}
	next := newConn(c.f, c.s, wire)
	next.tls, next.resumed = r, true
	if c.f.o.Peer.SMTP.StartTLS.KeepBuffered {
		next.in.put(pipelined)
	}
	c.over, c.handed = true, true
	if !c.f.push(next) {
		c.handed = false
		c.s.see.Ended(Us, Shutdown)
	}
	return nil
}

func (c *Conn) fate() string {
	if c.f.o.Peer.SMTP.StartTLS.KeepBuffered {
		return "kept"
	}
	return "discarded"
}

// refuseStartTLS is the reply to a STARTTLS that is out of place, or empty.
func (c *Conn) refuseStartTLS(cmd command) string {
	offer := c.f.o.Peer.SMTP.StartTLS
	switch {
	case cmd.arg != "":
		return "501 5.5.4 STARTTLS takes no parameter"
	case c.tls != nil:
		return "503 5.5.1 TLS is already active"
	case offer.Masks(), !c.f.o.Peer.SMTP.ESMTP:
		return "500 5.5.1 Command unrecognized"
	case offer.Offer == scenarios.InGreeting && c.state.greeted:
		return "503 5.5.1 STARTTLS comes before EHLO here"
	case offer.Offer == scenarios.InGreeting:
		return ""
	case !here(offer.Offer, false), c.hides(startTLSKeyword):
		return "502 5.5.1 STARTTLS is not offered"
	case !c.state.greeted:
		return "503 5.5.1 Send EHLO first"
	}
	return ""
}

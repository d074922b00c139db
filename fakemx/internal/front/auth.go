package front

import (
	"bytes"
	"errors"

	"github.com/fakemx/fakemx/scenarios"
)

// registered are the names of the IANA registry "SASL Mechanisms" that occur in
// SMTP, and those in use without a registration.
var registered = map[string]bool{
	"ANONYMOUS": true, "CRAM-MD5": true, "DIGEST-MD5": true, "EXTERNAL": true,
	"GSSAPI": true, "GS2-KRB5": true, "KERBEROS_V4": true, "LOGIN": true,
	"NTLM": true, "OAUTHBEARER": true, "PLAIN": true, "XOAUTH2": true,
	"SCRAM-SHA-1": true, "SCRAM-SHA-1-PLUS": true,
	"SCRAM-SHA-256": true, "SCRAM-SHA-256-PLUS": true,
	"SCRAM-SHA-512": true, "SCRAM-SHA-512-PLUS": true,
}

// exposing are the mechanisms that show the secret itself to whoever listens.
var exposing = map[string]bool{"PLAIN": true, "LOGIN": true, "OAUTHBEARER": true, "XOAUTH2": true}

// authTaken reports whether AUTH is taken here, and answers it if it is not. A
// client that sends its secret along in clear has exposed it either way.
func (c *Conn) authTaken(cmd command) bool {
	mechanism := c.mechanismOf(cmd)
	taken := len(c.mechanisms()) > 0
	if c.tls == nil && mechanism != "" && (taken || cmd.initialResponse()) {
		c.s.see.Exposed(mechanism, exposing[mechanism] && cmd.initialResponse())
		if c.f.o.Peer.SMTP.StartTLS.Masks() {
			c.s.see.Trapped(scenarios.TrapMaskedOffer)
		}
	}
	switch {
	case taken && c.state.mailing:
		// RFC 4954 section 4.
		c.say("503 5.5.1 AUTH is not permitted during a mail transaction")
	case taken:
		c.awaited = awaited{kind: awaitAuth, name: mechanism}
		return true
	case c.tls == nil && here(c.f.o.Peer.SMTP.Auth.Offer, true):
		c.say("530 5.7.0 Must issue a STARTTLS command first")
	default:
		c.say("502 5.5.1 AUTH is not offered here")
	}
	return false
}

// readResponse hands on a response of an AUTH exchange, unseen.
func (c *Conn) readResponse() error {
	line, err := c.readLine(authLimit)
	if errors.Is(err, errLineTooLong) {
		return c.cancelExchange()
	}
	if err != nil {
		return err
	}
	c.mode = modeCommand
	if bytes.Equal(bytes.TrimRight(line, "\r\n"), []byte("*")) {
		c.s.see.Text(Client, "*")
	} else {
		c.s.see.Text(Client, "[response withheld]")
		if c.tls == nil {
			c.s.see.Exposed(c.awaited.name, exposing[c.awaited.name])
		}
	}
	c.hand(line)
	return nil
}

// cancelExchange ends an exchange whose response is too long with 500 (RFC 4954
// section 4).
func (c *Conn) cancelExchange() error {
	c.s.see.Text(Client, "[response withheld, a line that is too long]")
	if c.tls == nil {
		c.s.see.Exposed(c.awaited.name, exposing[c.awaited.name])
	}
	whole, err := c.skipLine()
	if !whole || err != nil {
		return err
	}
	c.mode = modeCommand
	c.awaited = awaited{kind: awaitCancelled}
	c.hand([]byte("*\r\n"))
	return nil
}

// mechanisms are the SASL mechanisms offered here.
func (c *Conn) mechanisms() []string {
	if !here(c.f.o.Peer.SMTP.Auth.Offer, c.tls != nil) || c.hides("AUTH") {
		return nil
	}
	return c.f.o.Mechanisms(c.tls)
}

// here reports whether a part of the session is meant by w.
func here(w scenarios.Where, inTLS bool) bool {
	switch w {
	case scenarios.Everywhere:
		return true
	case scenarios.InTLS:
		return inTLS
	case scenarios.InClear:
		return !inTLS
	}
	return false
}

package front

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"

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
		if refusal := malformedAuth(cmd.arg); refusal != "" {
			c.say(refusal)
			return false
		}
		c.awaited = awaited{kind: awaitAuth, name: mechanism}
		return true
	case c.tls == nil && here(c.f.o.Peer.SMTP.Auth.Offer, true):
		c.say("530 5.7.0 Must issue a STARTTLS command first")
	default:
		c.say("502 5.5.1 AUTH is not offered here")
	}
	return false
}

// The replies to what is no AUTH or no response of one (RFC 4954 sections 4 and
// 6).
const (
	replyTooLong       = "500 5.5.6 Authentication exchange line is too long"
	replyNoBase64      = "501 5.5.2 Invalid base64 data"
	replyAuthArguments = "501 5.5.4 AUTH takes a mechanism and an initial response"
)

// malformedAuth is the reply to the argument of an AUTH that is none: a
// mechanism, and an initial response in base64 or "=" for an empty one. It is
// empty if there is nothing wrong with it.
func malformedAuth(arg string) string {
	switch words := strings.Fields(arg); {
	case len(words) == 0 || len(words) > 2:
		return replyAuthArguments
	case len(words) == 2 && !isBase64([]byte(words[1])):
		return replyNoBase64
	}
	return ""
}

// isBase64 reports whether a response can be decoded. "=" stands for an empty
// one.
func isBase64(response []byte) bool {
	if string(response) == "=" {
		return true
	}
	decoded := make([]byte, base64.StdEncoding.DecodedLen(len(response)))
	_, err := base64.StdEncoding.Decode(decoded, response)
	return err == nil
}

// readResponse hands on a response of an AUTH exchange, unseen.
func (c *Conn) readResponse() error {
	line, err := c.readLine(authLimit)
	if errors.Is(err, errLineTooLong) {
		return c.skipResponse()
	}
	if err != nil {
		return err
	}
	response := bytes.TrimRight(line, "\r\n")
	if string(response) == "*" {
		c.s.see.Text(Client, "*")
	} else {
		c.withhold("[response withheld]")
		if !isBase64(response) {
			c.cancelExchange(replyNoBase64)
			return nil
		}
	}
	c.mode = modeCommand
	c.hand(line)
	return nil
}

// withhold notes a response that is not shown.
func (c *Conn) withhold(note string) {
	c.s.see.Text(Client, note)
	if c.tls == nil {
		c.s.see.Exposed(c.awaited.name, exposing[c.awaited.name])
	}
}

// skipResponse ends an exchange whose response is too long.
func (c *Conn) skipResponse() error {
	c.withhold("[response withheld, a line that is too long]")
	whole, err := c.skipLine()
	if !whole || err != nil {
		return err
	}
	c.cancelExchange(replyTooLong)
	return nil
}

// cancelExchange lets go-smtp end an exchange as if the client had cancelled it,
// and gives the client another reply.
func (c *Conn) cancelExchange(reply string) {
	c.mode = modeCommand
	c.awaited = awaited{kind: awaitCancelled, name: reply}
	c.hand([]byte("*\r\n"))
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

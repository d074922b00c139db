package front

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/scenarios"
)

// known are the commands that are go-smtp's to answer, and where they can be
// struck by a fault.
var known = map[string]scenarios.Point{
	"EHLO": scenarios.AtEHLO, "HELO": scenarios.AtHELO,
	"MAIL": scenarios.AtMAIL, "RCPT": scenarios.AtRCPT,
	"DATA": scenarios.AtDATA, "BDAT": scenarios.AtDATA,
	"AUTH": scenarios.AtAUTH, "QUIT": scenarios.AtQUIT,
	"STARTTLS": scenarios.AtSTARTTLS,
	"RSET":     "", "NOOP": "", "VRFY": "", "EXPN": "", "HELP": "",
}

// A command is one line of the client.
type command struct {
	line []byte // as it came, but for white space at its end
	verb string // in upper case
	arg  string
	at   scenarios.Point
}

// parse takes a line apart. White space at its end is tolerated (RFC 5321
// section 4.1.1); go-smtp does not tolerate all of it, so it is taken away.
func parse(line []byte) command {
	text := string(bytes.TrimRight(line, " \t\r\n"))
	if len(text) < len(bytes.TrimRight(line, "\r\n")) {
		line = append(line[:len(text)], "\r\n"...)
	}
	word, arg, _ := strings.Cut(text, " ")
	verb := strings.ToUpper(word)
	at, ok := known[verb]
	if !ok || len(verb) != len(word) { // some letters beyond ASCII have capitals within it
		verb = ""
	}
	return command{line: line, verb: verb, arg: strings.TrimSpace(arg), at: at}
}

// greeting is the name behind EHLO or HELO. The record keeps it, and must not
// hold a line of 4 KiB with it, of which it is a letter; where it is all of the
// line, as it mostly is, it need not be copied.
func (cmd command) greeting() string {
	name, _, _ := strings.Cut(cmd.arg, " ")
	if len(cmd.line) > len("EHLO \r\n")+len(name) {
		return strings.Clone(name)
	}
	return name
}

func (cmd command) resemblesAuth() bool {
	const auth = "AUTH"
	text := bytes.TrimLeftFunc(cmd.line, func(r rune) bool { return r < 'A' })
	return len(text) >= len(auth) && strings.EqualFold(string(text[:len(auth)]), auth)
}

// isResponse reports whether the line could be a response of an AUTH exchange.
func (cmd command) isResponse() bool {
	text := bytes.TrimRight(cmd.line, "\r\n")
	_, err := base64.StdEncoding.DecodeString(string(text))
	return err == nil && len(text) > 0
}

// mechanismOf is the name behind AUTH, in upper case. What is no mechanism that
// anybody has heard of, and none that the peer offers, may be a secret in the
// wrong place.
func (c *Conn) mechanismOf(cmd command) string {
	name, _, _ := strings.Cut(cmd.arg, " ")
	name = strings.ToUpper(name)
	if name == "" || registered[name] || slices.Contains(c.f.o.Peer.SMTP.Auth.Mechanisms, name) {
		return name
	}
	return "[unknown mechanism withheld]"
}

func (cmd command) initialResponse() bool {
	_, response, _ := strings.Cut(cmd.arg, " ")
	response = strings.TrimSpace(response)
	return response != "" && response != "="
}

// see keeps a command in the transcript, without secrets. Behind an AUTH that
// was refused a client may go on with its secret, in a line that looks like an
// unknown command; and what is meant for an AUTH may be too malformed to be one.
func (c *Conn) see(cmd command) {
	c.s.see.Command(cmd.verb, c.tls == nil)
	switch {
	case cmd.verb == "" && (c.exchanged || cmd.resemblesAuth()):
		c.exchanged = true
		c.s.see.Text(Client, fmt.Sprintf("[%d octets that are no command, withheld for fear of a secret]", len(cmd.line)))
		if c.tls == nil && exposing[c.mechanism] && cmd.isResponse() {
			c.s.see.Exposed(c.mechanism, true)
		}
	case cmd.verb == "AUTH":
		c.exchanged, c.mechanism = true, c.mechanismOf(cmd)
		text := "AUTH " + c.mechanismOf(cmd)
		if cmd.initialResponse() {
			text += " [initial response withheld]"
		}
		c.s.see.Text(Client, strings.TrimSpace(text))
	default:
		c.s.see.Line(Client, bytes.TrimRight(cmd.line, "\r\n"))
	}
}

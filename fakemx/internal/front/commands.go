package front

import (
	"bytes"
	"errors"
)

// readCommand reads commands until there is one for go-smtp.
func (c *Conn) readCommand() error {
	line, err := c.readLine(commandLimit)
	if errors.Is(err, errLineTooLong) && bytes.EqualFold(c.in.bytes()[:4], []byte("AUTH")) {
		line, err = c.readLine(authLimit)
	}
	switch {
	case errors.Is(err, errLineTooLong):
		return c.refuseLine()
	case errors.Is(err, errTLSRecord):
		c.refuseTLS()
		return nil
	case err != nil:
		return err
	}
	cmd := parse(line)
	c.see(cmd)
	return c.obey(cmd)
}

// obey answers a command or hands it to go-smtp.
func (c *Conn) obey(cmd command) error {
	switch {
	case cmd.verb == "":
		c.say("500 5.5.2 Command unrecognized")
		c.stumble()
		return nil
	case c.state.closed554 && cmd.verb != "QUIT":
		c.say("503 5.5.1 Bad sequence of commands, only QUIT is taken")
		return nil
	case c.wantsTLSFirst(cmd):
		c.say("530 5.7.0 Must issue a STARTTLS command first")
		c.s.see.Shown()
		return nil
	case cmd.verb == "AUTH" && !c.authTaken(cmd):
		return nil
	case cmd.verb == "MAIL" && c.state.mailing:
		// RFC 5321 section 4.1.4. go-smtp would begin anew, but keep the
		// recipients: which of the two transactions DATA belongs to is then
		// another matter for it than for us.
		c.say("503 5.5.1 Nested MAIL command")
		return nil
	}
	c.noteAddress(cmd)
	if cmd.at != "" && !c.amidChunks(cmd) && c.strike(cmd.at) {
		return c.refused(cmd)
	}
	switch cmd.verb {
	case "STARTTLS":
		return c.startTLS(cmd)
	case "EHLO", "HELO":
		return c.hello(cmd)
	case "MAIL":
		c.awaited = awaited{kind: awaitMail, name: c.path}
	case "RCPT":
		c.awaited = awaited{kind: awaitRcpt, name: c.path}
	case "DATA":
		c.awaited = awaited{kind: awaitData}
	case "BDAT":
		return c.startChunk(cmd)
	case "QUIT":
		c.quit = true
		c.s.see.Ended(Client, Quit)
	case "RSET":
		c.afterMessage(func() { c.hand(cmd.line) })
		return nil
	}
	c.hand(cmd.line)
	return nil
}

// wantsTLSFirst: RFC 3207 section 4 lets a server insist on TLS before all but
// these commands.
func (c *Conn) wantsTLSFirst(cmd command) bool {
	if c.tls != nil || !c.f.o.Peer.SMTP.RequireTLS {
		return false
	}
	switch cmd.verb {
	case "NOOP", "EHLO", "HELO", "STARTTLS", "QUIT", "RSET":
		return false
	}
	return true
}

// amidChunks: a further BDAT of a message is no new point of the session.
func (c *Conn) amidChunks(cmd command) bool { return cmd.verb == "BDAT" && c.state.chunking }

// refused deals with what follows a command that a fault answered: the chunk
// of a BDAT comes whatever the answer.
func (c *Conn) refused(cmd command) error {
	c.awaited = awaited{}
	if cmd.verb == "BDAT" && !c.over {
		c.skipChunk(cmd)
	}
	return nil
}

// hand gives octets to go-smtp and expects an ordinary reply.
func (c *Conn) hand(line []byte) { c.inward = line }

func (c *Conn) hello(cmd command) error {
	esmtp := cmd.verb == "EHLO"
	if esmtp && !c.f.o.Peer.SMTP.ESMTP {
		c.say("502 5.5.1 EHLO is not implemented")
		c.showEHLO(nil)
		return nil
	}
	if cmd.arg == "" {
		c.hand(cmd.line) // to be refused: it changes nothing
		return nil
	}
	kind := awaitHELO
	if esmtp {
		kind = awaitEHLO
	}
	name := cmd.greeting()
	c.afterMessage(func() {
		c.awaited = awaited{kind: kind, name: name}
		// Our reply takes the place of go-smtp's, so it need not list its
		// extensions, a line at a time.
		copy(cmd.line, "HELO")
		c.hand(cmd.line)
	})
	return nil
}

// bye ends the session after what has been said.
func (c *Conn) bye() {
	c.flush()
	c.s.see.Ended(Us, Close)
	if half, ok := c.wire.(interface{ CloseWrite() error }); ok && c.tls != nil {
		_ = half.CloseWrite() // close_notify
	}
	c.hangUp()
}

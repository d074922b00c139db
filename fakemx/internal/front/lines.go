package front

import (
	"bytes"
	"errors"

	"github.com/fakemx/fakemx/scenarios"
)

// Limits on lines, in octets with the line end. RFC 5321 section 4.5.3.1.4
// asks for 512 and extensions add to it; RFC 4954 section 4 asks for 12288.
const (
	commandLimit = 4096
	authLimit    = 12288 + 2
	garbageLimit = 1 << 20 // of a line without end, before we hang up
	maxStumbles  = 10
)

// readLine waits for a whole line.
func (c *Conn) readLine(limit int) ([]byte, error) {
	if line, err := c.in.line(limit); line != nil || err != nil {
		return line, err
	}
	c.deadline()
	for {
		if err := c.fill(); err != nil {
			return nil, err
		}
		if c.tls == nil && beginsTLS(c.in.bytes()) {
			return nil, errTLSRecord
		}
		if line, err := c.in.line(limit); line != nil || err != nil {
			return line, err
		}
	}
}

var errTLSRecord = errors.New("a TLS record in clear text")

// beginsTLS reports whether b starts with the record of a ClientHello (RFC 8446
// section 5.1), which no command does.
func beginsTLS(b []byte) bool {
	return len(b) >= 3 && b[0] == 22 && b[1] == 3 && b[2] <= 4
}

// refuseTLS answers a client that begins TLS where SMTP is spoken. There is no
// way back for it; what else it sends is nobody's command.
func (c *Conn) refuseTLS() {
	c.s.see.Command("", c.tls == nil)
	c.s.see.Text(Client, "[a TLS record]")
	c.say("500 5.5.2 TLS has not begun here")
	c.end(scenarios.DoStall)
}

// refuseLine says that a line is too long.
func (c *Conn) refuseLine() error {
	c.s.see.Command("", c.tls == nil)
	c.s.see.Text(Client, "[a line that is too long]")
	whole, err := c.skipLine()
	if whole {
		c.say("500 5.5.2 Line too long")
		c.stumble()
	}
	return err
}

// skipLine passes over a line that is too long. If it seems to have no end, the
// session has one: then it is not whole.
func (c *Conn) skipLine() (whole bool, err error) {
	c.deadline()
	for skipped := 0; skipped <= garbageLimit; {
		p := c.in.bytes()
		if i := bytes.IndexByte(p, '\n'); i >= 0 {
			c.in.skip(i + 1)
			return true, nil
		}
		skipped += len(p)
		c.in.skip(len(p))
		if err := c.fill(); err != nil {
			return false, err
		}
	}
	c.say("421 4.7.0 Line without end, closing connection")
	c.bye()
	return false, nil
}

// stumble counts what was no command; a client that sends nothing else is
// sent away.
func (c *Conn) stumble() {
	c.stumbles++
	if c.stumbles >= maxStumbles && !c.over {
		c.say("421 4.7.0 Too many errors, closing connection")
		c.bye()
	}
}

package front

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/fakemx/fakemx/fakemx/internal/engine"
	"github.com/fakemx/fakemx/internal/tlsnames"
	"github.com/fakemx/fakemx/scenarios"
)

// strike plays the fault that takes the place of a reply. It reports whether
// the command is dealt with by it. If not, it is to be carried out, though its
// reply may not be what the client gets.
func (c *Conn) strike(at scenarios.Point) bool {
	for _, f := range c.faultsAt(at) {
		switch f.Do {
		case scenarios.DoReset, scenarios.DoClose, scenarios.DoStall:
			c.s.see.Fault(f)
			c.end(f.Do)
			return true
		case scenarios.DoReply:
			c.s.see.Fault(f)
			c.replyInstead(f)
			return true
		case scenarios.DoAlert:
			c.s.see.Fault(f)
			r := &engine.Result{Err: errStruck, Verify: engine.VerifyNot}
			c.alertInstead(f, r)
			c.s.see.TLS(c.tlsMode(), r)
			return true
		case scenarios.DoRaw:
			c.s.see.Fault(f)
			c.instead, _ = f.Octets() // Validate has seen to it
			if at == scenarios.AtHandshake {
				return c.sayInstead()
			}
		case scenarios.DoDrip:
			c.s.see.Fault(f)
			c.drip = &drip{delay: time.Duration(f.Delay)}
		}
	}
	return false
}

// RefusesMessage reports whether a fault at the dot will refuse the message that
// has come, so that it is not to be stored. The back end asks once it has read
// the whole message, and then answers as if it had stored it: the fault's reply
// takes the place of that.
func (c *Conn) RefusesMessage() bool {
	for _, f := range c.faultsAt(scenarios.AtDot) {
		switch f.Do {
		case scenarios.DoReset, scenarios.DoClose, scenarios.DoStall, scenarios.DoReply:
			return f.Refuses() // as strike, by the first of these
		}
	}
	return false
}

func (c *Conn) replyInstead(f scenarios.Fault) {
	c.sayRaw(wireLines(f.Text))
	switch {
	case len(f.Text) >= 3 && f.Text[:3] == "421":
		// RFC 5321 section 3.8: a 421 says that the connection is closed.
		c.bye()
	case f.At == scenarios.AtGreeting && f.Text[0] == '5':
		c.state.closed554 = true
	}
}

// wireLines gives every line of text the line end of SMTP.
func wireLines(text string) []byte {
	var b []byte
	for line := range strings.Lines(text) {
		b = append(b, strings.TrimRight(line, "\r\n")+"\r\n"...)
	}
	return b
}

var errStruck = errors.New("a fault ended the handshake")

// strikeHello plays the fault in place of our answer to a ClientHello.
func (c *Conn) strikeHello(r *engine.Result) error {
	c.offered = r.ClientHello
	faults := c.faultsAt(scenarios.AtClientHello)
	if len(faults) == 0 {
		return nil
	}
	f := faults[0]
	c.s.see.Fault(f)
	if f.Do == scenarios.DoAlert {
		c.alertInstead(f, r)
	} else {
		c.end(f.Do)
	}
	return errStruck
}

// alertInstead sends a fatal alert where the handshake should go on.
func (c *Conn) alertInstead(f scenarios.Fault, r *engine.Result) {
	code, _ := tlsnames.Alert(f.Text)
	_ = r.SendAlert(c.s.raw, code)
	c.s.see.Ended(Us, TLSAlert)
	c.end(scenarios.DoClose)
}

// end ends the connection as a fault says.
func (c *Conn) end(how scenarios.Action) {
	c.flush()
	c.over = true
	switch how {
	case scenarios.DoReset:
		c.s.see.Ended(Us, Reset)
		reset(c.s.raw)
	case scenarios.DoStall:
		c.stall()
	default:
		c.s.see.Ended(Us, Close)
		c.hangUp()
	}
}

// reset closes with a RST, by asking the kernel to linger for no time.
func reset(raw net.Conn) {
	if tcp, ok := raw.(interface{ SetLinger(int) error }); ok {
		_ = tcp.SetLinger(0)
	}
	_ = raw.Close()
}

// stall says nothing and listens to no one until the client or the limit of
// time ends it.
func (c *Conn) stall() {
	_ = c.s.raw.SetReadDeadline(time.Now().Add(c.f.o.Timeout))
	_, err := io.Copy(io.Discard, c.s.raw)
	if timedOut(err) {
		c.s.see.Ended(Us, Timeout)
		return
	}
	c.s.see.Ended(Client, endingOf(err, nil))
}

func timedOut(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }

// sayInstead sends the octets that take the place of a reply; false if there
// are none.
func (c *Conn) sayInstead() bool {
	if c.instead == nil {
		return false
	}
	for line := range bytes.Lines(c.instead) {
		c.s.see.Line(Us, bytes.TrimRight(line, "\r\n"))
	}
	c.out = append(c.out, c.instead...)
	c.instead = nil
	return true
}

// hides reports whether a fault leaves the keyword out of the reply to EHLO.
func (c *Conn) hides(keyword string) bool {
	return slices.ContainsFunc(c.faultsAt(scenarios.AtEHLO), func(f scenarios.Fault) bool {
		return f.Do == scenarios.DoHide && f.Text == keyword
	})
}

// hidden are the keywords that faults leave out of the reply to EHLO.
func (c *Conn) hidden() []string {
	var list []string
	for _, f := range c.faultsAt(scenarios.AtEHLO) {
		if f.Do == scenarios.DoHide {
			c.s.see.Fault(f)
			list = append(list, f.Text)
		}
	}
	return list
}

// injectBehindReply sends what faults put behind the 220 in clear, in the same
// segment.
func (c *Conn) injectBehindReply() {
	for _, f := range c.faultsAt(scenarios.AtSTARTTLS) {
		if f.Do == scenarios.DoInject {
			c.s.see.Fault(f)
			c.sayRaw([]byte(f.Text))
			c.s.injected = true
		}
	}
}

// trapTime is how long a client that goes by an injected reply may take for
// its next command. One that waits for ours sends none.
const trapTime = 300 * time.Millisecond

// springTrap holds our reply to EHLO back. A client that took an injected
// reply for it goes on at once.
func (c *Conn) springTrap() {
	if !c.s.injected || c.tls == nil {
		return
	}
	c.s.injected = false
	_ = c.wire.SetReadDeadline(time.Now().Add(trapTime))
	c.limited = 0
	if c.in.len() > 0 || c.in.fill(c.wire) == nil {
		c.s.see.Trapped(scenarios.TrapInjectedReply)
	}
}

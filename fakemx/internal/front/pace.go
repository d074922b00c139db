package front

import "time"

// A message may take messageTimeouts times the limit of a wait, and one more for
// every stride octets of it that have come: with a minute, ten minutes and a
// KiB in a second. A client that sends an octet now and then ends by it, and a
// person who types does not.
const (
	messageTimeouts = 10
	stride          = 64 << 10
)

// A pace is how a message has come along.
type pace struct {
	began  time.Duration // since the front began
	octets int64
}

// setOff begins a message, or a chunk that is passed over.
func (c *Conn) setOff() { c.pace = pace{began: time.Since(c.f.began)} }

// pieceDeadline is deadline for a piece of a message, which ends as a whole.
func (c *Conn) pieceDeadline() {
	c.deadline()
	timeouts := messageTimeouts + time.Duration(c.pace.octets/stride)
	if end := c.pace.began + timeouts*c.f.o.Timeout; c.limited+c.f.o.Timeout > end {
		_ = c.wire.SetDeadline(c.f.began.Add(end))
		c.limited = 0 // the next wait has a limit of its own
	}
}

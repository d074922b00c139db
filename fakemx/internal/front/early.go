package front

import "time"

// listen finds out whether the client speaks before it is greeted, which RFC
// 5321 section 4.3.1 advises against: mostly it is one that does not listen at
// all. The peer listens for as long as it pauses; without a pause it goes by
// what has come in clear.
func (c *Conn) listen() {
	c.s.early = c.tls == nil && spoken(c.s.raw)
	pause := time.Duration(c.f.o.Peer.SMTP.GreetPause)
	if pause > 0 && !c.s.early {
		_ = c.wire.SetReadDeadline(time.Now().Add(pause))
		err := c.in.fill(c.wire)
		c.limited = 0
		c.s.early = err == nil
		if err != nil && !timedOut(err) {
			c.lost(err)
		}
	}
	if c.s.early {
		c.s.see.Early()
	}
}

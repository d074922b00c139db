package front

import (
	"slices"
	"strconv"
	"strings"
)

// A welcome is our reply to EHLO. It is made once for all clients that are
// offered the same.
type welcome struct {
	mechanisms []string // that are offered, for which it was made
	lines      []string
	wire       []byte
}

// greetBack answers EHLO or HELO for us.
func (c *Conn) greetBack(w awaited) {
	esmtp := w.kind == awaitEHLO
	c.springTrap()
	c.state = dialogue{greeted: true, esmtp: esmtp}
	c.s.see.Hello(w.name, esmtp)
	if !esmtp {
		c.say("250 " + c.f.o.Peer.Hostname)
		return
	}
	reply := c.welcome()
	c.showEHLO(reply.mechanisms)
	if c.sayInstead() {
		return
	}
	c.s.see.Lines(Us, reply.lines)
	c.out = append(c.out, reply.wire...)
}

// welcome is the reply to EHLO in the part of the session that we are in.
func (c *Conn) welcome() *welcome {
	made := &c.f.welcomeClear
	if c.tls != nil {
		made = &c.f.welcomeTLS
	}
	mechanisms, hidden := c.mechanisms(), c.hidden()
	if w := made.Load(); w != nil && len(hidden) == 0 && slices.Equal(w.mechanisms, mechanisms) {
		return w
	}
	w := &welcome{mechanisms: mechanisms, lines: []string{c.f.o.Peer.Hostname}}
	w.lines = append(w.lines, c.keywords(mechanisms, hidden)...)
	for i, line := range w.lines {
		w.lines[i] = "250-" + line
		if i == len(w.lines)-1 {
			w.lines[i] = "250 " + line
		}
		w.wire = append(append(w.wire, w.lines[i]...), "\r\n"...)
	}
	if len(hidden) == 0 {
		made.Store(w)
	}
	return w
}

// keywords are the extensions of our reply to EHLO, in the part of the session
// that we are in.
func (c *Conn) keywords(mechanisms, hidden []string) []string {
	smtp := c.f.o.Peer.SMTP
	var list []string
	for _, e := range smtp.Extensions {
		if e != "REQUIRETLS" || smtp.OffersREQUIRETLS(c.tls != nil) {
			list = append(list, e)
		}
	}
	list = append(list, "SIZE "+strconv.FormatInt(c.f.o.MaxMessageBytes, 10))
	usual := len(list)
	if len(mechanisms) > 0 {
		list = append(list, "AUTH "+strings.Join(mechanisms, " "))
	}
	if here(smtp.StartTLS.Offer, c.tls != nil) {
		at := usual
		if p := smtp.StartTLS.Position; p > 0 {
			at = min(p-1, len(list))
		}
		list = slices.Insert(list, at, c.startTLSKeyword())
	}
	return slices.DeleteFunc(list, func(line string) bool {
		verb, _, _ := strings.Cut(line, " ")
		return slices.ContainsFunc(hidden, func(h string) bool { return strings.EqualFold(h, verb) })
	})
}

package front

import (
	"bytes"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/scenarios"
)

// awaited is the reply that go-smtp is about to give.
type awaited struct {
	kind await
	name string // of the client behind EHLO and HELO, of the mechanism behind AUTH, the address behind MAIL and RCPT, the reply to a cancelled exchange
	last bool   // it ends the message
	then func() // what comes after the end of an abandoned message
}

type await int

const (
	awaitAny       await = iota
	awaitGreeting        // go-smtp's own, never shown
	awaitEHLO            // to be put in place of ours
	awaitHELO            //
	awaitAuth            // 334 asks for a response
	awaitCancelled       // an exchange that we cancelled
	awaitChunk           // the client's own BDAT
	awaitData            // 354 asks for the text of DATA
	awaitText            // the end of the text of DATA
	awaitMail            // 250 begins a transaction
	awaitRcpt            // 250 takes a recipient
	awaitAbandoned       // the end of a message that is not stored, never shown
)

// Write takes what go-smtp answers and, once a reply is whole, shows the
// client what it is to see of it.
func (c *Conn) Write(p []byte) (int, error) {
	rest := p
	if len(c.reply) > 0 {
		c.reply = append(c.reply, p...)
		rest = c.reply
	}
	for n := replyLen(rest); n > 0; n = replyLen(rest) {
		if !c.begun {
			c.begin()
		}
		if !c.over {
			c.answer(rest[:n])
		}
		rest = rest[n:]
	}
	c.reply = append(c.reply[:0], rest...)
	return len(p), nil
}

// replyLen is the length of the whole reply at the start of b, or 0.
func replyLen(b []byte) int {
	for n := 0; ; {
		i := bytes.IndexByte(b[n:], '\n')
		if i < 0 {
			return 0
		}
		more := i > 3 && b[n+3] == '-'
		n += i + 1
		if !more {
			return n
		}
	}
}

// answer shows the client what it is to see of go-smtp's reply.
func (c *Conn) answer(reply []byte) {
	w := c.awaited
	c.awaited = awaited{}
	ok := reply[0] == '2'
	switch w.kind {
	case awaitGreeting:
		c.greet()
		return
	case awaitEHLO, awaitHELO:
		if ok {
			c.greetBack(w)
			return
		}
	case awaitAuth:
		if bytes.HasPrefix(reply, []byte("334")) {
			c.mode, c.awaited = modeAuth, w
		}
	case awaitCancelled:
		reply = []byte(w.name + "\r\n")
	case awaitChunk:
		c.state.chunking = ok && !w.last
		if w.last {
			c.endMessage(ok, reply)
			return
		}
	case awaitData:
		if bytes.HasPrefix(reply, []byte("354")) {
			c.beginText()
		}
	case awaitMail, awaitRcpt:
		if ok {
			c.addressed(w.kind, w.name)
		}
	case awaitText:
		c.endText(ok, reply)
		return
	case awaitAbandoned:
		c.abandoned.Store(false)
		w.then()
		return
	}
	c.sayRaw(reply)
}

// endMessage is the point behind the dot: the message is stored, unless a fault
// refuses it, and the reply is not yet sent.
func (c *Conn) endMessage(ok bool, reply []byte) {
	c.struck = 0
	if !ok {
		c.sayRaw(reply)
		return
	}
	refused := c.RefusesMessage() // before the message counts
	struck := c.strike(scenarios.AtDot)
	if !refused {
		c.s.messages++
	}
	if !struck {
		c.sayRaw(reply)
	}
}

func (c *Conn) greet() {
	if c.resumed {
		return
	}
	c.showGreeting()
	if c.listen(); c.over || c.strike(scenarios.AtGreeting) {
		return
	}
	c.say("220 " + c.f.o.Peer.SMTP.Greeting)
}

// offers reports whether an extension stands in our reply to EHLO.
func (c *Conn) offers(keyword string) bool {
	return !c.hides(keyword) && slices.ContainsFunc(c.f.o.Peer.SMTP.Extensions, func(e string) bool {
		verb, _, _ := strings.Cut(e, " ")
		return strings.EqualFold(verb, keyword)
	})
}

// say answers the client itself, with one line.
func (c *Conn) say(line string) {
	if c.sayInstead() {
		return
	}
	at := len(c.out)
	c.out = append(append(c.out, line...), "\r\n"...)
	c.s.see.Line(Us, c.out[at:at+len(line)])
}

// sayRaw answers with whole lines and keeps them in the transcript.
func (c *Conn) sayRaw(reply []byte) {
	if c.sayInstead() {
		return
	}
	rest := bytes.TrimRight(reply, "\r\n")
	for more := true; more; {
		var line []byte
		line, rest, more = bytes.Cut(rest, []byte("\r\n"))
		c.s.see.Line(Us, line)
	}
	c.out = append(c.out, reply...)
}

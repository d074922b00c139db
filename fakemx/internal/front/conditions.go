package front

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fakemx/fakemx/internal/addrpattern"
	"github.com/fakemx/fakemx/scenarios"
)

// faultsAt are the peer's faults at a point that apply to this session now.
func (c *Conn) faultsAt(at scenarios.Point) []scenarios.Fault {
	var list []scenarios.Fault
	for i, f := range c.f.o.Peer.Faults {
		if f.At == at && (f.In == "" || here(f.In, c.tls != nil)) && c.applies(i, f) && c.speaks(f.TLSVersion) {
			list = append(list, f)
		}
	}
	return list
}

// applies: faults are counted or matched, never random. The index is that of
// the fault among the peer's.
func (c *Conn) applies(index int, f scenarios.Fault) bool {
	session := c.s.number
	if a := f.After; a != nil {
		session -= a.Sessions
		if session < 1 || c.s.messages < a.Messages || c.envelope.accepted < a.Recipients {
			return false
		}
	}
	switch {
	case f.First > 0 && session > f.First:
		return false
	case f.Every > 1 && (session-1)%f.Every != 0:
		return false
	case f.EarlyTalker && !c.s.early:
		return false
	case f.Rate != nil && !slices.Contains(c.s.tooFast, index):
		return false
	}
	return f.Match == nil || c.matches(f)
}

// An envelope is what faults must know of a mail transaction.
type envelope struct {
	// mail and rcpts are known only where a fault matches addresses.
	mail     string
	rcpts    []string
	accepted int // recipients
	// params is what followed the reverse-path, known like mail.
	params string
}

// matches: the fault is meant for these addresses.
func (c *Conn) matches(f scenarios.Fault) bool {
	mail, rcpts, params := c.envelope.mail, c.envelope.rcpts, c.envelope.params
	switch f.At {
	case scenarios.AtMAIL:
		mail, params = c.path, c.params
	case scenarios.AtRCPT:
		rcpts = []string{c.path}
	}
	if f.Match.Mail != "" && !addrpattern.Match(f.Match.Mail, mail) {
		return false
	}
	if f.Match.Parameter != "" && !hasParameter(params, f.Match.Parameter) {
		return false
	}
	return f.Match.Rcpt == "" || slices.ContainsFunc(rcpts, func(rcpt string) bool {
		return addrpattern.Match(f.Match.Rcpt, rcpt)
	})
}

// hasParameter: one of the parameters behind an address has the keyword (RFC 5321
// section 4.1.2).
func hasParameter(params, keyword string) bool {
	for word := range strings.FieldsSeq(params) {
		name, _, _ := strings.Cut(word, "=")
		if strings.EqualFold(name, keyword) {
			return true
		}
	}
	return false
}

// matching: a fault of the peer matches addresses or a parameter.
func matching(p scenarios.Peer) bool {
	return slices.ContainsFunc(p.Faults, func(f scenarios.Fault) bool { return f.Match != nil })
}

// noteAddress reads the address of a command, where a fault may match it or
// go-smtp would take quotes away.
func (c *Conn) noteAddress(cmd command) {
	if cmd.verb != "MAIL" && cmd.verb != "RCPT" {
		return
	}
	c.quoted = cmd.quotedMailbox()
	if c.f.matching {
		c.path, c.params = cmd.path()
	}
}

// addressed notes what go-smtp has accepted of an envelope.
func (c *Conn) addressed(kind await, path string) {
	if kind == awaitMail {
		c.envelope = envelope{mail: path, params: c.params}
		return
	}
	c.envelope.accepted++
	if c.f.matching {
		c.envelope.rcpts = append(c.envelope.rcpts, path)
	}
}

// path is the address behind MAIL FROM: or RCPT TO:, without its brackets and
// its source route, and what follows it. Whether it is one is for go-smtp to
// say.
func (cmd command) path() (path, params string) {
	_, text, _ := strings.Cut(cmd.arg, ":")
	path, params = cutPath(strings.TrimSpace(text))
	if mailbox := cmd.quotedMailbox(); mailbox != "" {
		path = mailbox
	} else if route, mailbox, ok := strings.Cut(path, ":"); ok && strings.HasPrefix(route, "@") {
		path = mailbox
	}
	return strings.Clone(path), strings.Clone(params)
}

// cutPath cuts a text behind its first address, which it returns without its
// brackets.
func cutPath(text string) (path, rest string) {
	path, bracketed := strings.CutPrefix(text, "<")
	end := byte(' ')
	if bracketed {
		end = '>'
	}
	quoted := false
	for i := 0; i < len(path); i++ {
		switch {
		case quoted && path[i] == '\\':
			i++
		case path[i] == '"':
			quoted = !quoted
		case !quoted && path[i] == end:
			return path[:i], path[i+1:]
		}
	}
	return path, ""
}

// A window knows when the last sessions began, as many as a rate allows.
type window struct {
	mu    sync.Mutex
	began []time.Time // a ring
	next  int
}

// exceeds notes a session and reports whether it begins too soon.
func (w *window) exceeds(r scenarios.Rate, now time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.began) < r.Sessions {
		w.began = append(w.began, now)
		return false
	}
	oldest := w.began[w.next]
	w.began[w.next] = now
	w.next = (w.next + 1) % r.Sessions
	return now.Sub(oldest) < time.Duration(r.Within)
}

// newWindows are windows for the faults that have a rate, by their index.
func newWindows(p scenarios.Peer) map[int]*window {
	windows := map[int]*window{}
	for i, f := range p.Faults {
		if f.Rate != nil {
			windows[i] = new(window)
		}
	}
	return windows
}

// tooFast are the faults whose rate a session that begins now exceeds.
func (f *Front) tooFast() []int {
	var list []int
	for i, w := range f.windows {
		if w.exceeds(*f.o.Peer.Faults[i].Rate, f.o.Now()) {
			list = append(list, i)
		}
	}
	return list
}

package fakemx

import (
	"fmt"
	"strings"

	"github.com/fakemx/fakemx/scenarios"
)

// A Fault is a fault that was played: at which point, and what was done. Its
// text form, in JSON too, is "at do", such as "starttls reset". It is empty if
// At is empty.
type Fault struct {
	At scenarios.Point
	Do scenarios.Action
}

// String returns the text form.
func (f Fault) String() string {
	if f.At == "" {
		return ""
	}
	return string(f.At) + " " + string(f.Do)
}

// MarshalText implements encoding.TextMarshaler.
func (f Fault) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (f *Fault) UnmarshalText(text []byte) error {
	at, do, both := strings.Cut(string(text), " ")
	if !both && at != "" {
		return fmt.Errorf("%q is not a fault; expected a point and an action, such as starttls reset", text)
	}
	*f = Fault{scenarios.Point(at), scenarios.Action(do)}
	return nil
}

// An End says who ended a connection, and how.
type End struct {
	// By is [FromClient] or [FromPeer].
	By Party `json:"by"`
	// How says how it was ended.
	How Ending `json:"how"`
}

// An Ending is a way in which a connection ends.
type Ending string

// The endings.
const (
	// EndQuit: by QUIT.
	EndQuit Ending = "quit"
	// EndClose: by a TCP FIN.
	EndClose Ending = "close"
	// EndReset: by a TCP RST.
	EndReset Ending = "reset"
	// EndAlert: by a TLS alert.
	EndAlert Ending = "alert"
	// EndTimeout: by a time limit of the peer.
	EndTimeout Ending = "timeout"
	// EndShutdown: by closing the server.
	EndShutdown Ending = "shutdown"
)

// A CommandCount says how often a session received a command.
type CommandCount struct {
	// Verb is the verb in upper case. It is empty for anything that is not an
	// SMTP command.
	Verb string `json:"verb"`
	// Times is how often the command was received, InClear how many of those
	// were outside TLS.
	Times   int `json:"times"`
	InClear int `json:"in_clear"`
}

// A Reply is the reply to a command.
type Reply struct {
	// To is the verb of the command. It is empty for a greeting, and for a
	// reply to anything that is not an SMTP command.
	To string `json:"to"`
	// Text is the last line of the reply, with its code.
	Text string `json:"text"`
}

// verbs are the commands that are counted, the last one for all that are none.
var verbs = [...]string{
	"EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "BDAT", "RSET", "NOOP", "VRFY", "EXPN", "HELP", "QUIT", "",
}

// A conduct gathers what a client does, as long as its session goes on.
type conduct struct {
	counts [len(verbs)]struct{ times, inClear int }
	last   int // the place of the last command; -1 before the first one
}

func newConduct() conduct { return conduct{last: -1} }

func (c *conduct) command(verb string, inClear bool) {
	c.last = len(verbs) - 1
	for i, v := range verbs {
		if v == verb {
			c.last = i
			break
		}
	}
	n := &c.counts[c.last]
	n.times++
	if inClear {
		n.inClear++
	}
}

// commands are those that came.
func (c *conduct) commands() []CommandCount {
	kinds := 0
	for _, n := range c.counts {
		if n.times > 0 {
			kinds++
		}
	}
	list := make([]CommandCount, 0, kinds)
	for i, n := range c.counts {
		if n.times > 0 {
			list = append(list, CommandCount{Verb: verbs[i], Times: n.times, InClear: n.inClear})
		}
	}
	return list
}

// refusal is a line of ours as the answer to the last command; nil if it refuses
// nothing.
func (c *conduct) refusal(line []byte) *Reply {
	if len(line) < len("450") || line[0] != '4' && line[0] != '5' {
		return nil
	}
	r := &Reply{Text: strings.ToValidUTF8(string(line[:min(len(line), maxLineText)]), "\uFFFD")}
	if c.last >= 0 {
		r.To = verbs[c.last]
	}
	return r
}

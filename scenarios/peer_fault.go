package scenarios

import "strings"

// A Fault is one thing done wrong at a point of the session. The words are
// those of Toxiproxy where it has one.
type Fault struct {
	// At is the point.
	At Point `yaml:"at" json:"at"`
	// In limits the fault to the clear or the TLS part of a session. If
	// empty, Everywhere.
	In Where `yaml:"in,omitempty" json:"in,omitempty"`
	// Do is what is done.
	Do Action `yaml:"do" json:"do"`
	// Text is what is said, for reply (one or more reply lines, without the
	// line end), raw (octets, with the escapes \r, \n, \t, \\ and \xHH), inject
	// (octets sent in clear as they stand), hide (the EHLO keyword) and alert (its
	// name). {padding:N} stands for N letters x.
	Text string `yaml:"text,omitempty" json:"text,omitempty"`
	// Delay is the pause between two octets, for drip. If zero, there is none.
	Delay Span `yaml:"delay,omitempty" json:"delay,omitempty"`
	// Match limits the fault to certain addresses. If nil, there is no such
	// limit.
	Match *Match `yaml:"match,omitempty" json:"match,omitempty"`
	// EarlyTalker limits the fault to sessions whose client spoke before it was
	// greeted. That is known from the greeting on, and at every later point.
	EarlyTalker bool `yaml:"early_talker,omitempty" json:"early_talker,omitempty"`
	// After spares what comes first. If nil, nothing is spared.
	After *After `yaml:"after,omitempty" json:"after,omitempty"`
	// Rate limits the fault to sessions that come too fast. If nil, there is
	// no such limit.
	Rate *Rate `yaml:"rate,omitempty" json:"rate,omitempty"`
	// First limits the fault to the first N sessions of a server, or the first
	// N behind those that After spares. If zero, there is no such limit.
	First int `yaml:"first,omitempty" json:"first,omitempty"`
	// Every limits the fault to each Nth of these sessions, the first being
	// one. If zero, there is no such limit.
	Every int `yaml:"every,omitempty" json:"every,omitempty"`
	// TLSVersion limits the fault to sessions in that version of TLS, "1.0" to
	// "1.3"; at client-hello, to those for which it is the one to be agreed on.
	// If empty, there is no such limit.
	TLSVersion string `yaml:"tls_version,omitempty" json:"tls_version,omitempty"`
}

// A Point is where in a session a fault strikes: when the connection is made,
// when a command of that name has come and is to be answered, or otherwise as
// said.
type Point string

// The points of a session, in the order in which it passes them.
const (
	AtConnect   Point = "connect"   // accepted, nothing said yet
	AtGreeting  Point = "greeting"  // in place of the greeting
	AtEHLO      Point = "ehlo"      // in place of the reply to EHLO
	AtHELO      Point = "helo"      // in place of the reply to HELO
	AtSTARTTLS  Point = "starttls"  // in place of the reply to STARTTLS
	AtHandshake Point = "handshake" // the 220 is out, TLS should begin
	// AtClientHello: the ClientHello has come, in place of our answer to it.
	AtClientHello Point = "client-hello"
	AtAUTH        Point = "auth"    // in place of the reply to AUTH
	AtMAIL        Point = "mail"    // in place of the reply to MAIL
	AtRCPT        Point = "rcpt"    // in place of the reply to RCPT
	AtDATA        Point = "data"    // in place of the 354
	AtMessage     Point = "message" // after the first octets of the message
	// AtDot: the message has come, in place of the 250. It is stored, unless Do
	// is reply and Text refuses it (4yz or 5yz).
	AtDot  Point = "dot"
	AtQUIT Point = "quit" // in place of the reply to QUIT
)

// An Action is what a fault does.
type Action string

// The actions.
const (
	DoReset Action = "reset" // end the connection with a TCP RST
	DoClose Action = "close" // end the connection with a TCP FIN
	DoStall Action = "stall" // say nothing until the client or the time limit ends it
	// DoReply answers Text instead. The command is not carried out, but for a
	// message whose dot is answered 2yz: it is stored.
	DoReply Action = "reply"
	// DoRaw sends the octets of Text in place of the reply, whether or not they
	// are one. The command is carried out all the same.
	DoRaw Action = "raw"
	// DoHide leaves the keyword Text out of the reply to EHLO. Its command,
	// which STARTTLS, AUTH and CHUNKING have, is refused as one not offered.
	DoHide Action = "hide"
	// DoAlert sends a fatal TLS alert, whose name is Text, in clear and closes.
	DoAlert Action = "alert"
	// DoInject sends Text in clear behind the reply.
	DoInject Action = "inject"
	// DoDrip sends the reply one octet at a time.
	DoDrip Action = "drip"
)

// Match is the addresses that a fault is limited to, as patterns in which *
// stands for any characters, and every other one, [ and ? too, for itself; case
// does not matter. Where both are given, both have to match.
type Match struct {
	// Mail is the reverse-path of MAIL; <> is the empty one. If empty, any.
	Mail string `yaml:"mail,omitempty" json:"mail,omitempty"`
	// Rcpt is the forward-path of RCPT and, behind that, any that was accepted
	// in the transaction. If empty, any.
	Rcpt string `yaml:"rcpt,omitempty" json:"rcpt,omitempty"`
}

// After is what a fault spares. Where several are given, all of that has to
// have come.
type After struct {
	// Sessions is the number of sessions of the server.
	Sessions int `yaml:"sessions,omitempty" json:"sessions,omitempty"`
	// Messages is the number of messages accepted in the session.
	Messages int `yaml:"messages,omitempty" json:"messages,omitempty"`
	// Recipients is the number of recipients accepted in the transaction.
	Recipients int `yaml:"recipients,omitempty" json:"recipients,omitempty"`
}

// Rate is how many sessions may begin within a span, from whichever client. One
// that is struck counts too.
type Rate struct {
	// Sessions is the number of sessions.
	Sessions int `yaml:"sessions" json:"sessions"`
	// Within is the span that lies before a session's begin.
	Within Span `yaml:"within" json:"within"`
}

// Always reports whether the fault strikes in every session that comes to its
// point: it is not limited to some of them.
func (f Fault) Always() bool {
	return f.First == 0 && f.Every <= 1 && f.After == nil && f.Rate == nil && f.Match == nil && !f.EarlyTalker && f.TLSVersion == ""
}

// strikes: the fault strikes in that part of a session.
func (f Fault) strikes(part Where) bool { return f.In == "" || f.In == Everywhere || f.In == part }

// Refuses reports whether the fault answers with a refusal: 4yz or 5yz, and at
// the dot, where nothing can follow, 3yz too.
func (f Fault) Refuses() bool {
	granted := strings.HasPrefix(f.Text, "2") || strings.HasPrefix(f.Text, "3") && f.At != AtDot
	return f.Do == DoReply && !granted
}

// Withholds reports whether the fault leaves a client without an answer to a
// message that was stored, or with one that is no reply, so that the client has
// to send it again (RFC 1047).
func (f Fault) Withholds() bool {
	if f.At != AtDot {
		return false
	}
	return f.ends() || f.Do == DoRaw && f.rawReply() == ""
}

// stops: the session does not get beyond the fault's point.
func (f Fault) stops() bool { return f.Refuses() || f.ends() }

// ends: the session is over at the fault's point.
func (f Fault) ends() bool { return f.Do == DoReset || f.Do == DoClose || f.Do == DoStall }

// Stalls reports whether a client may be left waiting at the fault's point: for
// anything at all, or for the end of what is no proper reply.
func (f Fault) Stalls() bool {
	if f.Do != DoRaw {
		return f.Do == DoStall
	}
	octets, _ := f.Octets()
	reply, ended := strings.CutSuffix(string(octets), "\n")
	return !ended || !isReply(strings.TrimSuffix(reply, "\r"))
}

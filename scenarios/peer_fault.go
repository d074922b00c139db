package scenarios

import "strings"

// A Fault is one thing that the peer does wrong at a point of the session. It
// uses Toxiproxy's terms where there are any.
type Fault struct {
	// At is the point of the session.
	At Point `yaml:"at" json:"at"`
	// In limits the fault to the part of a session in clear or inside TLS. If
	// empty, Everywhere.
	In Where `yaml:"in,omitempty" json:"in,omitempty"`
	// Do is the action.
	Do Action `yaml:"do" json:"do"`
	// Text is what to send. For reply: one or more reply lines, without the
	// last line end. For raw: octets, with the escapes \r, \n, \t, \\ and \xHH.
	// For inject: octets, sent in clear unchanged. For hide: the EHLO keyword.
	// For alert: its name. {padding:N} stands for N letters x.
	Text string `yaml:"text,omitempty" json:"text,omitempty"`
	// Delay is the pause between two octets, for drip. If zero, there is none.
	Delay Span `yaml:"delay,omitempty" json:"delay,omitempty"`
	// Match limits the fault to certain addresses. If nil, there is no such
	// limit.
	Match *Match `yaml:"match,omitempty" json:"match,omitempty"`
	// EarlyTalker limits the fault to sessions whose client sent data before
	// the greeting. This is known at the greeting and at every later point.
	EarlyTalker bool `yaml:"early_talker,omitempty" json:"early_talker,omitempty"`
	// After spares what comes first. If nil, the fault strikes from the start.
	After *After `yaml:"after,omitempty" json:"after,omitempty"`
	// Rate limits the fault to sessions that begin too soon after others. If
	// nil, there is no such limit.
	Rate *Rate `yaml:"rate,omitempty" json:"rate,omitempty"`
	// First limits the fault to the first N sessions of a server, or the first
	// N after those that After spares. If zero, there is no such limit.
	First int `yaml:"first,omitempty" json:"first,omitempty"`
	// Every limits the fault to every Nth of these sessions, starting with the
	// first. If zero, there is no such limit.
	Every int `yaml:"every,omitempty" json:"every,omitempty"`
	// TLSVersion limits the fault to sessions with this version of TLS; at
	// client-hello, to those in which it would be negotiated. If empty, there
	// is no such limit.
	TLSVersion TLSVersion `yaml:"tls_version,omitempty" json:"tls_version,omitempty"`
}

// A Point is where in a session a fault strikes: when the connection is made,
// when the command with that name has been received and is to be answered, or
// otherwise as stated.
type Point string

// The points of a session, in the order in which it passes them.
const (
	AtConnect   Point = "connect"   // the connection is accepted, nothing has been sent
	AtGreeting  Point = "greeting"  // in place of the greeting
	AtEHLO      Point = "ehlo"      // in place of the reply to EHLO
	AtHELO      Point = "helo"      // in place of the reply to HELO
	AtSTARTTLS  Point = "starttls"  // in place of the reply to STARTTLS
	AtHandshake Point = "handshake" // the 220 has been sent, TLS should begin
	// AtClientHello: in place of the peer's answer to the ClientHello.
	AtClientHello Point = "client-hello"
	AtAUTH        Point = "auth"    // in place of the reply to AUTH
	AtMAIL        Point = "mail"    // in place of the reply to MAIL
	AtRCPT        Point = "rcpt"    // in place of the reply to RCPT
	AtDATA        Point = "data"    // in place of the 354
	AtMessage     Point = "message" // after the first octets of the message
	// AtDot: the message has been received, in place of the 250. It is stored,
	// unless Do is reply and Text refuses it (4yz or 5yz).
	AtDot  Point = "dot"
	AtQUIT Point = "quit" // in place of the reply to QUIT
)

// An Action is what a fault does.
type Action string

// The actions.
const (
	DoReset Action = "reset" // end the connection with a TCP RST
	DoClose Action = "close" // end the connection with a TCP FIN
	DoStall Action = "stall" // send nothing until the client or the time limit ends the session
	// DoReply sends Text as the reply. The command is not carried out, with one
	// exception: a message whose dot is answered 2yz is stored.
	DoReply Action = "reply"
	// DoRaw sends the octets of Text in place of the reply, even if they are
	// not a valid reply. The command is carried out.
	DoRaw Action = "raw"
	// DoHide leaves the keyword Text out of the reply to EHLO. A command that
	// belongs to it (STARTTLS, AUTH or CHUNKING) is refused as not offered.
	DoHide Action = "hide"
	// DoAlert sends a fatal TLS alert in clear, whose name is Text, and closes
	// the connection.
	DoAlert Action = "alert"
	// DoInject sends Text in clear after the reply.
	DoInject Action = "inject"
	// DoDrip sends the reply one octet at a time.
	DoDrip Action = "drip"
)

// Match limits a fault to certain addresses, given as patterns, or to a
// parameter of MAIL. An asterisk matches any characters; every other character,
// including [ and ?, matches only itself, ignoring case. If several fields are
// set, all of them must match.
type Match struct {
	// Mail is the reverse-path in MAIL; <> is the empty one. If empty, any.
	Mail string `yaml:"mail,omitempty" json:"mail,omitempty"`
	// Rcpt is the forward-path in RCPT or, at later points, any forward-path
	// accepted in the transaction. If empty, any.
	Rcpt string `yaml:"rcpt,omitempty" json:"rcpt,omitempty"`
	// Parameter is the keyword of a parameter that MAIL has to have, such as
	// REQUIRETLS or SIZE (RFC 5321 section 4.1.2). If empty, any or none.
	Parameter string `yaml:"parameter,omitempty" json:"parameter,omitempty"`
}

// After says how much a fault spares before it strikes. If several fields are
// set, all of them must be reached.
type After struct {
	// Sessions is the number of sessions of the server.
	Sessions int `yaml:"sessions,omitempty" json:"sessions,omitempty"`
	// Messages is the number of messages accepted in the session.
	Messages int `yaml:"messages,omitempty" json:"messages,omitempty"`
	// Recipients is the number of recipients accepted in the transaction.
	Recipients int `yaml:"recipients,omitempty" json:"recipients,omitempty"`
}

// Rate is the number of sessions that may begin within a span, from any
// clients. Sessions in which the fault strikes count too.
type Rate struct {
	// Sessions is the number of sessions.
	Sessions int `yaml:"sessions" json:"sessions"`
	// Within is the span before the start of a session in which others are
	// counted.
	Within Span `yaml:"within" json:"within"`
}

// Always reports whether the fault strikes in every session that reaches its
// point.
func (f Fault) Always() bool {
	return f.First == 0 && f.Every <= 1 && f.After == nil && f.Rate == nil && f.Match == nil && !f.EarlyTalker && f.TLSVersion == ""
}

// strikes: the fault strikes in that part of a session.
func (f Fault) strikes(part Where) bool { return f.In == "" || f.In == Everywhere || f.In == part }

// Refuses reports whether the fault replies with a refusal: 4yz or 5yz or, at
// the dot, where nothing can follow, 3yz.
func (f Fault) Refuses() bool {
	granted := strings.HasPrefix(f.Text, "2") || strings.HasPrefix(f.Text, "3") && f.At != AtDot
	return f.Do == DoReply && !granted
}

// Withholds reports whether, after storing a message, the fault sends no reply
// or an invalid one, so that the client has to send the message again (RFC
// 1047).
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

// Stalls reports whether the fault may leave a client waiting, either for any
// data or for the end of an invalid reply.
func (f Fault) Stalls() bool {
	if f.Do != DoRaw {
		return f.Do == DoStall
	}
	octets, _ := f.Octets()
	reply, ended := strings.CutSuffix(string(octets), "\n")
	return !ended || !isReply(strings.TrimSuffix(reply, "\r"))
}

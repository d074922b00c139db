package maillog

// A Class is what a line of a log amounts to.
type Class string

const (
	// Fault means that TLS, STARTTLS or the dialogue went wrong, or this host's own
	// certificate or trust store is at fault.
	Fault Class = "fault"
	// Harmless looks like trouble and is none.
	Harmless Class = "harmless"
	// Other is a line of a mailer's that is about something else.
	Other Class = "other"
	// Unknown means that nothing in the line is known.
	Unknown Class = "unknown"
)

// A Side is whom an event is about.
type Side string

const (
	// Client means that this host sent mail; what went wrong is the peer's.
	Client Side = "client"
	// Server means that this host was connected to.
	Server Side = "server"
	// Own is the certificate, the trust store or the settings of this host.
	Own Side = "own"
)

// A Stage is how far a session had come.
type Stage string

// The stages of a session, in their order.
const (
	Connect   Stage = "connect"
	Greeting  Stage = "greeting"
	EHLO      Stage = "ehlo"
	STARTTLS  Stage = "starttls"
	Handshake Stage = "handshake"
	Verify    Stage = "verify"
	Auth      Stage = "auth"
	Mail      Stage = "mail"
	Rcpt      Stage = "rcpt"
	Data      Stage = "data"
	Quit      Stage = "quit"
)

// An Outcome is what became of a message, as far as a line tells it.
type Outcome string

const (
	// Sent means that the other side took the message.
	Sent Outcome = "sent"
	// Deferred means that it will be tried again.
	Deferred Outcome = "deferred"
	// Bounced means that it was given up.
	Bounced Outcome = "bounced"
	// Accepted means that this host took the message.
	Accepted Outcome = "accepted"
)

// An Event is what one line says.
type Event struct {
	// At is the number of the line, from 1, and Text the line as it was read.
	At   int
	Text string
	// Dialect is the program whose way of writing it is; empty if unknown.
	Dialect string
	// Time is the time stamp, as it was written; empty if there is none.
	Time string
	// Story joins the lines of one delivery or connection; empty if the line
	// stands alone.
	Story string

	Class  Class
	Side   Side
	Stage  Stage
	Reason Reason
	// Outcome is empty if the line tells of none.
	Outcome Outcome
	// Peer is the other side's name or address; empty if the line names none.
	Peer string
	// Verified: the chain and what else was asked for are verified.
	Verified bool
	// InTLS and InClear say how a message went, if the line tells.
	InTLS, InClear bool
	// Code is the reply code of SMTP that the line quotes, 0 if none.
	Code int
	// Depth is the place in the chain of the certificate at fault, 0 for the
	// leaf; -1 if the line does not say.
	Depth int
	// Says are the words on which the reason rests.
	Says string

	// content: the session went on after the handshake, so that whatever was
	// asked of the certificate holds.
	content bool
	// opened: from here on the log tells whether TLS comes about.
	opened bool
	// said is the text without its frames, and role the line's part in the
	// transcript of a dialogue.
	said string
	role role
	// anyone: no daemon's dialect claims the line, any application may have
	// written it.
	anyone bool
}

package fakemx

import (
	"errors"
	"io"
	"syscall"

	"github.com/emersion/go-smtp"
)

// A Store takes the messages that a peer accepts. Its methods may be called
// from several goroutines at once.
type Store interface {
	// Create begins a message. An error refuses the message for now.
	Create(Envelope) (MessageWriter, error)
}

// A MessageWriter takes one message, the trace field first, as it is to be
// kept. It ends with exactly one of Commit and Abort; what is called after
// either does nothing and returns ErrMessageEnded. It serves one goroutine.
type MessageWriter interface {
	io.Writer
	// Commit keeps the message. When it returns nil the message is safe, and
	// only then may the peer answer 250. After an error nothing is kept.
	Commit() error
	// Abort forgets the message and leaves nothing behind.
	Abort() error
}

// ErrMessageEnded is what a MessageWriter returns when it is used after Commit
// or Abort.
var ErrMessageEnded = errors.New("message is already committed or aborted")

// An Envelope is what a Store is told of a message besides its octets.
type Envelope struct {
	// SessionID and Scenario are those of the session that brings it.
	SessionID string
	Scenario  string
	// QueueID is the id in Received and in the reply to the client.
	QueueID string
	// From is the reverse-path without its brackets, empty for a bounce; To
	// are the accepted forward-paths.
	From string
	To   []string
	// Received is the trace field that stands before the message, with its
	// line end; empty if the scenario writes none. The server writes it, a
	// Store need not.
	Received string
	// Size is how long the message is to be without Received, in octets, by
	// MAIL's SIZE parameter (RFC 1870); zero if the client did not say. It is
	// the client's word: a hint, no promise.
	Size int64
}

// storeReply is the reply to a message that could not be stored: the client
// keeps it and tries again (RFC 5321 section 4.2.3, RFC 3463 section 3.4).
func storeReply(err error) *smtp.SMTPError {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return &smtp.SMTPError{
			Code:         452,
			EnhancedCode: smtp.EnhancedCode{4, 3, 1},
			Message:      "Insufficient system storage, try again later",
		}
	}
	return &smtp.SMTPError{
		Code:         452,
		EnhancedCode: smtp.EnhancedCode{4, 3, 0},
		Message:      "Message could not be stored, try again later",
	}
}

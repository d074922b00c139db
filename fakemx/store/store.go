// Package store keeps the messages that a peer of package fakemx accepts: in
// memory ([Memory], the default), on the disk ([Maildir]) or not at all
// ([Discard]). A [Store] of your own can keep them anywhere else, or fail on
// purpose:
//
//	type full struct{}
//
//	func (full) Create(store.Envelope) (store.Writer, error) { return nil, syscall.ENOSPC }
//
//	peer := fakemx.Start(t, scenarios.MustGet("healthy"), func(c *fakemx.Config) { c.Store = full{} })
package store

import (
	"errors"
	"io"
)

// A Store takes the messages that a peer accepts. Its methods may be called
// from several goroutines at once.
type Store interface {
	// Create begins a message. An error refuses the message for now.
	Create(Envelope) (Writer, error)
}

// A Writer takes one message, the trace field first, as it is to be kept. It
// ends with exactly one of Commit and Abort; what is called after either does
// nothing and returns ErrMessageEnded. It serves one goroutine.
type Writer interface {
	io.Writer
	// Commit keeps the message. When it returns nil the message is safe, and
	// only then may the peer answer 250. After an error nothing is kept.
	Commit() error
	// Abort forgets the message and leaves nothing behind.
	Abort() error
}

// ErrMessageEnded is what a Writer returns when it is used after Commit or
// Abort.
var ErrMessageEnded = errors.New("message is already committed or aborted")

// An Envelope is what a Store is told of a message besides its octets.
type Envelope struct {
	// SessionID and Scenario are those of the session that brings it.
	SessionID string
	Scenario  string
	// QueueID is the id in Received and in the reply to the client.
	QueueID string
	// From is the reverse-path without its brackets, empty for a bounce; To
	// are the accepted forward-paths. Both are mailboxes as the client sent
	// them, with quotes around a local part that has them (RFC 5321 section
	// 4.1.2).
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

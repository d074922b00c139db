// Package store keeps the messages that a peer of package fakemx accepts: in
// memory ([Memory], the default), on disk ([Maildir]) or not at all
// ([Discard]). Your own [Store] can keep them anywhere else, or fail on
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
	// Create begins a message. An error refuses the message temporarily.
	Create(Envelope) (Writer, error)
}

// A Writer takes one message, starting with the trace field. It ends with
// exactly one call of Commit or Abort; later calls do nothing and return
// [ErrMessageEnded]. A Writer is used by one goroutine.
type Writer interface {
	io.Writer
	// Commit keeps the message. Only when it returns nil is the message safe,
	// and may the peer answer 250. After an error nothing is kept.
	Commit() error
	// Abort discards the message and leaves nothing behind.
	Abort() error
}

// ErrMessageEnded is returned by a [Writer] that is used after Commit or Abort.
var ErrMessageEnded = errors.New("message is already committed or aborted")

// An Envelope is what a [Store] learns about a message before its content.
type Envelope struct {
	// SessionID and Scenario identify the session in which the message is sent.
	SessionID string
	Scenario  string
	// QueueID is the id in Received and in the reply to the client.
	QueueID string
	// From is the reverse-path, empty for a bounce, and To the accepted
	// forward-paths, without brackets, otherwise as the client sent them: a
	// quoted local part keeps its quotes (RFC 5321 section 4.1.2).
	From string
	To   []string
	// Received is the trace field in front of the message, with its line end.
	// It is empty if the scenario writes none. The server writes it to the
	// Writer; a Store does not need to.
	Received string
	// Size is the length of the message in octets, without Received, that the
	// client declared with the SIZE parameter of MAIL (RFC 1870). It is zero if
	// the client declared none. It is a hint only: the message may be shorter
	// or longer.
	Size int64
}

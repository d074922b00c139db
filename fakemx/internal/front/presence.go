package front

import "net"

// presence is what can be seen of a client without reading from it.
type presence uint8

const (
	present presence = iota // it is connected, and all that it sent has been read
	unread                  // something that it sent has not been read
	gone                    // it has closed its side, and all that it sent has been read
)

// spoken reports whether the client has sent something that is not yet read; it
// is false where that is not known.
func spoken(raw net.Conn) bool {
	seen, known := peek(raw)
	return known && seen == unread
}

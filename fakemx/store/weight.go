package store

import "unsafe"

// What parts of a message take, in octets, without their text.
const (
	messageWeight = int(unsafe.Sizeof(memoryWriter{}))
	stringWeight  = int(unsafe.Sizeof(""))
)

// weight is about how many octets Memory needs to keep a message, without the
// message itself.
func (e *Envelope) weight() int64 {
	w := messageWeight + len(e.SessionID) + len(e.Scenario) + len(e.QueueID) + len(e.From) + len(e.Received)
	w += cap(e.To) * stringWeight
	for _, to := range e.To {
		w += len(to)
	}
	return int64(w)
}

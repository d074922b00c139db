package fakemx

import (
	"bytes"
	"slices"
	"sync"
)

// A Message is an accepted message that is kept in memory.
type Message struct {
	Envelope
	// Data is the message as stored: the trace field, then every octet as it
	// came. It is shared and must not be changed.
	Data []byte
}

// A MemoryStore is a Store that keeps messages in memory, in the order in which
// they were committed. Its zero value is empty and ready for use.
type MemoryStore struct {
	mu       sync.Mutex
	messages []Message
}

// NewMemoryStore returns an empty MemoryStore.
func NewMemoryStore() *MemoryStore { return new(MemoryStore) }

// Messages returns the messages that are committed by now, oldest first.
func (s *MemoryStore) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Create begins a message. It never fails.
func (s *MemoryStore) Create(e Envelope) (MessageWriter, error) {
	e.To = slices.Clone(e.To)
	return &memoryWriter{store: s, envelope: e}, nil
}

func (s *MemoryStore) add(m Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = append(s.messages, m)
}

// memoryWriter gathers a message in chunks, so that a growing message is never
// copied but once, at its end, and not at all if its size was known.
type memoryWriter struct {
	store    *MemoryStore
	envelope Envelope
	chunks   [][]byte
	ended    bool
}

// The sizes of the chunks behind the first one, which double in between.
const (
	minChunk = 4 << 10
	maxChunk = 1 << 20
)

func (w *memoryWriter) Write(p []byte) (int, error) {
	if w.ended {
		return 0, ErrMessageEnded
	}
	n := len(p)
	if last := len(w.chunks) - 1; last >= 0 {
		c := w.chunks[last]
		fits := min(cap(c)-len(c), len(p))
		w.chunks[last] = append(c, p[:fits]...)
		p = p[fits:]
	}
	if len(p) > 0 {
		w.chunks = append(w.chunks, append(w.newChunk(len(p)), p...))
	}
	return n, nil
}

// newChunk returns an empty chunk with room for at least need octets.
func (w *memoryWriter) newChunk(need int) []byte {
	if len(w.chunks) == 0 {
		return make([]byte, 0, max(need, expectedOctets(w.envelope)))
	}
	double := 2 * cap(w.chunks[len(w.chunks)-1])
	return make([]byte, 0, max(need, min(max(double, minChunk), maxChunk)))
}

func (w *memoryWriter) Commit() error {
	if w.ended {
		return ErrMessageEnded
	}
	w.ended = true
	w.store.add(Message{Envelope: w.envelope, Data: join(w.chunks)})
	w.chunks = nil
	return nil
}

func (w *memoryWriter) Abort() error {
	if w.ended {
		return ErrMessageEnded
	}
	w.ended = true
	w.chunks = nil
	return nil
}

// join is bytes.Join that takes a single chunk as it is.
func join(chunks [][]byte) []byte {
	if len(chunks) == 1 {
		return chunks[0]
	}
	return bytes.Join(chunks, nil)
}

// expectedOctets is the room to make for a message before it comes. Clients
// that count their line ends as one octet say too little, hence the sixteenth
// on top. Whatever a client claims, it gets no more than the default limit at
// once.
func expectedOctets(e Envelope) int {
	if e.Size <= 0 {
		return 0
	}
	size := min(e.Size, DefaultMaxMessageBytes)
	return int(size+size/16) + len(e.Received)
}

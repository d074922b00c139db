package store

import (
	"fmt"
	"slices"
	"sync"
	"syscall"
)

// Defaults of [Memory].
const (
	DefaultMaxMessages = 10_000
	DefaultMaxBytes    = 256 << 20
	DefaultSpoolAbove  = 512 << 10
)

// A Message is an accepted message that a [Memory] returns.
type Message struct {
	Envelope
	// Data is the message as stored: the trace field, followed by every octet
	// as received. It is shared and must not be modified.
	Data []byte
	// Err says why a spooled message could not be read back. If nil, Data is
	// complete.
	Err error
}

// Memory is a [Store] that keeps the latest messages until the process ends:
// small ones in memory, large ones in an unnamed temporary file. Its zero value
// is empty and ready for use. Do not change its fields once it is in use.
type Memory struct {
	// MaxMessages and MaxBytes limit what is kept, by number and by size in
	// bytes, envelopes included. The oldest messages are evicted to make room.
	// If there is still no room, because of other messages being received, a
	// message is refused temporarily. If zero, DefaultMaxMessages and
	// DefaultMaxBytes; fakemx.New refuses negative values.
	MaxMessages int
	MaxBytes    int64
	// SpoolAbove is the greatest length, in octets, of a message that is kept
	// in memory; longer ones are spooled to the file. If zero,
	// DefaultSpoolAbove; if negative, no message is spooled.
	SpoolAbove int64

	mu       sync.Mutex
	messages []*stored
	octets   int64 // of messages, and reserved by those on their way
	evicted  int
	unused   unusedChunks
	spool    spool
}

// stored is a message that is committed, in chunks of memory or in the spool.
type stored struct {
	envelope Envelope
	chunks   [][]byte
	first    [1][]byte // room for chunks, of which most messages have one
	blocks   []int64
	size     int64 // if spooled
	octets   int64 // that are reserved for it, its envelope included
	shared   bool  // Messages has returned its chunk
}

// held is what a message takes in memory and in the spool, in octets.
func (m *stored) held() int64 {
	n := m.envelope.weight() + int64(len(m.blocks))*spoolBlock
	for _, c := range m.chunks {
		n += int64(cap(c))
	}
	return n
}

// Messages returns the messages that are kept, oldest first. Spooled ones are
// read back into memory.
func (s *Memory) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Message, len(s.messages))
	for i, m := range s.messages {
		list[i] = Message{Envelope: m.envelope}
		if m.blocks != nil {
			list[i].Data, list[i].Err = s.spool.read(m.blocks, m.size)
			continue
		}
		if len(m.chunks) > 1 {
			m.first[0] = slices.Concat(m.chunks...)
			m.chunks = m.first[:]
		}
		if len(m.chunks) == 1 {
			list[i].Data, m.shared = m.chunks[0], true
		}
	}
	return list
}

// Evicted returns the number of messages evicted so far.
func (s *Memory) Evicted() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.evicted
}

// Create begins a message. It never fails.
func (s *Memory) Create(e Envelope) (Writer, error) {
	e.To = slices.Clone(e.To)
	return &memoryWriter{store: s, stored: stored{envelope: e}}, nil
}

// chunk returns an empty chunk with room for n octets of a message or some more,
// and makes room for all of it.
func (s *Memory) chunk(m *stored, n int) ([]byte, error) {
	s.mu.Lock()
	c := s.unused.get(n)
	err := s.reserveFor(m, int64(max(n, cap(c))))
	s.mu.Unlock()
	if c == nil && err == nil {
		c = make([]byte, 0, n) // which clears it, for which nobody needs to wait
	}
	return c, err
}

// reserveFor makes room for n octets of a message, and with the first of them
// for its envelope, which may be the longer part. The caller holds the lock.
func (s *Memory) reserveFor(m *stored, n int64) error {
	if m.octets == 0 {
		n += m.envelope.weight()
	}
	err := s.reserve(n)
	if err == nil {
		m.octets += n
	}
	return err
}

// reserve makes room for n octets. The caller holds the lock.
func (s *Memory) reserve(n int64) error {
	limit := orDefault(s.MaxBytes, DefaultMaxBytes)
	for s.octets+n > limit && len(s.messages) > 0 {
		s.evict()
	}
	if s.octets+n > limit {
		return fmt.Errorf("no room for the message beside others being received, within %d bytes: %w", limit, syscall.ENOSPC)
	}
	s.octets += n
	return nil
}

// release gives back what is reserved for a message, and its chunk if there is
// but one and nobody has seen it.
func (s *Memory) release(m *stored) {
	s.octets -= m.octets
	s.spool.free(m.blocks)
	if len(m.chunks) == 1 && !m.shared {
		s.unused.put(m.chunks[0])
	}
}

// evict forgets the oldest message.
func (s *Memory) evict() {
	s.release(s.messages[0])
	s.messages[0] = nil // what is cut off must not be kept by the slice
	s.messages = s.messages[1:]
	s.evicted++
}

// add keeps a message that is whole, with what it holds by now reserved for it:
// that is less than before where it was announced as longer, and more for one
// without a single octet, for which nothing is reserved yet. The spare chunk is
// nobody's any more.
func (s *Memory) add(m *stored, spare []byte) error {
	held := m.held()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.reserve(held - m.octets); err != nil {
		s.release(m)
		return err
	}
	m.octets = held
	s.messages = append(s.messages, m)
	for len(s.messages) > max(0, orDefault(s.MaxMessages, DefaultMaxMessages)) {
		s.evict()
	}
	// The last chunk that is put is the first to be used: the next message asks
	// for one like the spare one, if the client goes on as it does.
	s.unused.put(spare)
	return nil
}

func (s *Memory) drop(m *stored) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.release(m)
}

// orDefault is n, or fallback if n is zero.
func orDefault[T int | int64](n, fallback T) T {
	if n == 0 {
		return fallback
	}
	return n
}

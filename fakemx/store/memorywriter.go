package store

import "slices"

// memoryWriter gathers a message in chunks, so that a growing message is never
// copied, or passes it to the spool once it is long enough. All of it is
// reserved before it is taken.
type memoryWriter struct {
	store *Memory
	stored
	ended bool
}

// The sizes of the chunks behind the first one, which double in between.
const (
	minChunk = 4 << 10
	maxChunk = 1 << 20
)

// maxAnnounced is the most that is made room for before it comes, in octets.
const maxAnnounced = 25 << 20

func (w *memoryWriter) Write(p []byte) (int, error) {
	if w.ended {
		return 0, ErrMessageEnded
	}
	if w.blocks == nil && w.tooLong(len(p)) && w.beginSpool() {
		if err := w.moveToSpool(); err != nil {
			return 0, err
		}
	}
	if w.blocks != nil {
		return w.writeSpool(p)
	}
	w.size += int64(len(p))
	return w.writeMemory(p)
}

// tooLong reports whether the message belongs into the spool, with n more
// octets or by what the client said of it.
func (w *memoryWriter) tooLong(n int) bool {
	limit := orDefault(w.store.SpoolAbove, DefaultSpoolAbove)
	return limit >= 0 && max(w.size+int64(n), w.envelope.Size) > limit
}

func (w *memoryWriter) writeMemory(p []byte) (int, error) {
	n := len(p)
	if last := len(w.chunks) - 1; last >= 0 {
		c := w.chunks[last]
		fits := min(cap(c)-len(c), len(p))
		w.chunks[last] = append(c, p[:fits]...)
		p = p[fits:]
	}
	if len(p) > 0 {
		c, err := w.store.chunk(&w.stored, w.chunkSize(len(p)))
		if err != nil {
			return n - len(p), err
		}
		if w.chunks == nil {
			w.chunks = w.first[:0]
		}
		w.chunks = append(w.chunks, append(c, p...))
	}
	return n, nil
}

// chunkSize is the size of a new chunk with room for at least need octets.
func (w *memoryWriter) chunkSize(need int) int {
	if len(w.chunks) == 0 {
		return max(need, expectedOctets(w.envelope))
	}
	double := 2 * cap(w.chunks[len(w.chunks)-1])
	return max(need, min(max(double, minChunk), maxChunk))
}

// beginSpool reports whether there is a spool to write to. If there is none,
// the message stays in memory, of which there is as much as of the spool.
func (w *memoryWriter) beginSpool() bool {
	w.store.mu.Lock()
	defer w.store.mu.Unlock()
	return w.store.spool.open()
}

// moveToSpool writes to the spool what was gathered in memory.
func (w *memoryWriter) moveToSpool() error {
	gathered := slices.Clone(w.chunks)
	w.chunks, w.first[0], w.size, w.blocks = nil, nil, 0, []int64{}
	for _, c := range gathered {
		if _, err := w.writeSpool(c); err != nil {
			return err
		}
	}
	return nil
}

// writeSpool fills the message's blocks of the spool, in order.
func (w *memoryWriter) writeSpool(p []byte) (int, error) {
	written := 0
	for written < len(p) {
		if w.size == int64(len(w.blocks))*spoolBlock {
			if err := w.nextBlock(); err != nil {
				return written, err
			}
		}
		within := w.size % spoolBlock
		part := p[written:min(len(p), written+int(spoolBlock-within))]
		n, err := w.store.spool.file.WriteAt(part, w.blocks[len(w.blocks)-1]*spoolBlock+within)
		written += n
		w.size += int64(n)
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

func (w *memoryWriter) nextBlock() error {
	w.store.mu.Lock()
	defer w.store.mu.Unlock()
	if err := w.store.reserveFor(&w.stored, spoolBlock); err != nil {
		return err
	}
	w.blocks = append(w.blocks, w.store.spool.block())
	return nil
}

func (w *memoryWriter) Commit() error {
	if w.ended {
		return ErrMessageEnded
	}
	w.ended = true
	return w.store.add(&w.stored, w.fit())
}

// fit moves a message that is less than half as long as the room that was made
// for it into a chunk of its own length, and returns one that is free then: a
// client that says too much must not hold the memory for as long as the message
// is kept.
func (w *memoryWriter) fit() (spare []byte) {
	length, room := 0, 0
	for _, c := range w.chunks {
		length += len(c)
		room += cap(c)
	}
	if 2*length >= room {
		return nil
	}
	spare = w.chunks[0]
	w.first[0] = slices.Concat(w.chunks...)
	w.chunks = w.first[:]
	return spare
}

func (w *memoryWriter) Abort() error {
	if w.ended {
		return ErrMessageEnded
	}
	w.ended = true
	w.store.drop(&w.stored)
	w.chunks, w.first[0], w.blocks = nil, nil, nil
	return nil
}

// expectedOctets is the room to make for a message before it comes. Clients
// that count their line ends as one octet say too little, hence the sixteenth
// on top. Whatever a client claims, it gets no more than maxAnnounced at once.
func expectedOctets(e Envelope) int {
	if e.Size <= 0 {
		return 0
	}
	size := min(e.Size, maxAnnounced)
	return int(size+size/16) + len(e.Received)
}

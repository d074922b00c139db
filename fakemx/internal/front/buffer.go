package front

import (
	"bytes"
	"errors"
	"io"
	"sync"
)

const (
	smallBuffer = 1 << 10  // holds any ordinary command
	largeBuffer = 64 << 10 // for messages, from the pool
)

var largeBuffers = sync.Pool{New: func() any { return new([largeBuffer]byte) }}

var errLineTooLong = errors.New("line too long")

// buffer is what has been read from the client and not yet been understood.
type buffer struct {
	b        []byte
	r, w     int // b[r:w] is unread
	large    *[largeBuffer]byte
	borrowed bool // b is somebody else's
}

// borrow lets a buffer that has no room of its own use p until giveBack. A
// connection that waits for a command thus waits in go-smtp's buffer.
func (b *buffer) borrow(p []byte) {
	if b.b == nil && len(p) >= smallBuffer {
		b.b, b.r, b.w, b.borrowed = p, 0, 0, true
	}
}

// giveBack ends borrow. What is unread is kept.
func (b *buffer) giveBack() {
	if !b.borrowed {
		return
	}
	rest := b.bytes()
	b.b, b.r, b.w, b.borrowed = nil, 0, 0, false
	if len(rest) > 0 {
		b.put(rest)
	}
}

func (b *buffer) bytes() []byte { return b.b[b.r:b.w] }
func (b *buffer) len() int      { return b.w - b.r }
func (b *buffer) skip(n int)    { b.r += n }

// take empties the buffer and returns a copy of what was in it.
func (b *buffer) take() []byte {
	p := bytes.Clone(b.bytes())
	b.r, b.w = 0, 0
	return p
}

// put appends p.
func (b *buffer) put(p []byte) {
	b.room(len(p))
	b.w += copy(b.b[b.w:], p)
}

// room makes place for n more octets, or for one if n is zero.
func (b *buffer) room(n int) {
	n = max(n, 1)
	if b.r > 0 && len(b.b)-b.w < n {
		b.w = copy(b.b, b.b[b.r:b.w])
		b.r = 0
	}
	if len(b.b)-b.w >= n {
		return
	}
	grown := make([]byte, max(smallBuffer, 2*len(b.b), b.w+n))
	b.w = copy(grown, b.b[:b.w])
	b.release()
	b.b, b.borrowed = grown, false
}

// fill reads once from src.
func (b *buffer) fill(src io.Reader) error {
	if b.r == b.w {
		b.r, b.w = 0, 0
	}
	b.room(0)
	n, err := src.Read(b.b[b.w:])
	b.w += n
	if n > 0 {
		return nil
	}
	return err
}

// enlarge moves to a large buffer for as long as a message is read.
func (b *buffer) enlarge() {
	if b.large != nil || len(b.b) >= largeBuffer {
		return
	}
	b.large = largeBuffers.Get().(*[largeBuffer]byte)
	b.w = copy(b.large[:], b.bytes())
	b.r, b.b, b.borrowed = 0, b.large[:], false
}

// shrink gives the large buffer back. What is unread is kept.
func (b *buffer) shrink() {
	if b.large == nil {
		return
	}
	rest, large := b.bytes(), b.large
	b.r, b.w, b.b, b.large = 0, 0, nil, nil
	if len(rest) > 0 {
		b.put(rest)
	}
	largeBuffers.Put(large)
}

func (b *buffer) release() {
	if b.large != nil {
		largeBuffers.Put(b.large)
		b.large = nil
	}
}

// line returns the next line with its line end, if it is there whole. A line
// beyond limit octets is errLineTooLong. The line is valid until the next fill.
func (b *buffer) line(limit int) (line []byte, err error) {
	p := b.bytes()
	i := bytes.IndexByte(p, '\n')
	if i >= limit || i < 0 && len(p) >= limit {
		return nil, errLineTooLong
	}
	if i < 0 {
		return nil, nil
	}
	b.skip(i + 1)
	return p[:i+1], nil
}

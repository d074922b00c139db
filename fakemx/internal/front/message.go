package front

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/fakemx/fakemx/scenarios"
)

// afterMessage does what ends a message that stands between two of its chunks,
// after that message.
func (c *Conn) afterMessage(do func()) {
	if !c.state.chunking {
		do()
		return
	}
	c.state.chunking = false
	c.abandon(do)
}

// abandon lets go-smtp end a message that is not to be stored, and then goes
// on. go-smtp's own way to break a message off does not wait for whoever stores
// it, whose late result would be taken for that of the next message.
func (c *Conn) abandon(then func()) {
	c.abandoned.Store(true)
	c.awaited = awaited{kind: awaitAbandoned, then: then}
	c.hand([]byte("BDAT 0 LAST\r\n"))
}

const tooLarge = "552 5.3.4 Max message size exceeded\r\n"

// outgrows reports whether a message that go-smtp has begun, be it by an empty
// chunk, would get too large with size more octets. One that begins too large
// go-smtp refuses by itself.
func (c *Conn) outgrows(size int64) bool {
	return c.state.chunking && c.carried+size > c.f.o.MaxMessageBytes
}

// startChunk lets a BDAT through with the octets behind it (RFC 3030).
func (c *Conn) startChunk(cmd command) error {
	if !c.offers("CHUNKING") {
		c.say("502 5.5.1 BDAT is not implemented")
		c.skipChunk(cmd)
		return nil
	}
	size, last, ok := chunkSize(cmd.arg)
	if !c.state.chunking {
		c.struck, c.carried = 0, 0
		c.setOff()
	}
	if c.outgrows(size) {
		c.afterMessage(func() {
			c.sayRaw([]byte(tooLarge))
			c.skipChunk(cmd)
		})
		return nil
	}
	if ok {
		c.carried += size
		c.chunk = size
		c.mode = modeChunk
		c.in.enlarge()
		c.awaited = awaited{kind: awaitChunk, last: last}
		c.s.see.Text(Client, fmt.Sprintf("[chunk of %d octets]", size))
	}
	c.hand(bytes.Clone(cmd.line))
	return nil
}

func chunkSize(arg string) (size int64, last, ok bool) {
	fields := strings.Fields(arg)
	if len(fields) == 0 || len(fields) > 2 {
		return 0, false, false
	}
	last = len(fields) == 2
	if last && !strings.EqualFold(fields[1], "LAST") {
		return 0, false, false
	}
	// go-smtp reads a size of 32 bits and no chunk behind one it cannot read.
	n, err := strconv.ParseUint(fields[0], 10, 32)
	return int64(n), last, err == nil
}

// skipChunk passes over the chunk of a BDAT that has been answered: it comes
// whatever the answer.
func (c *Conn) skipChunk(cmd command) {
	c.chunk, _, _ = chunkSize(cmd.arg)
	c.mode = modeSkip
	c.setOff()
}

// readChunk hands on what there is of a chunk.
func (c *Conn) readChunk() error {
	piece, err := c.nextOfChunk()
	if err != nil || len(piece) == 0 {
		return err
	}
	if c.struckInMessage(len(piece)) {
		return errGone
	}
	c.inward = piece
	return nil
}

func (c *Conn) readSkipped() error {
	_, err := c.nextOfChunk()
	return err
}

// nextOfChunk takes what there is of a chunk. It is empty at the chunk's end,
// behind which stands a command.
func (c *Conn) nextOfChunk() ([]byte, error) {
	if c.chunk == 0 {
		c.mode = modeCommand
		c.in.shrink()
		return nil, nil
	}
	if c.in.len() == 0 {
		c.pieceDeadline()
		if err := c.fill(); err != nil {
			return nil, err
		}
	}
	piece := c.in.bytes()[:min(c.chunk, int64(c.in.len()))]
	c.in.skip(len(piece))
	c.chunk -= int64(len(piece))
	c.pace.octets += int64(len(piece))
	return piece, nil
}

// struckInMessage plays a fault in the midst of a message, once its first
// octets have come.
func (c *Conn) struckInMessage(n int) bool {
	first := c.struck == 0
	c.struck += n
	return n > 0 && first && c.strike(scenarios.AtMessage)
}

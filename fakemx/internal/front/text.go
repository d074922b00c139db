package front

import (
	"errors"
	"io"
)

// A text is the message that follows DATA. The back end reads it here, where
// it comes in, past go-smtp, which would take it octet by octet and sees but its
// end.
type text struct {
	c     *Conn
	data  unstuffer
	piece []byte // read, but not yet taken by Read
	size  int64
	// outgrown: it is longer than a message may be.
	outgrown bool
}

// errOutgrown ends a message that is too long, once it has come whole.
var errOutgrown = errors.New("message is too large")

// Text is the message that the back end is to read in place of the one that
// go-smtp hands it; nil if it comes in chunks. It is an io.WriterTo.
func (c *Conn) Text() io.Reader {
	if c.text == nil {
		return nil
	}
	return c.text
}

// beginText takes the text of DATA, for which go-smtp asks with a 354.
func (c *Conn) beginText() {
	c.struck = 0
	c.setOff()
	c.text = &text{c: c}
	c.in.enlarge()
	c.mode = modeText
}

// finishText lets go-smtp see the end of the text once the back end has done
// with it. What that left is passed over first.
func (c *Conn) finishText() error {
	_, _ = c.text.WriteTo(io.Discard)
	if c.over {
		return errGone
	}
	c.mode = modeCommand
	c.awaited = awaited{kind: awaitText}
	c.hand([]byte(".\r\n"))
	return nil
}

// endText deals with what go-smtp answers to a message.
func (c *Conn) endText(ok bool, reply []byte) {
	outgrown := c.text.outgrown
	c.text = nil
	c.in.shrink()
	if outgrown {
		ok, reply = false, []byte(tooLarge)
	}
	c.endMessage(ok, reply)
}

// Read implements io.Reader.
func (t *text) Read(p []byte) (int, error) {
	if len(t.piece) == 0 {
		piece, err := t.next()
		if err != nil {
			return 0, err
		}
		t.piece = piece
	}
	n := copy(p, t.piece)
	t.piece = t.piece[n:]
	return n, nil
}

// WriteTo implements io.WriterTo. The octets go to w from where they were read
// from the connection.
func (t *text) WriteTo(w io.Writer) (int64, error) {
	var written int64
	for {
		if len(t.piece) == 0 {
			piece, err := t.next()
			switch {
			case errors.Is(err, io.EOF):
				return written, nil
			case err != nil:
				return written, err
			}
			t.piece = piece
		}
		n, err := w.Write(t.piece)
		t.piece = t.piece[n:]
		written += int64(n)
		if err != nil {
			return written, err
		}
	}
}

// next returns the next piece of the message, valid until the next call. At the
// end it returns io.EOF, or errOutgrown.
func (t *text) next() ([]byte, error) {
	c := t.c
	for !t.data.done {
		if c.over {
			return nil, errGone
		}
		piece, used := t.data.next(c.in.bytes())
		c.in.skip(used)
		c.pace.octets += int64(used)
		if t.data.done {
			c.s.see.Text(Client, "[message]")
		}
		if c.struckInMessage(len(piece)) {
			return nil, errGone
		}
		if t.takes(len(piece)) {
			return piece, nil
		}
		if t.data.done {
			break
		}
		c.pieceDeadline()
		if err := c.fill(); err != nil {
			c.lost(err)
			return nil, errGone
		}
	}
	if t.outgrown {
		return nil, errOutgrown
	}
	return nil, io.EOF
}

// takes reports whether there are octets for the back end: none of a message
// that has become too long.
func (t *text) takes(n int) bool {
	t.size += int64(n)
	if t.size > t.c.f.o.MaxMessageBytes {
		t.outgrown = true
	}
	return n > 0 && !t.outgrown
}

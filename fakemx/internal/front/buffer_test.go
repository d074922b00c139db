package front

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"
)

// A buffer gives what it was given, in order, whatever is done in between.
func TestBufferKeepsOctets(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	sent := make([]byte, 1<<20)
	for i := range sent {
		sent[i] = byte(random.Uint32())
	}
	var b buffer
	var got []byte
	src := iotest.HalfReader(bytes.NewReader(sent))
	for err := error(nil); err == nil; {
		switch random.IntN(6) {
		case 0:
			b.enlarge()
		case 1:
			b.shrink()
		case 2:
			b.put(b.take())
		case 3, 4:
			n := random.IntN(b.len() + 1)
			got = append(got, b.bytes()[:n]...)
			b.skip(n)
		case 5:
			err = b.fill(src)
		}
		if b.large != nil && len(b.b) < largeBuffer {
			t.Fatal("a large buffer is held and not used")
		}
	}
	if got = append(got, b.bytes()...); !bytes.Equal(got, sent) {
		t.Errorf("%d octets of %d came, or other ones", len(got), len(sent))
	}
	b.release()
}

func TestBufferPassesErrorsOn(t *testing.T) {
	t.Parallel()
	var b buffer
	if err := b.fill(bytes.NewReader(nil)); !errors.Is(err, io.EOF) {
		t.Errorf("error %v, want io.EOF", err)
	}
	if err := b.fill(iotest.DataErrReader(bytes.NewReader([]byte("x")))); err != nil || b.len() != 1 {
		t.Errorf("error %v with %d octets, want none with 1", err, b.len())
	}
}

func TestBufferLines(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text, line string
		limit      int
		tooLong    bool
	}{
		{"", "", 5, false},
		{"ab", "", 5, false},
		{"ab\n", "ab\n", 5, false},
		{"abcd\n", "abcd\n", 5, false},
		{"abcde\n", "", 5, true},
		{"abcde", "", 5, true},
		{"a\nb\n", "a\n", 5, false},
	} {
		var b buffer
		b.put([]byte(tt.text))
		line, err := b.line(tt.limit)
		if string(line) != tt.line || (err != nil) != tt.tooLong {
			t.Errorf("%q: line %q, error %v", tt.text, line, err)
		}
		if b.len() != len(tt.text)-len(tt.line) {
			t.Errorf("%q: %d octets are left", tt.text, b.len())
		}
	}
}

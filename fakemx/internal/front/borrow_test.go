package front

import (
	"bytes"
	"strings"
	"testing"
)

// What is read into a borrowed buffer outlives it.
func TestBorrow(t *testing.T) {
	for name, use := range map[string]func(*buffer){
		"as it is":       func(*buffer) {},
		"enlarged":       (*buffer).enlarge,
		"enlarged, back": func(b *buffer) { b.enlarge(); b.shrink() },
		"grown":          func(b *buffer) { b.room(4 * smallBuffer) },
	} {
		var b buffer
		p := make([]byte, 2*smallBuffer)
		b.borrow(p)
		if err := b.fill(strings.NewReader("first\r\nsecond\r\nthird")); err != nil {
			t.Fatal(err)
		}
		if line, err := b.line(100); string(line) != "first\r\n" || err != nil {
			t.Errorf("%s: %q, %v", name, line, err)
		}
		use(&b)
		b.giveBack()
		copy(p, bytes.Repeat([]byte("x"), len(p)))
		if got := string(b.bytes()); got != "second\r\nthird" {
			t.Errorf("%s: %q is left", name, got)
		}
		b.release()
	}
}

// A buffer in which nothing is left has no room of its own.
func TestBorrowedAndRead(t *testing.T) {
	var b buffer
	b.borrow(make([]byte, smallBuffer))
	if err := b.fill(strings.NewReader("first\r\n")); err != nil {
		t.Fatal(err)
	}
	if _, err := b.line(100); err != nil {
		t.Fatal(err)
	}
	b.giveBack()
	if b.b != nil || b.borrowed {
		t.Errorf("room for %d octets is kept", len(b.b))
	}
	b.borrow(make([]byte, 10)) // too small to be of use
	if b.borrowed {
		t.Error("ten octets were borrowed")
	}
}

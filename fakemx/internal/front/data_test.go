package front

import (
	"bytes"
	"strings"
	"testing"
)

// unstuff gives stream to an unstuffer in pieces of at most step octets.
func unstuff(stream []byte, step int) (message, rest []byte, done bool) {
	var u unstuffer
	var held []byte
	for len(stream) > 0 && !u.done {
		n := min(step, len(stream))
		held = append(held, stream[:n]...)
		stream = stream[n:]
		part, used := u.next(held)
		message = append(message, part...)
		held = bytes.Clone(held[used:])
	}
	return message, append(held, stream...), u.done
}

var streams = []struct {
	name, stream, message, rest string
	open                        bool // the end does not come
}{
	{name: "empty", stream: ".\r\n"},
	{name: "one line", stream: "a\r\n.\r\n", message: "a\r\n"},
	{name: "stuffed dots", stream: "..a\r\n...\r\n.b\r\n.\r\n", message: ".a\r\n..\r\nb\r\n"},
	{name: "more behind the end", stream: "a\r\n.\r\nQUIT\r\n", message: "a\r\n", rest: "QUIT\r\n"},
	{name: "bare LF ends no line", stream: "a\n.\nb\n.\r\nc\r\n.\r\n", message: "a\n.\nb\n.\r\nc\r\n"},
	{name: "bare CR ends no line", stream: "a\r.\r\r\n.\r\n", message: "a\r.\r\r\n"},
	{name: "LF dot CRLF is no end", stream: "a\n.\r\nMAIL FROM:<x>\r\n.\r\n", message: "a\n.\r\nMAIL FROM:<x>\r\n"},
	{name: "CRLF dot LF is no end", stream: "a\r\n.\nb\r\n.\r\n", message: "a\r\n\nb\r\n"},
	{name: "CRLF dot CR is no end", stream: "a\r\n.\rb\r\n.\r\n", message: "a\r\n\rb\r\n"},
	{name: "NUL and 8-bit", stream: "\x00\xff\r\n.\r\n", message: "\x00\xff\r\n"},
	{name: "no end", stream: "a\r\n", message: "a\r\n", open: true},
	{name: "breaks off at a CR", stream: "a\r", message: "a", rest: "\r", open: true},
	{name: "breaks off in the end", stream: "a\r\n.\r", message: "a\r\n", rest: ".\r", open: true},
}

func TestUnstuff(t *testing.T) {
	for _, tt := range streams {
		for _, step := range []int{1, 2, 3, 5, 100} {
			message, rest, done := unstuff([]byte(tt.stream), step)
			if string(message) != tt.message || string(rest) != tt.rest || done == tt.open {
				t.Errorf("%s in steps of %d: message %q, rest %q, done %v", tt.name, step, message, rest, done)
			}
		}
	}
}

// FuzzUnstuff holds the unstuffer against the plain definition of RFC 5321
// section 4.5.2, whatever pieces the stream comes in.
func FuzzUnstuff(f *testing.F) {
	for _, tt := range streams {
		f.Add([]byte(tt.stream), 3)
	}
	f.Fuzz(func(t *testing.T, stream []byte, step int) {
		if step < 1 || step > 1<<16 {
			t.Skip("a step is a positive number of octets")
		}
		message, rest, done := unstuff(stream, step)
		text, behind, ended := strings.Cut("\r\n"+string(stream), "\r\n.\r\n")
		if done != ended {
			t.Fatalf("done %v, want %v", done, ended)
		}
		if !done {
			return
		}
		want := strings.ReplaceAll(text+"\r\n", "\r\n.", "\r\n")[2:]
		if string(message) != want || string(rest) != behind {
			t.Fatalf("message %q, rest %q, want %q, %q", message, rest, want, behind)
		}
	})
}

//go:build unix

package front

import (
	"errors"
	"io"
	"net"
	"testing"
)

// What has come is seen and left where it is.
func TestSpoken(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	raw, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if spoken(raw) {
		t.Error("a silent client has spoken")
	}
	if _, err := io.WriteString(client, "EHLO x"); err != nil {
		t.Fatal(err)
	}
	one := make([]byte, 1)
	if _, err := io.ReadFull(raw, one); err != nil { // so that it has come
		t.Fatal(err)
	}
	for range 2 { // looking takes nothing
		if !spoken(raw) {
			t.Error("a client that spoke has not")
		}
	}
	rest := make([]byte, len("HLO x"))
	if _, err := io.ReadFull(raw, rest); err != nil || string(rest) != "HLO x" {
		t.Errorf("what is left is %q, %v", rest, err)
	}
	_ = client.Close()
	if _, err := raw.Read(one); !errors.Is(err, io.EOF) {
		t.Errorf("at the end: %v", err)
	}
	if spoken(raw) {
		t.Error("a client that has gone has spoken")
	}
}

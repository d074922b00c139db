//go:build unix

package front

import (
	"io"
	"net"
	"testing"
)

// A client is seen to have gone, or to have spoken, while somebody waits for it.
func TestPresence(t *testing.T) {
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
	check := func(want presence) {
		t.Helper()
		if got, known := peek(raw); got != want || !known {
			t.Errorf("presence %d, %t, want %d", got, known, want)
		}
		if got := spoken(raw); got != (want == unread) {
			t.Errorf("the client has spoken: %t, and its presence is %d", got, want)
		}
	}
	check(present)
	one := make([]byte, 1)
	began, read := make(chan struct{}), make(chan error)
	go func() {
		close(began)
		_, err := io.ReadFull(raw, one)
		read <- err
	}()
	<-began
	check(present)
	if _, err := io.WriteString(client, "EH"); err != nil {
		t.Fatal(err)
	}
	if err := <-read; err != nil {
		t.Fatal(err)
	}
	check(unread)
	_ = client.Close()
	check(unread) // its last word comes first
	if _, err := io.ReadFull(raw, one); err != nil {
		t.Fatal(err)
	}
	_, _ = raw.Read(one) // the end has come
	check(gone)
	_ = raw.Close()
	check(gone)
	wrapped := struct{ net.Conn }{raw}
	if _, known := peek(wrapped); known || spoken(wrapped) {
		t.Error("what cannot be seen is known")
	}
}

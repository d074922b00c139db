package store

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
)

// put brings a message into a store.
func put(s Store, e Envelope, data string) error {
	w, err := s.Create(e)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, data); err != nil {
		return errors.Join(err, w.Abort())
	}
	return w.Commit()
}

// TestStores holds what all stores have in common.
func TestStores(t *testing.T) {
	maildir := func(t *testing.T) (Store, func() int) {
		m := newMaildir(t)
		return m, func() int { return len(files(t, m.dir, "new")) }
	}
	stores := map[string]func(*testing.T) (Store, func() int){
		"maildir": maildir,
		"memory": func(*testing.T) (Store, func() int) {
			s := new(Memory)
			return s, func() int { return len(s.Messages()) }
		},
		"discard": func(*testing.T) (Store, func() int) {
			s := new(Discard)
			return s, func() int { return int(s.Messages()) }
		},
	}
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			t.Run("abort", func(t *testing.T) { testAbort(t, open) })
			t.Run("ended", func(t *testing.T) { testEnded(t, open) })
			t.Run("concurrent", func(t *testing.T) { testConcurrent(t, open) })
		})
	}
}

func testAbort(t *testing.T, open func(*testing.T) (Store, func() int)) {
	s, count := open(t)
	w, err := s.Create(Envelope{Size: 100})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, "half a mess"); err != nil {
		t.Fatal(err)
	}
	if err := w.Abort(); err != nil {
		t.Error(err)
	}
	if n := count(); n != 0 {
		t.Errorf("%d messages after Abort", n)
	}
}

// testEnded holds that a writer that has ended does nothing any more.
func testEnded(t *testing.T, open func(*testing.T) (Store, func() int)) {
	for _, end := range []func(Writer) error{Writer.Commit, Writer.Abort} {
		s, count := open(t)
		w, err := s.Create(Envelope{})
		if err != nil {
			t.Fatal(err)
		}
		if err := end(w); err != nil {
			t.Fatal(err)
		}
		before := count()
		_, writeErr := io.WriteString(w, "more")
		for _, err := range []error{writeErr, w.Commit(), w.Abort()} {
			if !errors.Is(err, ErrMessageEnded) {
				t.Errorf("got error %v", err)
			}
		}
		if n := count(); n != before {
			t.Errorf("%d messages, then %d", before, n)
		}
	}
}

func testConcurrent(t *testing.T, open func(*testing.T) (Store, func() int)) {
	const writers = 8
	s, count := open(t)
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() {
			if err := put(s, Envelope{QueueID: fmt.Sprint(i)}, "message"); err != nil {
				t.Error(err)
			}
			count()
		})
	}
	group.Wait()
	if n := count(); n != writers {
		t.Errorf("%d messages of %d", n, writers)
	}
}

func TestMemory(t *testing.T) {
	s := new(Memory)
	to := []string{"b@example.test"}
	for i, data := range []string{"", "short\r\n", strings.Repeat("long ", 100_000)} {
		if err := put(s, Envelope{QueueID: fmt.Sprint(i), To: to}, data); err != nil {
			t.Fatal(err)
		}
		got := s.Messages()[i]
		if string(got.Data) != data || got.QueueID != fmt.Sprint(i) {
			t.Errorf("message %d: %d octets of %d, queue id %s", i, len(got.Data), len(data), got.QueueID)
		}
	}
	to[0] = "changed"
	if got := s.Messages()[0].To[0]; got != "b@example.test" {
		t.Errorf("the envelope is shared with the caller: %s", got)
	}
	s.Messages()[0].QueueID = "changed"
	if got := s.Messages()[0].QueueID; got != "0" {
		t.Errorf("the list is shared with the caller: %s", got)
	}
}

// TestMemoryOfMessage bounds what a message takes before and after Commit.
func TestMemoryOfMessage(t *testing.T) {
	const mib = 1 << 20
	received := strings.Repeat("r", 300)
	tests := []struct {
		name      string
		size      int64 // as announced
		length    int
		most      float64 // room per octet
		chunksMax int
	}{
		{"small, size unknown", 0, 700, 5, 1},
		{"size known", 8 * mib, 8 * mib, 1.1, 1},
		{"line ends counted as one", 8*mib - 8*mib/40, 8 * mib, 1.1, 1},
		{"size too small", 1000, 8 * mib, 1.5, 100},
		{"size unknown", 0, 8 * mib, 1.5, 100},
		{"size far too large", 1 << 50, 30 * mib, 1.1, 100},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := &memoryWriter{store: &Memory{SpoolAbove: -1}, stored: stored{envelope: Envelope{Size: tt.size, Received: received}}}
			_, _ = io.WriteString(w, received)
			piece := bytes.Repeat([]byte("x"), 32<<10)
			for left := tt.length; left > 0; left -= len(piece) {
				_, _ = w.Write(piece[:min(left, len(piece))])
			}
			room := 0
			for _, c := range w.chunks {
				room += cap(c)
			}
			length := tt.length + len(received)
			if factor := float64(room) / float64(length); factor > tt.most || len(w.chunks) > tt.chunksMax+1 {
				t.Errorf("room for %.2f of the message in %d chunks", factor, len(w.chunks))
			}
			if err := w.Commit(); err != nil {
				t.Fatal(err)
			}
			if got := len(w.store.Messages()[0].Data); got != length {
				t.Errorf("stored %d octets of %d", got, length)
			}
		})
	}
}

func TestDiscard(t *testing.T) {
	s := new(Discard)
	for range 3 {
		if err := put(s, Envelope{}, "message"); err != nil {
			t.Fatal(err)
		}
	}
	if s.Messages() != 3 || s.Octets() != 21 {
		t.Errorf("%d messages, %d octets", s.Messages(), s.Octets())
	}
}

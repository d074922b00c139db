package fakemx

import (
	"bytes"
	"fmt"
	"sync"
	"testing"
)

// A full store takes what comes in the chunks of what it evicts, but never in
// those that somebody may look at.
func TestChunksAreUsedAgain(t *testing.T) {
	s := &MemoryStore{MaxMessages: 2}
	seen := map[*byte]bool{}
	again := 0
	var kept [][]byte
	for i := range 40 {
		if err := put(s, Envelope{Size: 1000}, string(pattern(1000, byte(i)))); err != nil {
			t.Fatal(err)
		}
		chunk := s.messages[len(s.messages)-1].chunks[0]
		if seen[&chunk[0]] {
			again++
		}
		seen[&chunk[0]] = true
		if i%4 == 0 {
			kept = append(kept, s.Messages()[0].Data)
		}
	}
	if again < 10 {
		t.Errorf("%d of 40 messages came into a chunk that was used before", again)
	}
	for i, data := range kept {
		if first := max(4*i-1, 0); !bytes.Equal(data, pattern(1000, byte(first))) {
			t.Errorf("message %d is not what it was when it was handed out", first)
		}
	}
}

// A message that was given up leaves its chunk, too, and what a chunk has more
// than the message needs counts as well.
func TestChunksAreCounted(t *testing.T) {
	s := &MemoryStore{MaxMessages: 1}
	w, _ := s.Create(Envelope{Size: 1500})
	if _, err := w.Write(pattern(1000, 1)); err != nil {
		t.Fatal(err)
	}
	reserved := s.octets
	if err := w.Abort(); err != nil {
		t.Fatal(err)
	}
	if err := put(s, Envelope{Size: 1000}, string(pattern(1000, 2))); err != nil {
		t.Fatal(err)
	}
	if s.octets != reserved {
		t.Errorf("%d octets are reserved for a chunk of %d", s.octets, reserved)
	}
}

func TestUnusedChunks(t *testing.T) {
	for name, tt := range map[string]struct {
		size, need int
		fits       bool
	}{
		"as long as it must be": {1000, 1000, true},
		"somewhat longer":       {1999, 1000, true},
		"too short":             {999, 1000, false},
		"twice as long":         {2000, 1000, false},
		"too long to be kept":   {maxUnusedOctets + 1, maxUnusedOctets, false},
	} {
		t.Run(name, func(t *testing.T) {
			var u unusedChunks
			u.put(make([]byte, tt.size))
			if c := u.get(tt.need); (c != nil) != tt.fits || len(c) != 0 {
				t.Errorf("%d octets in a chunk of %d: got room for %d", tt.need, tt.size, cap(c))
			}
			if len(u) != 0 {
				t.Errorf("%d chunks are left", len(u))
			}
		})
	}
	var u unusedChunks
	for range 2 * maxUnusedChunks {
		u.put(make([]byte, 10))
	}
	if len(u) != maxUnusedChunks {
		t.Errorf("%d chunks are kept, want %d", len(u), maxUnusedChunks)
	}
}

// Writers that use each other's chunks again, beside somebody who looks at the
// messages and keeps what he saw, find their own octets only.
func TestChunksTogether(t *testing.T) {
	s := &MemoryStore{MaxMessages: 8}
	var writers, reader sync.WaitGroup
	for i := range 8 {
		writers.Go(func() {
			for j := range 200 {
				w, _ := s.Create(Envelope{QueueID: fmt.Sprint(i), Size: 1000})
				_, _ = w.Write(pattern(1000, byte(i))[:400])
				_, _ = w.Write(pattern(1000, byte(i))[400:])
				if j%5 == 0 {
					_ = w.Abort()
				} else if err := w.Commit(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	var seen []Message
	stop := make(chan struct{})
	reader.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				seen = append(seen, s.Messages()...)
			}
		}
	})
	writers.Wait()
	close(stop)
	reader.Wait()
	for _, m := range append(seen, s.Messages()...) {
		var i int
		_, _ = fmt.Sscan(m.QueueID, &i)
		if !bytes.Equal(m.Data, pattern(1000, byte(i))) {
			t.Fatalf("a message of writer %d is not what was stored", i)
		}
	}
	if s.Evicted() != 8*160-8 {
		t.Errorf("%d messages were evicted, want %d", s.Evicted(), 8*160-8)
	}
}

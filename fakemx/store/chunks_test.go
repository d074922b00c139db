package store

import (
	"bytes"
	"fmt"
	"sync"
	"testing"
)

// A full store takes what comes in the chunks of what it evicts, but never in
// those that somebody may look at.
func TestChunksAreUsedAgain(t *testing.T) {
	s := &Memory{MaxMessages: 2}
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
	s := &Memory{MaxMessages: 1}
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

// What a client announces and does not send is held no longer than until the
// message is whole, and counts no longer.
func TestUnusedRoomIsGivenBack(t *testing.T) {
	const kib = 1 << 10
	for name, tt := range map[string]struct {
		announced  int64
		length     int
		spoolAbove int64
		most       int64 // reserved, beside the envelope
	}{
		"announced as far too long": {512 * kib, 3, -1, 8},
		"announced as too long":     {10_000, 5000, -1, 5376},
		"not announced, short":      {0, 700, -1, 704},
		"not announced, long":       {0, 50_000, -1, 100_000},
		"spooled later on":          {0, 300 * kib, 200 * kib, 2 * spoolBlock},
		"spooled at once":           {512 * kib, 3, 200 * kib, spoolBlock},
	} {
		t.Run(name, func(t *testing.T) {
			s := &Memory{SpoolAbove: tt.spoolAbove}
			want := pattern(tt.length, 1)
			for range 20 {
				w, _ := s.Create(Envelope{Size: tt.announced})
				for rest, step := want, 300; len(rest) > 0; step = 32 * kib { // a trace field, then what comes
					n, err := w.Write(rest[:min(len(rest), step)])
					if err != nil {
						t.Fatal(err)
					}
					rest = rest[n:]
				}
				if err := w.Commit(); err != nil {
					t.Fatal(err)
				}
			}
			held, length := int64(0), 0
			for _, m := range s.messages {
				held += m.held()
				length += int(m.size)
			}
			if held != s.octets || held > 20*(tt.most+new(Envelope).weight()) || length != 20*tt.length {
				t.Errorf("%d octets are held, and %d reserved, for messages of %d", held, s.octets, length)
			}
			for _, m := range s.Messages() {
				if !bytes.Equal(m.Data, want) {
					t.Fatal("other octets come back")
				}
			}
		})
	}
}

// A full store whose clients always announce too much gives each message the
// chunk that the last one left.
func TestSpareChunksAreUsedAgain(t *testing.T) {
	s := &Memory{MaxMessages: 2}
	seen := map[*byte]bool{}
	for i := range 10 {
		w, _ := s.Create(Envelope{Size: 1000})
		want := pattern(100, byte(i))
		if _, err := w.Write(want); err != nil {
			t.Fatal(err)
		}
		seen[&w.(*memoryWriter).chunks[0][0]] = true
		if err := w.Commit(); err != nil {
			t.Fatal(err)
		}
		all := s.Messages()
		if last := all[len(all)-1]; !bytes.Equal(last.Data, want) {
			t.Fatalf("message %d is not what was stored", i)
		}
	}
	if len(seen) != 1 {
		t.Errorf("10 messages came into %d chunks, want 1", len(seen))
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
	s := &Memory{MaxMessages: 8}
	var writers, reader sync.WaitGroup
	for i := range 8 {
		writers.Go(func() {
			for j := range 200 {
				w, _ := s.Create(Envelope{QueueID: fmt.Sprint(i), Size: int64(1000 + j%3*1000)})
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

package store

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// pattern is so many octets, none of which is like its neighbours.
func pattern(n int, seed byte) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(i) ^ byte(i>>8) ^ byte(i>>16) ^ seed
	}
	return p
}

func queueIDs(s *Memory) string {
	var ids []string
	for _, m := range s.Messages() {
		ids = append(ids, m.QueueID)
	}
	return strings.Join(ids, " ")
}

// Only so many messages are kept, and the others are counted.
func TestMemoryEvicts(t *testing.T) {
	const kib = 1 << 10
	for name, tt := range map[string]struct {
		store   *Memory
		size    int
		kept    string
		evicted int
	}{
		"by count":          {&Memory{MaxMessages: 3}, 10, "7 8 9", 7},
		"by octets":         {&Memory{MaxBytes: 42 * kib}, 10 * kib, "6 7 8 9", 6},
		"by octets spooled": {&Memory{MaxBytes: 3*spoolBlock + 2*kib, SpoolAbove: kib}, spoolBlock, "7 8 9", 7},
		"not at all":        {new(Memory), 10 * kib, "0 1 2 3 4 5 6 7 8 9", 0},
	} {
		t.Run(name, func(t *testing.T) {
			for i := range 10 {
				body := string(pattern(tt.size, byte(i)))
				if err := put(tt.store, Envelope{QueueID: fmt.Sprint(i), Size: int64(tt.size - tt.size/10)}, body); err != nil {
					t.Fatal(err)
				}
				if last := tt.store.Messages(); string(last[len(last)-1].Data) != body {
					t.Fatalf("message %d is not what was stored", i)
				}
			}
			if kept := queueIDs(tt.store); kept != tt.kept || tt.store.Evicted() != tt.evicted {
				t.Errorf("kept %s, %d evicted, want %s, %d", kept, tt.store.Evicted(), tt.kept, tt.evicted)
			}
		})
	}
}

// What is spooled comes back octet by octet, in whatever pieces it came.
func TestSpooledMessages(t *testing.T) {
	s := &Memory{SpoolAbove: 1000}
	lengths := []int{0, 999, 1000, 1001, spoolBlock - 1, spoolBlock, spoolBlock + 1, 3*spoolBlock + 17}
	for i, n := range lengths {
		for _, step := range []int{700, 16 << 10, 1 << 30} {
			for _, size := range []int64{0, int64(n), 1 << 40} {
				e := Envelope{QueueID: fmt.Sprint(i), Size: size}
				w, _ := s.Create(e)
				want := pattern(n, byte(i))
				for rest := want; len(rest) > 0; {
					piece := rest[:min(step, len(rest))]
					rest = rest[len(piece):]
					if written, err := w.Write(piece); err != nil || written != len(piece) {
						t.Fatalf("wrote %d of %d: %v", written, len(piece), err)
					}
				}
				if err := w.Commit(); err != nil {
					t.Fatal(err)
				}
				all := s.Messages()
				if last := all[len(all)-1]; last.Err != nil || !bytes.Equal(last.Data, want) {
					t.Fatalf("%d octets in pieces of %d, announced as %d: other octets come back (%v)", n, step, size, last.Err)
				}
			}
		}
	}
}

// A spool does not grow beyond what it holds at once, and leaves no name
// behind.
func TestSpoolIsUsedAgain(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	s := &Memory{SpoolAbove: 1, MaxMessages: 2}
	body := string(pattern(2*spoolBlock, 1))
	for range 20 {
		if err := put(s, Envelope{}, body); err != nil {
			t.Fatal(err)
		}
		w, _ := s.Create(Envelope{})
		_, _ = io.WriteString(w, body)
		if err := w.Abort(); err != nil {
			t.Fatal(err)
		}
	}
	if s.spool.file == nil {
		t.Skip("this system does not remove open files")
	}
	if s.spool.blocks > 6 {
		t.Errorf("the spool has %d blocks for 2 messages of 2", s.spool.blocks)
	}
	if envelopes := 2 * new(Envelope).weight(); s.octets != 4*spoolBlock+envelopes {
		t.Errorf("%d octets are reserved for %d", s.octets, 4*spoolBlock+envelopes)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
		t.Errorf("the folder for temporary files holds %v, %v", files, err)
	}
}

// Where there can be no spool messages stay in memory.
func TestNoSpool(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir()+"/nowhere")
	s := &Memory{SpoolAbove: 1}
	want := pattern(3*spoolBlock, 1)
	for range 2 {
		if err := put(s, Envelope{}, string(want)); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range s.Messages() {
		if !bytes.Equal(m.Data, want) {
			t.Error("other octets come back")
		}
	}
}

// Messages on their way have their part of the limit, and one too many is
// refused as by a full disk.
func TestMemoryIsFull(t *testing.T) {
	for _, spoolAbove := range []int64{-1, 1000} {
		s := &Memory{MaxBytes: 4 * spoolBlock, SpoolAbove: spoolAbove}
		first, _ := s.Create(Envelope{Size: 2 * spoolBlock})
		body := pattern(2*spoolBlock, 1)
		if _, err := first.Write(body); err != nil {
			t.Fatal(err)
		}
		if err := put(s, Envelope{QueueID: "kept"}, "small"); err != nil {
			t.Fatal(err)
		}
		second, _ := s.Create(Envelope{})
		_, err := second.Write(pattern(3*spoolBlock, 2))
		if !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("error %v, want that there is no room", err)
		}
		if err := second.Abort(); err != nil {
			t.Error(err)
		}
		if err := first.Commit(); err != nil {
			t.Error(err)
		}
		if err := put(s, Envelope{}, "there is room again"); err != nil {
			t.Error(err)
		}
		if all := s.Messages(); len(all) != 2 || !bytes.Equal(all[0].Data, body) || s.Evicted() != 1 {
			t.Errorf("%d messages, %d evicted", len(all), s.Evicted())
		}
	}
}

// Writers that come and go together, some of them spooled, lose nothing.
func TestMemoryTogether(t *testing.T) {
	s := &Memory{SpoolAbove: 10_000}
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for j := range 10 {
				n := 1 << (3 + (i+j)%16)
				body := string(pattern(n, byte(i)))
				if err := put(s, Envelope{QueueID: fmt.Sprint(i, n)}, body); err != nil {
					t.Error(err)
				}
				w, _ := s.Create(Envelope{})
				_, _ = io.WriteString(w, body)
				_ = w.Abort()
			}
		})
	}
	group.Wait()
	all := s.Messages()
	if len(all) != 80 {
		t.Errorf("%d messages, want 80", len(all))
	}
	for _, m := range all {
		var i, n int
		_, _ = fmt.Sscan(m.QueueID, &i, &n)
		if !bytes.Equal(m.Data, pattern(n, byte(i))) {
			t.Errorf("message %s is not what was stored", m.QueueID)
		}
	}
}

package printing

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fakemx/fakemx/internal/cli/cmdline"
)

func TestQueueKeepsTheOrder(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	q := newQueue(&out, cmdline.RecordLimit{Sessions: 100, Octets: 100}, nil, nil)
	for _, word := range []string{"a", "b", "c"} {
		q.put([]byte(word))
	}
	if lost, err := q.close(t.Context()); lost != 0 || err != nil {
		t.Errorf("lost %d, error %v", lost, err)
	}
	if out.String() != "abc" {
		t.Errorf("wrote %q, want abc", &out)
	}
	q.put([]byte("late"))
	if out.String() != "abc" {
		t.Errorf("wrote %q after close", &out)
	}
}

func TestQueueHasRoomAgainOnceItIsRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		q := newQueue(&out, cmdline.RecordLimit{Sessions: 1, Octets: 1}, func() { t.Error("something was dropped") }, nil)
		for range 3 {
			q.put([]byte("x"))
			synctest.Wait()
		}
		if lost, err := q.close(t.Context()); lost != 0 || err != nil || out.String() != "xxx" {
			t.Errorf("lost %d, error %v, wrote %q", lost, err, &out)
		}
	})
}

func TestQueueDropsWhatASlowReaderLeaves(t *testing.T) {
	t.Parallel()
	t.Run("by count", func(t *testing.T) { t.Parallel(); dropsFrom3(t, cmdline.RecordLimit{Sessions: 3, Octets: 100}) })
	t.Run("by octets", func(t *testing.T) { t.Parallel(); dropsFrom3(t, cmdline.RecordLimit{Sessions: 100, Octets: 3}) })
}

// dropsFrom3 expects a queue with the limit to keep three entries of an octet.
func dropsFrom3(t *testing.T, limit cmdline.RecordLimit) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		var complaints atomic.Int32
		q := newQueue(w, limit, func() { complaints.Add(1) }, nil)
		for range 5 {
			q.put([]byte("x")) // must not block: nobody reads yet
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if lost, err := q.close(ctx); lost != 5 || err != nil {
			t.Errorf("with nobody reading: lost %d, error %v, want 5 and none", lost, err)
		}
		synctest.Wait()
		if n := complaints.Load(); n != 1 {
			t.Errorf("complained %d times, want once", n)
		}
		got := make([]byte, 3)
		if _, err := io.ReadFull(r, got); err != nil || string(got) != "xxx" {
			t.Errorf("read %q, %v", got, err)
		}
		if lost, _ := q.close(t.Context()); lost != 2 {
			t.Errorf("lost %d, want 2", lost)
		}
	})
}

// An entry that is longer than the limit is written all the same, if no other
// waits.
func TestQueueTakesALongEntry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		q := newQueue(w, cmdline.RecordLimit{Sessions: 100, Octets: 1}, func() {}, nil)
		q.put([]byte("long"))
		q.put([]byte("x")) // one is before it
		got := make([]byte, 4)
		if _, err := io.ReadFull(r, got); err != nil || string(got) != "long" {
			t.Errorf("read %q, %v", got, err)
		}
		if lost, err := q.close(t.Context()); lost != 1 || err != nil {
			t.Errorf("lost %d, error %v, want 1 and none", lost, err)
		}
	})
}

func TestQueueGivesUpOnAWriteError(t *testing.T) {
	t.Parallel()
	r, w := io.Pipe()
	gone := errors.New("reader left")
	r.CloseWithError(gone)
	failed := false
	q := newQueue(w, cmdline.RecordLimit{Sessions: 100, Octets: 100}, nil, func() { failed = true })
	q.put([]byte("x"))
	lost, err := q.close(t.Context())
	if lost != 1 || !errors.Is(err, gone) || !failed {
		t.Errorf("lost %d, error %v, failed %t, want 1, %v and true", lost, err, failed, gone)
	}
}

// A writtenParts keeps what each Write brought.
type writtenParts struct {
	mu    sync.Mutex
	parts []string
}

func (w *writtenParts) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.parts = append(w.parts, string(p))
	return len(p), nil
}

func (w *writtenParts) all() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.parts)
}

// What comes shortly after a write goes out together; what comes alone, at once.
func TestQueueWritesBatches(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := new(writtenParts)
		q := newQueue(w, cmdline.RecordLimit{Sessions: 100, Octets: 1 << 20}, nil, nil)
		q.put([]byte("alone"))
		synctest.Wait()
		for _, word := range []string{"b", "c", "d"} {
			q.put([]byte(word))
			synctest.Wait()
		}
		if got, want := w.all(), []string{"alone"}; !slices.Equal(got, want) {
			t.Errorf("wrote %q at once, want %q", got, want)
		}
		time.Sleep(2 * breath) // of the bubble
		synctest.Wait()
		time.Sleep(2 * breath)
		q.put([]byte("alone"))
		synctest.Wait()
		if got, want := w.all(), []string{"alone", "bcd", "alone"}; !slices.Equal(got, want) {
			t.Errorf("wrote %q, want %q", got, want)
		}
		q.put([]byte("end"))
		if lost, err := q.close(t.Context()); lost != 0 || err != nil || !slices.Contains(w.all(), "end") {
			t.Errorf("lost %d, %v, wrote %q", lost, err, w.all())
		}
	})
}

// A batch is bounded, and order is kept across batches.
func TestQueueBoundsBatches(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := new(writtenParts)
		q := newQueue(w, cmdline.RecordLimit{Sessions: 1000, Octets: 1 << 20}, nil, nil)
		var all strings.Builder
		for i := range 20 {
			entry := strings.Repeat(string(rune('a'+i)), mostBatch/8+i)
			if i == 10 {
				entry = strings.Repeat("long", mostBatch)
			}
			all.WriteString(entry)
			q.put([]byte(entry))
		}
		if lost, err := q.close(t.Context()); lost != 0 || err != nil || strings.Join(w.all(), "") != all.String() {
			t.Errorf("lost %d, %v, or the order", lost, err)
		}
		for _, part := range w.all() {
			if len(part) > mostBatch && !strings.HasPrefix(part, "longlong") {
				t.Errorf("wrote %d octets in one go", len(part))
			}
		}
		if n := len(w.all()); n > 6 {
			t.Errorf("wrote %d times", n)
		}
	})
}

// What went out whole before the writer failed is not lost.
func TestQueueCountsWhatWentOutBeforeAnError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		q := newQueue(w, cmdline.RecordLimit{Sessions: 100, Octets: 100}, nil, func() {})
		q.put([]byte("first"))
		synctest.Wait() // it is on its way
		for _, word := range []string{"one", "two", "three"} {
			q.put([]byte(word))
		}
		if _, err := io.ReadFull(r, make([]byte, len("firstonetwoth"))); err != nil {
			t.Fatal(err)
		}
		gone := errors.New("reader left")
		r.CloseWithError(gone)
		if lost, err := q.close(t.Context()); lost != 1 || !errors.Is(err, gone) {
			t.Errorf("lost %d, error %v, want 1, %v", lost, err, gone)
		}
	})
}

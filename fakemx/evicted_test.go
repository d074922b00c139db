package fakemx

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
)

func newTestRecords(maxCount int, maxOctets int64) *Server {
	s := &Server{}
	s.records.maxCount, s.records.maxOctets = maxCount, maxOctets
	return s
}

func addSessions(s *Server, from, to int, text string) {
	for i := from; i < to; i++ {
		s.publish(Session{ID: fmt.Sprint(i), Transcript: []Line{{Text: text}}})
	}
}

func ids(list []Session) string {
	var ids []string
	for _, s := range list {
		ids = append(ids, s.ID)
	}
	return strings.Join(ids, " ")
}

// The records are bounded by their number and by what they take.
func TestRecordsAreBounded(t *testing.T) {
	text := strings.Repeat("x", 10_000)
	for name, tt := range map[string]struct {
		count   int
		octets  int64
		kept    string
		evicted int
	}{
		"by count":            {3, 1 << 20, "7 8 9", 7},
		"by octets":           {100, 25_000, "8 9", 8},
		"the last one stays":  {100, 1, "9", 9},
		"within both":         {10, 1 << 20, "0 1 2 3 4 5 6 7 8 9", 0},
		"none are to be kept": {-1, 1 << 20, "", 0},
	} {
		s := newTestRecords(tt.count, tt.octets)
		addSessions(s, 0, 10, text)
		if kept := ids(s.Sessions()); kept != tt.kept || s.Evicted().Sessions != tt.evicted {
			t.Errorf("%s: kept %s, evicted %+v", name, kept, s.Evicted())
		}
	}
}

// WaitSession passes over nothing without saying so.
func TestWaitSessionSaysWhatIsMissing(t *testing.T) {
	s := newTestRecords(2, 1<<20)
	want := func(id string) {
		t.Helper()
		if got, err := s.WaitSession(t.Context()); err != nil || got.ID != id {
			t.Errorf("session %q, %v, want %s", got.ID, err, id)
		}
	}
	addSessions(s, 0, 1, "")
	want("0")
	addSessions(s, 1, 6, "") // 1, 2 and 3 are evicted unseen
	_, err := s.WaitSession(t.Context())
	if e, ok := errors.AsType[*EvictedError](err); !ok || e.Sessions != 3 {
		t.Errorf("error %v, want that 3 sessions are missing", err)
	}
	want("4")
	addSessions(s, 6, 7, "") // 4 is evicted, but has been seen
	want("5")
	want("6")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.WaitSession(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that the wait was cancelled", err)
	}
	s.records.close()
	if _, err := s.WaitSession(t.Context()); !errors.Is(err, net.ErrClosed) {
		t.Errorf("error %v, want that the server is closed", err)
	}
}

func TestWaitSessionWithoutRecords(t *testing.T) {
	s := newTestRecords(-1, 1)
	if _, err := s.WaitSession(t.Context()); !errors.Is(err, errKeepsNone) {
		t.Errorf("error %v, want that none are kept", err)
	}
}

func TestEvictedSaysSo(t *testing.T) {
	if s := (Evicted{}).String(); s != "" {
		t.Errorf("nothing is missing, and it says %q", s)
	}
	if s := (Evicted{Sessions: 3, Messages: 4}).String(); !strings.Contains(s, "3 session records and 4 messages were evicted") {
		t.Error(s)
	}
}

package store

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
)

// manyRecipients is an envelope that is far longer than its message.
func manyRecipients(i int) Envelope {
	e := Envelope{QueueID: fmt.Sprint(i), From: strings.Repeat("s", 4000)}
	for range 100 {
		e.To = append(e.To, strings.Repeat("r", 1000))
	}
	return e
}

// Envelopes have their part of the limit, however short the messages are, and
// give it back.
func TestEnvelopesAreCounted(t *testing.T) {
	const limit = spoolBlock * 4
	for name, tt := range map[string]struct {
		body       string
		spoolAbove int64
	}{
		"in memory": {"x", -1},
		"spooled":   {"xx", 1},
		"empty":     {"", -1},
	} {
		t.Run(name, func(t *testing.T) {
			s := &Memory{MaxBytes: limit, SpoolAbove: tt.spoolAbove}
			for i := range 40 {
				w, _ := s.Create(manyRecipients(i))
				_, _ = w.Write([]byte(tt.body))
				if err := w.Abort(); err != nil {
					t.Fatal(err)
				}
				if err := put(s, manyRecipients(i), tt.body); err != nil {
					t.Fatal(err)
				}
			}
			held := 0
			for _, m := range s.Messages() {
				held += len(m.From) + len(strings.Join(m.To, ""))
			}
			if held > limit || held == 0 || s.octets > limit {
				t.Errorf("the envelopes have %d octets, %d are reserved, within %d", held, s.octets, limit)
			}
			for len(s.messages) > 0 {
				s.evict()
			}
			if s.octets != 0 {
				t.Errorf("%d octets are reserved for no message", s.octets)
			}
		})
	}
}

// An envelope for which there is no room refuses its message, even one without
// an octet.
func TestEnvelopeIsTooLong(t *testing.T) {
	for _, body := range []string{"x", ""} {
		s := &Memory{MaxBytes: 50_000}
		if err := put(s, manyRecipients(1), body); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("error %v, want that there is no room", err)
		}
		if len(s.Messages()) != 0 || s.octets != 0 {
			t.Errorf("%d messages are kept, %d octets reserved", len(s.Messages()), s.octets)
		}
	}
}

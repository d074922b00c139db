package fakemx

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx/internal/front"
	"github.com/fakemx/fakemx/scenarios"
)

func newTestRecorder() *recorder {
	return &recorder{
		now: time.Now, transcript: transcripts.Get().(*transcript), s: Session{Transactions: []Transaction{}, Flags: []Flag{}},
		fetched: func(Session) []Fetch { return nil }, facts: scenarios.Facts{Offers: scenarios.Yes},
	}
}

// Lines come back as they were added, and a transcript is used again without a
// trace of its past.
func TestTranscript(t *testing.T) {
	at := time.Unix(1, 0)
	for round := range 3 {
		tr := transcripts.Get().(*transcript)
		var want []string
		for i := range 400 {
			text := strings.Repeat(fmt.Sprint(round, i), i%7)
			tr.add(at, front.Client, []byte(text))
			want = append(want, text)
		}
		tr.add(at, front.Us, []byte("bad \xff octet"))
		want = append(want, "bad \uFFFD octet", "a notice")
		lines := tr.finish(at, []string{"a notice"})
		if len(lines) != len(want) {
			t.Fatalf("%d lines, want %d", len(lines), len(want))
		}
		for i, l := range lines {
			if l.Text != want[i] {
				t.Errorf("line %d is %q, want %q", i, l.Text, want[i])
			}
		}
		if lines[0].From != "client" || lines[400].From != "peer" || lines[401].From != "event" {
			t.Errorf("from %s, %s, %s", lines[0].From, lines[400].From, lines[401].From)
		}
	}
}

// A full transcript keeps its beginning, and says how much is missing.
func TestFullTranscript(t *testing.T) {
	for _, tt := range []struct{ added, notices, shown int }{
		{maxLines, 0, maxLines},
		{maxLines + 1, 0, maxLines - 1},
		{maxLines, 1, maxLines - 2},
		{maxLines - 1, 1, maxLines - 1},
		{maxLines + 500, 2, maxLines - 3},
	} {
		tr := transcripts.Get().(*transcript)
		for i := range tt.added {
			tr.add(time.Time{}, front.Client, fmt.Append(nil, i))
		}
		lines := tr.finish(time.Time{}, make([]string, tt.notices))
		if len(lines) != min(maxLines, tt.shown+tt.notices+1) {
			t.Errorf("%+v: %d lines", tt, len(lines))
		}
		if got := lines[tt.shown-1].Text; got != fmt.Sprint(tt.shown-1) {
			t.Errorf("%+v: the last line that is kept is %q", tt, got)
		}
		if missing := tt.added - tt.shown; missing > 0 {
			want := fmt.Sprintf("the transcript is full, %d further lines are left out", missing)
			if last := lines[len(lines)-1].Text; last != want {
				t.Errorf("%+v: the last line is %q, want %q", tt, last, want)
			}
		}
	}
}

// A record that is full still knows how the session came out.
func TestFullRecord(t *testing.T) {
	r := newTestRecorder()
	for range maxTransactions + 5 {
		r.begin(Transaction{})
	}
	i := r.begin(Transaction{})
	r.recipient(i, "a@example.test")
	r.accepted(i, 1, false)
	s := r.complete()
	if len(s.Transactions) != maxTransactions || s.Outcome != DeliveredTLS {
		t.Errorf("%d transactions, outcome %s", len(s.Transactions), s.Outcome)
	}
	if n := s.Narrate(); !strings.Contains(n, "6 further transactions are left out") {
		t.Error(n)
	}
}

// Recipients take a bounded part of a record.
func TestManyRecipients(t *testing.T) {
	r := newTestRecorder()
	i := r.begin(Transaction{})
	long := strings.Repeat("x", 10_000)
	for range 200 {
		r.recipient(i, long)
	}
	s := r.complete()
	if n := len(s.Transactions[0].To); n < 90 || n > 110 {
		t.Errorf("%d recipients of 10,000 octets are kept", n)
	}
	if n := s.Narrate(); !strings.Contains(n, "further recipients are left out") {
		t.Error(n)
	}
}

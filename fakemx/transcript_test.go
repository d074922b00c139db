package fakemx

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx/internal/front"
)

func newTestRecorder() *recorder {
	return &recorder{
		recording: &recording{
			now: time.Now, fetched: func(Session) []Fetch { return nil },
		},
		transcript: transcripts.Get().(*transcript), s: Session{Transactions: []Transaction{}, Flags: []Flag{}},
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
		tr.addAll(at, front.Us, []string{"one", "another"})
		tr.add(at, front.Client, []byte("behind them"))
		tr.addAll(at, front.Us, []string{"bad \xff octet", "another"})
		want = append(want, "bad \uFFFD octet", "one", "another", "behind them", "bad \uFFFD octet", "another", "a notice")
		lines := tr.finish(at, []string{"a notice"})
		if len(lines) != len(want) {
			t.Fatalf("%d lines, want %d", len(lines), len(want))
		}
		for i, l := range lines {
			if l.Text != want[i] {
				t.Errorf("line %d is %q, want %q", i, l.Text, want[i])
			}
		}
		if lines[0].From != "client" || lines[400].From != "peer" || lines[401].From != "peer" || lines[403].From != "client" || lines[406].From != "event" {
			t.Errorf("%v", lines)
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

// Lines that come at once are cut off where the transcript is full.
func TestFullTranscriptOfBlocks(t *testing.T) {
	tr := transcripts.Get().(*transcript)
	for range maxLines/3 + 1 {
		tr.addAll(time.Time{}, front.Us, []string{"1", "2", "3"})
	}
	lines := tr.finish(time.Time{}, nil)
	if len(lines) != maxLines || lines[maxLines-2].Text != "3" || lines[maxLines-1].Text != "the transcript is full, 3 further lines are left out" {
		t.Errorf("%d lines, the last are %v", len(lines), lines[len(lines)-2:])
	}
}

// A record that is full still knows how the session came out, and how often it
// delivered.
func TestFullRecord(t *testing.T) {
	for name, tt := range map[string]struct {
		inClear []bool // the messages that are accepted
		want    Accepted
		outcome Outcome
	}{
		"nothing":           {nil, Accepted{}, Open},
		"in TLS":            {[]bool{false}, Accepted{InTLS: 1}, DeliveredTLS},
		"in clear":          {[]bool{true, true}, Accepted{InClear: 2}, DeliveredClear},
		"in clear, and TLS": {[]bool{true, false, false}, Accepted{InTLS: 2, InClear: 1}, DeliveredClear},
	} {
		r := newTestRecorder()
		for range maxTransactions + 5 {
			r.begin(Transaction{})
		}
		for _, inClear := range tt.inClear {
			i := r.begin(Transaction{})
			r.recipient(i, "a@example.test")
			r.accepted(i, 1, inClear)
		}
		s := r.complete()
		if len(s.Transactions) != maxTransactions || s.Outcome != tt.outcome || s.Accepted != tt.want {
			t.Errorf("%s: %d transactions, outcome %s, accepted %+v", name, len(s.Transactions), s.Outcome, s.Accepted)
		}
		if want := (LeftOut{Transactions: 5 + len(tt.inClear)}); s.LeftOut != want {
			t.Errorf("%s: %+v is left out, want %+v", name, s.LeftOut, want)
		}
		if n := s.Narrate(); !strings.Contains(n, fmt.Sprint(s.LeftOut.Transactions)+" further transactions are left out") {
			t.Error(n)
		}
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
	} else if want := (LeftOut{Recipients: 200 - n}); s.LeftOut != want {
		t.Errorf("%+v is left out, want %+v", s.LeftOut, want)
	}
	if n := s.Narrate(); !strings.Contains(n, "further recipients are left out") {
		t.Error(n)
	}
}

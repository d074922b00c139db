package fakemx_test

import (
	"net/smtp"
	"sync"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
)

// An open session is seen with what was said so far, and its snapshot stays what
// it was.
func TestOpenSessions(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	if open := s.OpenSessions(); len(open) != 0 {
		t.Errorf("open before anybody came: %v", open)
	}
	first, second := dial(t, s), dial(t, s)
	second.ehlo()
	second.startTLS(s.ClientTLS())
	second.ehlo()
	second.begin()
	open := s.OpenSessions()
	if len(open) != 2 {
		t.Fatalf("%d sessions are open, want 2", len(open))
	}
	for _, session := range open {
		if session.Outcome != fakemx.Open || session.End != (fakemx.End{}) || !session.Ended.IsZero() || session.Started.IsZero() {
			t.Errorf("a snapshot is %+v", session)
		}
	}
	snapshot := open[1]
	if !heard(open[0], "220 ") || !heard(snapshot, "STARTTLS") || snapshot.TLS == nil || !snapshot.TLS.Completed {
		t.Errorf("they tell\n%s\n%s", open[0].Narrate(), snapshot.Narrate())
	}
	before := snapshot.Narrate()
	second.say("RCPT TO:<late@example.test>", 250)
	second.say("DATA", 354)
	second.say("x\r\n.", 250)
	if after := snapshot.Narrate(); after != before || len(snapshot.Transactions[0].To) != 1 {
		t.Errorf("the snapshot has changed to\n%s", after)
	}
	if now := s.OpenSessions()[1]; now.Outcome != fakemx.Open || now.Accepted.InTLS != 1 {
		t.Errorf("after a delivery it is %s, %+v", now.Outcome, now.Accepted)
	}
	first.quit()
	second.quit()
	for range 2 {
		if _, err := s.WaitSession(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if open := s.OpenSessions(); len(open) != 0 {
		t.Errorf("open after the end: %v", open)
	}
}

// Snapshots can be taken at any time; the race detector looks on.
func TestOpenSessionsWhileTheyGoOn(t *testing.T) {
	t.Parallel()
	s := play(t, nil, fakemx.WithUser("user", "secret"))
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			if err := deliver(s, s.ClientTLS(), smtp.PlainAuth("", "user", "secret", "127.0.0.1")); err != nil {
				t.Error(err)
			}
		})
	}
	over := make(chan struct{})
	go func() { clients.Wait(); close(over) }()
	for {
		select {
		case <-over:
			return
		default:
			for _, session := range s.OpenSessions() {
				_ = session.Narrate()
			}
		}
	}
}

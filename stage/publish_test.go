package stage

import (
	"sync"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
)

// TestNothingIsToldBeforeTheStart: sessions wait until all peers listen, and end
// untold if one cannot.
func TestNothingIsToldBeforeTheStart(t *testing.T) {
	t.Parallel()
	for _, open := range []bool{true, false} {
		told := 0
		s := &Stage{config: Config{OnEvent: func(Event) { told++ }}, settled: make(chan struct{})}
		var session sync.WaitGroup
		session.Go(func() { s.publish(Event{Session: &fakemx.Session{}}) })
		if told > 0 {
			t.Error("an event was told before the start")
		}
		s.open = open
		close(s.settled)
		session.Wait()
		if (told == 1) != open {
			t.Errorf("%d events were told, with the stage started: %t", told, open)
		}
	}
}

package stage

import (
	"testing"
	"testing/synctest"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/mxdns"
)

// TestNothingIsToldBeforeTheStart: sessions wait until all peers listen, and end
// untold if one cannot.
func TestNothingIsToldBeforeTheStart(t *testing.T) {
	t.Parallel()
	for _, open := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			told := 0
			s := &Stage{config: Config{OnEvent: func(Event) { told++ }}, settled: make(chan struct{})}
			go s.publish(Event{Session: &fakemx.Session{}})
			synctest.Wait()
			if told > 0 {
				t.Error("an event was told before the start")
			}
			s.open = open
			close(s.settled)
			synctest.Wait()
			if (told == 1) != open {
				t.Errorf("%d events were told, with the stage started: %t", told, open)
			}
		})
	}
}

// TestWhatIsReadMakesRoom, and who closes a subscription costs nothing any more.
func TestWhatIsReadMakesRoom(t *testing.T) {
	t.Parallel()
	e := Event{Query: &mxdns.Query{Name: "healthy.fakemx.test."}}
	f := &fanout{most: 10, mostBytes: 2 * e.weight()}
	s := f.subscribe()
	for range 20 {
		f.publish(e)
		f.publish(e)
		for range 2 {
			if got, _, _ := s.take(); got != e {
				t.Fatalf("the event is %+v", got)
			}
		}
	}
	s.Close()
	if len(f.list) > 0 {
		t.Error("a closed subscription is still served")
	}
	f.publish(e)
	if _, found, over := s.take(); found || !over {
		t.Errorf("a closed subscription has an event: %t, and has ended: %t", found, over)
	}
}

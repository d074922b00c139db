package stage_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/fakemx/fakemx/stage"
)

// rest are the events that wait, in words, up to the end.
func rest(t *testing.T, events *stage.Subscription) string {
	t.Helper()
	var words []string
	for {
		e, err := events.Next(t.Context())
		switch {
		case errors.Is(err, io.EOF):
			return strings.Join(words, " ")
		case err != nil:
			t.Fatal(err)
		case e.Session != nil:
			words = append(words, e.Session.Scenario)
		case e.Query != nil:
			words = append(words, e.Query.Type)
		default:
			words = append(words, fmt.Sprintf("dropped:%d", e.Dropped))
		}
	}
}

func TestOneStreamOfEvents(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var told []string
	s := stage.Start(t, stage.Config{
		Peers: playing("healthy", "expired"), DNS: "127.0.0.1:0",
		OnEvent: func(e stage.Event) {
			mu.Lock()
			defer mu.Unlock()
			told = append(told, fmt.Sprint(e.Session != nil, e.Query != nil, e.Dropped))
		},
	})
	first := s.Events()
	visit(t, s.Peer("expired"))
	next(t, first, "expired")
	second, idle := s.Events(), s.Events()
	if _, err := s.Resolver().LookupMX(t.Context(), "healthy.fakemx.test."); err != nil {
		t.Fatal(err)
	}
	visit(t, s.Peer("healthy"))
	idle.Close()
	idle.Close()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for name, events := range map[string]*stage.Subscription{"MX healthy": first, "MX healthy ": second, "": idle} {
		if got := rest(t, events); got != strings.TrimSpace(name) {
			t.Errorf("a subscription has %q, want %q", got, name)
		}
	}
	if got, want := strings.Join(told, ", "), "true false 0, false true 0, true false 0"; got != want {
		t.Errorf("OnEvent was told %s, want %s", got, want)
	}
}

// next wants a session with a scenario's peer as the next event.
func next(t *testing.T, events *stage.Subscription, scenario string) {
	t.Helper()
	if e, err := events.Next(t.Context()); err != nil || e.Session == nil || e.Session.Scenario != scenario {
		t.Fatalf("the event is %+v, %v; want a session with %s", e, err, scenario)
	}
}

// TestWhoDoesNotReadHoldsNobodyUp, and learns how much it missed, and where.
func TestWhoDoesNotReadHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]stage.Config{"number": {MaxEvents: 2}, "bytes": {MaxEventBytes: 1}} {
		c.Peers = playing("healthy")
		s := stage.Start(t, c)
		unread, read := s.Events(), s.Events()
		for range 6 {
			visit(t, s.Peer("healthy"))
			next(t, read, "healthy")
		}
		first := "healthy healthy dropped:4"
		if name == "bytes" {
			first = "healthy dropped:5" // one always fits
		}
		for range strings.Count(first, " ") + 1 {
			if _, err := unread.Next(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		fresh := s.Events()
		for range 6 {
			visit(t, s.Peer("healthy"))
			next(t, read, "healthy")
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		for _, events := range []*stage.Subscription{unread, fresh} {
			if got := rest(t, events); got != first {
				t.Errorf("%s: who did not read is told %q, want %q", name, got, first)
			}
		}
	}
}

func TestNextEndsWithItsContext(t *testing.T) {
	t.Parallel()
	s := stage.Start(t, stage.Config{Peers: playing("healthy")})
	events := s.Events()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := events.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("it says %v", err)
	}
	visit(t, s.Peer("healthy"))
	next(t, events, "healthy")
}

// TestSeveralReadersOfOneSubscription get every event between them, and all the
// end.
func TestSeveralReadersOfOneSubscription(t *testing.T) {
	t.Parallel()
	s := stage.Start(t, stage.Config{Peers: playing("healthy")})
	events := s.Events()
	counts := make([]int, 4)
	var reading sync.WaitGroup
	for i := range counts {
		reading.Go(func() {
			for {
				if _, err := events.Next(t.Context()); err != nil {
					return
				}
				counts[i]++
			}
		})
	}
	var visiting sync.WaitGroup
	for range 20 {
		visiting.Go(func() { visit(t, s.Peer("healthy")) })
	}
	visiting.Wait()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	reading.Wait()
	if sum := counts[0] + counts[1] + counts[2] + counts[3]; sum != 20 {
		t.Errorf("%v are %d events, want 20", counts, sum)
	}
}

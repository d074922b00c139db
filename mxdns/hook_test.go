package mxdns

import (
	"context"
	"runtime"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// TestAHookThatDoesNotReturn costs nobody an answer, and is an error of Close.
func TestAHookThatDoesNotReturn(t *testing.T) {
	t.Parallel()
	for want, hook := range map[string]func(Query){
		"OnQuery panicked: no such mailer [query any.fakemx.test. MX]":          func(Query) { panic("no such mailer") },
		"OnQuery exited its goroutine (t.FailNow?) [query any.fakemx.test. MX]": func(Query) { runtime.Goexit() },
	} {
		s, err := New(Config{OnQuery: hook})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := dns.Exchange(new(dns.Msg).SetQuestion("any.fakemx.test.", dns.TypeMX), s.Addr()); err != nil {
				t.Errorf("%s: %v", want, err)
			}
		}
		err = s.Close()
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Count(err.Error(), "OnQuery ") != 1 {
			t.Errorf("Close: %v; want %s, once", err, want)
		}
		if again := s.Close(); again != err { //nolint:errorlint // the very same
			t.Errorf("the second Close: %v", again)
		}
	}
}

// TestAHookThatIsStuck is waited for only as long as hookGrace.
func TestAHookThatIsStuck(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	defer close(release)
	ctx, cancel := context.WithCancel(t.Context())
	h := newHook(ctx, func(Query) { <-release })
	h.grace = 1
	cancel()
	h.tell(Query{Name: "any.test.", Type: "MX"})
	if err := h.end(); err == nil || !strings.Contains(err.Error(), "OnQuery is stuck, 1ns after it should have ended [query any.test. MX]") {
		t.Errorf("the error is %v", err)
	}
}

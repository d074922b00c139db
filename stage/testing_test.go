package stage_test

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/stage"
)

// A fakeTB is a test that may have failed.
type fakeTB struct {
	failed   bool
	cleanups []func()
	log      strings.Builder
}

func (f *fakeTB) Helper()           {}
func (f *fakeTB) Cleanup(fn func()) { f.cleanups = append(f.cleanups, fn) }
func (f *fakeTB) Failed() bool      { return f.failed }
func (f *fakeTB) Logf(format string, args ...any) {
	fmt.Fprintf(&f.log, format+"\n", args...)
}
func (f *fakeTB) Errorf(format string, args ...any) { f.Fatalf(format, args...) }
func (f *fakeTB) Fatalf(format string, args ...any) {
	f.failed = true
	f.Logf(format, args...)
}

func TestStartTest(t *testing.T) {
	t.Parallel()
	for _, failed := range []bool{false, true} {
		tb := &fakeTB{failed: failed}
		peers := playing("healthy", "expired")
		peers[1].MaxSessions = 1
		s := stage.Start(tb, stage.Config{Peers: peers})
		for range 2 {
			visit(t, s.Peer("expired"))
		}
		for _, end := range tb.cleanups {
			end()
		}
		log := tb.log.String()
		if strings.Contains(log, "C: QUIT") != failed || !strings.Contains(log, "fakemx: ") {
			t.Errorf("with the test failed: %t, it logs %q", failed, log)
		}
	}
}

// What a hook did wrong is an error of Close, though a session is cut off; and a
// test hears of it once.
func TestAPanicInAHookIsReportedOnce(t *testing.T) {
	t.Parallel()
	peers := playing("healthy")
	peers[0].OnSession = func(fakemx.Session) { panic("of the hook") }
	for range 5 { // what has ended first is a matter of luck
		s, err := stage.New(stage.Config{Peers: peers})
		if err != nil {
			t.Fatal(err)
		}
		greeted(t, s.Peer("healthy").Addr())
		if err := s.Close(); err == nil || !strings.Contains(err.Error(), "of the hook") {
			t.Errorf("the error is %v", err)
		}
	}
	tb := &fakeTB{}
	greeted(t, stage.Start(tb, stage.Config{Peers: peers}).Peer("healthy").Addr())
	for _, end := range tb.cleanups {
		end()
	}
	if n := strings.Count(tb.log.String(), "OnSession panicked: of the hook"); n != 1 {
		t.Errorf("it is reported %d times: %s", n, tb.log.String())
	}
}

// greeted leaves a connection open until the test ends that has been greeted.
func greeted(t *testing.T, addr string) {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if _, err := c.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
}

func TestStartTestThatCannot(t *testing.T) {
	t.Parallel()
	tb := &fakeTB{}
	if s := stage.Start(tb, stage.Config{Peers: []fakemx.Config{{Listen: "nowhere"}}}); s != nil || !tb.failed || len(tb.cleanups) > 0 {
		t.Errorf("it returns %v and says %q", s, &tb.log)
	}
}

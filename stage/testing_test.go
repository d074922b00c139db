package stage_test

import (
	"fmt"
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

func TestStartTestThatCannot(t *testing.T) {
	t.Parallel()
	tb := &fakeTB{}
	if s := stage.Start(tb, stage.Config{Peers: []fakemx.Config{{Listen: "nowhere"}}}); s != nil || !tb.failed || len(tb.cleanups) > 0 {
		t.Errorf("it returns %v and says %q", s, &tb.log)
	}
}

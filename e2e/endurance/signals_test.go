package endurance_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// A load is mail from several connections at once, some in TLS, some in chunks,
// until the peer is gone.
type load struct {
	addr    string
	workers int

	numbers atomic.Int64 // given to messages so far
	working sync.WaitGroup

	mu       sync.Mutex
	answered map[int]bool
	greeted  map[string]int // names under which the peer greeted us
}

// startLoad begins to send.
func startLoad(addr string, workers int) *load {
	l := &load{addr: addr, workers: workers, answered: map[int]bool{}, greeted: map[string]int{}}
	for worker := range workers {
		l.working.Go(func() {
			for session := 0; l.session(fmt.Sprintf("w%d.s%d.client.test", worker, session), (worker+session)%3 == 0); session++ {
			}
		})
	}
	return l
}

// session sends a few messages in one session; false if there is no peer.
func (l *load) session(name string, inTLS bool) bool {
	c, err := connect(l.addr)
	if err != nil {
		return false
	}
	defer c.drop(false)
	if c.greet(name) != nil {
		return true
	}
	if inTLS && c.secure(name, nil) != nil {
		return true
	}
	l.mu.Lock()
	l.greeted[name]++
	l.mu.Unlock()
	for range 5 {
		number := int(l.numbers.Add(1))
		if err := c.send(text(number), number%2 == 0); err != nil {
			return true
		}
		l.mu.Lock()
		l.answered[number] = true
		l.mu.Unlock()
	}
	c.quit()
	return true
}

// count is how many messages have been answered 250 so far.
func (l *load) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.answered)
}

// SIGKILL may come at any time: every message that was answered 250 is there,
// whole and once, and no other is there in part.
func TestKillUnderLoad(t *testing.T) {
	answered, stored, lost := 0, 0, 0
	runs := pick(2, 20)
	for run := range runs {
		maildir := filepath.Join(t.TempDir(), "mail")
		p := start{args: []string{"--scenario", "healthy", "--messages", maildir}}.start(t)
		l := startLoad(p.addr(), 16)
		eventually(t, "mail that is answered", func() bool { return l.count() > 50+37*run })
		p.signal(t, syscall.SIGKILL)
		p.wait(t)
		l.working.Wait()
		found, gone := checkStock(t, maildir, l.answered)
		t.Logf("run %2d: killed with %d messages sent, %d answered 250, %d found whole, %d lost, %d begun in tmp",
			run+1, l.numbers.Load(), len(l.answered), found, gone, halfWritten(t, maildir))
		answered, stored, lost = answered+len(l.answered), stored+found, lost+gone
	}
	t.Logf("%d runs: %d messages answered 250, %d found whole, %d lost", runs, answered, stored, lost)
}

// After SIGTERM what is under way goes on for a while and then is cut off:
// every session is recorded, and what was answered is there.
func TestTerminateUnderLoad(t *testing.T) {
	for run := range pick(1, 5) {
		maildir := filepath.Join(t.TempDir(), "mail")
		recorded, accepted := map[string]int{}, 0
		p := start{
			args:    []string{"--scenario", "healthy", "--messages", maildir},
			session: func(e event) { recorded[e.HELO]++; accepted += e.accepted() },
		}.start(t)
		l := startLoad(p.addr(), 16)
		idle := idlers(t, p.addr(), 4)
		eventually(t, "mail that is answered", func() bool { return l.count() > 50+100*run })
		p.signal(t, syscall.SIGTERM)
		began := time.Now()
		if code := p.wait(t); code != 0 || p.stderr.Len() > 0 {
			t.Errorf("exit code %d, want 0; standard error: %s", code, &p.stderr)
		}
		took := time.Since(began)
		if took > 20*time.Second { // idle clients have a minute
			t.Errorf("ended %s after SIGTERM, of which 5 s are grace", took)
		}
		l.working.Wait()
		found, _ := checkStock(t, maildir, l.answered)
		maps.Copy(l.greeted, idle)
		for name := range l.greeted {
			if recorded[name] != 1 {
				t.Errorf("session %s is recorded %d times", name, recorded[name])
			}
		}
		if found != accepted || halfWritten(t, maildir) > 0 {
			t.Errorf("%d messages recorded as accepted, %d stored, %d half written", accepted, found, halfWritten(t, maildir))
		}
		t.Logf("run %d: ended %s after SIGTERM; %d sessions greeted, %d recorded; %d messages answered 250, %d accepted, %d stored",
			run+1, took.Round(time.Millisecond), len(l.greeted), p.recorded(), len(l.answered), accepted, found)
	}
}

// idlers are clients that introduce themselves and then say nothing.
func idlers(t *testing.T, addr string, count int) map[string]int {
	t.Helper()
	names := map[string]int{}
	for i := range count {
		c, err := connect(addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.drop(false) })
		name := fmt.Sprintf("idle%d.client.test", i)
		if err := c.greet(name); err != nil {
			t.Fatal(err)
		}
		names[name]++
	}
	return names
}

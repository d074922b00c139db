package endurance_test

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/fakemx/store"
	"github.com/fakemx/fakemx/scenarios"
)

// needsTime skips a soak in a short run that does not ask for one.
func needsTime(t *testing.T) {
	t.Helper()
	if testing.Short() && os.Getenv("FAKEMX_SOAK") == "" {
		t.Skip("it keeps the machine busy: run it without -short, or with make soak")
	}
}

// soakTime is how long a soak lasts: FAKEMX_SOAK, or just enough to show that
// it works.
func soakTime(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv("FAKEMX_SOAK")
	if text == "" {
		return 4 * time.Second
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("FAKEMX_SOAK expects a duration such as 30m: %v", err)
	}
	return d
}

// The command plays every scenario at once, for clients of every kind.
func TestSoak(t *testing.T) {
	needsTime(t)
	s := newSoak(t.TempDir())
	p := start{
		args:  []string{"--scenario", "all", "--messages", s.dir, "--auth", "user:secret", "--timeout", "10s"},
		peers: len(scenarios.WithoutDNS()), session: s.session,
	}.start(t)
	s.peers = p.peers
	var memory, descriptors []int
	s.run(t, soakTime(t), func(elapsed time.Duration) {
		kib, threads := p.resident(t)
		memory, descriptors = append(memory, kib), append(descriptors, p.descriptors(t))
		t.Logf("%8s: %s; %d descriptors, %d threads, %.1f MiB resident",
			elapsed.Round(time.Second), s.counts(), descriptors[len(descriptors)-1], threads, float64(kib)/1024)
	})
	p.stop(t)
	t.Logf("outcomes %v", s.outcomes)
	checkFlat(t, "descriptors", descriptors, 0)
	checkFlat(t, "KiB of memory", memory, 32<<10)
}

// The library does the same within this process, whose goroutines and heap can
// be counted.
func TestSoakOfTheLibrary(t *testing.T) {
	needsTime(t)
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	s := newSoak(t.TempDir())
	servers := s.startServers(t)
	var goroutines, heap []int
	s.run(t, soakTime(t)/4, func(elapsed time.Duration) {
		if len(goroutines) > 0 { // the last ones of a cycle may still be on their way out
			eventually(t, "as few goroutines as before", func() bool { return runtime.NumGoroutine() <= goroutines[0] })
		}
		runtime.GC()
		runtime.GC() // what pools let go of takes two
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		goroutines, heap = append(goroutines, runtime.NumGoroutine()), append(heap, int(m.HeapAlloc>>10))
		t.Logf("%8s: %s; %d goroutines, heap %.1f MiB", elapsed.Round(time.Second), s.counts(), goroutines[len(goroutines)-1], float64(m.HeapAlloc)/(1<<20))
	})
	for _, server := range servers {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	}
	t.Logf("outcomes %v", s.outcomes)
	checkFlat(t, "goroutines", goroutines, 0)
	checkFlat(t, "KiB of heap", heap, 8<<10)
}

// keptSessions is how many records a server of a soak keeps: so few that all have
// as many soon.
const keptSessions = 10

// startServers plays every scenario within this process.
func (s *soak) startServers(t *testing.T) []*fakemx.Server {
	t.Helper()
	var servers []*fakemx.Server
	for _, sc := range scenarios.WithoutDNS() {
		maildir, err := store.NewMaildir(filepath.Join(s.dir, sc.Name))
		if err != nil {
			t.Fatal(err)
		}
		server := fakemx.Start(t, sc, fakemx.WithUser("user", "secret"), func(c *fakemx.Config) {
			c.Store, c.MaxSessions, c.Timeout = maildir, keptSessions, 10*time.Second
			c.OnSession = func(session fakemx.Session) { s.session(eventOf(session)) }
		})
		servers = append(servers, server)
		s.peers = append(s.peers, event{
			Scenario: sc.Name, Addr: server.Addr(), Hostname: server.Host(), CAFile: server.CAFile(),
		})
	}
	return servers
}

func eventOf(s fakemx.Session) event {
	return event{
		Event: "session", Scenario: s.Scenario, Remote: s.Remote, Local: s.Local, Outcome: string(s.Outcome), Accepted: s.Accepted,
	}
}

// checkFlat wants the last third of the samples, which are taken when nothing
// goes on, to be no higher than the first third, but for some slack. A soak that
// is long has less, since there is no warming up in its last third.
func checkFlat(t *testing.T, what string, samples []int, slack int) {
	t.Helper()
	if len(samples) >= 10 {
		slack /= 4
	}
	third := max(1, len(samples)/3)
	first, last := slices.Max(samples[:third]), slices.Max(samples[len(samples)-third:])
	if last > first+slack {
		t.Errorf("%s grow: %d at first, %d at last, of %v", what, first, last, samples)
	}
}

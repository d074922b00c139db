package endurance_test

import (
	"fmt"
	"math/rand/v2"
	"net"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A soak is a load of clients of all kinds on all scenarios, and an account of
// all they did.
type soak struct {
	dir   string // of the Maildirs, each in a folder named by its scenario
	peers []event

	numbers atomic.Int64 // given to messages so far

	mu        sync.Mutex
	balance   map[route]int // connections opened less sessions recorded, where they differ
	connected int
	recorded  int
	outcomes  map[string]int
	accepted  int // messages, by the records
	answered  int
	stored    int
	open      map[int]bool // messages answered 250 since the last settlement
	found     stock        // messages stored since then
}

// A route is both ends of a connection, which may come again.
type route struct{ client, peer string }

func newSoak(dir string) *soak {
	return &soak{dir: dir, balance: map[route]int{}, outcomes: map[string]int{}, open: map[int]bool{}, found: stock{}}
}

// weigh changes the balance of a route.
func (s *soak) weigh(r route, by int) {
	s.balance[r] += by
	if s.balance[r] == 0 {
		delete(s.balance, r)
	}
}

// session takes the record of a session.
func (s *soak) session(e event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.weigh(route{e.Remote, e.Local}, -1)
	s.recorded++
	s.outcomes[e.Outcome]++
	s.accepted += e.accepted()
}

// The load, and how it is measured.
const (
	soakWorkers = 48
	soakCycle   = time.Minute // of load, before a pause for a sample
	soakCycles  = 3           // at least
	soakHurry   = 2 * time.Second
)

// run loads the peers for a time, in cycles with a sample behind each.
func (s *soak) run(t *testing.T, whole time.Duration, sample func(elapsed time.Duration)) {
	t.Helper()
	began := time.Now()
	cycles := max(soakCycles, int(whole/soakCycle))
	for cycle := range cycles {
		s.cycle(t, began.Add(whole/time.Duration(cycles)*time.Duration(cycle+1)))
		sample(time.Since(began))
	}
}

// cycle loads the peers until then, and waits until all is told and counted.
func (s *soak) cycle(t *testing.T, until time.Time) {
	t.Helper()
	var working sync.WaitGroup
	for range soakWorkers {
		working.Go(func() {
			for time.Now().Before(until) {
				kinds[rand.IntN(len(kinds))](s, s.choose())
			}
		})
	}
	stop, collected := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(collected)
		for pause := time.NewTicker(time.Second); ; {
			s.collect(t)
			select {
			case <-pause.C:
			case <-stop:
				pause.Stop()
				return
			}
		}
	}()
	working.Wait()
	close(stop)
	<-collected
	eventually(t, "a record of every session", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.recorded >= s.connected
	})
	s.collect(t)
	s.settle(t)
}

// choose takes the healthy peer most of the time, and any other else, since some
// of those have keys that take seconds to sign with.
func (s *soak) choose() event {
	if rand.IntN(4) > 0 {
		for _, p := range s.peers {
			if p.Scenario == "healthy" {
				return p
			}
		}
	}
	return s.peers[rand.IntN(len(s.peers))]
}

// collect counts the messages that are stored, and removes them.
func (s *soak) collect(t *testing.T) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.peers {
		n, err := s.found.collect(filepath.Join(s.dir, p.Scenario), true)
		if err != nil {
			t.Error(err)
		}
		s.stored += n
	}
}

// dial opens a connection that counts.
func (s *soak) dial(p event) (*client, error) {
	raw, err := net.Dial("tcp", p.Addr)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.connected++
	s.weigh(route{raw.LocalAddr().String(), raw.RemoteAddr().String()}, 1)
	s.mu.Unlock()
	return newClient(raw), raw.SetDeadline(time.Now().Add(soakHurry))
}

// message is the next one to be sent.
func (s *soak) message() (number int, content string) {
	number = int(s.numbers.Add(1))
	return number, text(number)
}

func (s *soak) answer(number int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answered++
	s.open[number] = true
}

func (s *soak) counts() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fmt.Sprintf("%d connections, %d recorded; %d messages sent, %d answered 250, %d accepted, %d stored",
		s.connected, s.recorded, s.numbers.Load(), s.answered, s.accepted, s.stored)
}

// settle wants every connection recorded once, every accepted message stored
// once, and every answered one among them. Then all begins anew, so that the
// account takes no more room the longer a soak lasts.
func (s *soak) settle(t *testing.T) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for r, n := range s.balance {
		t.Errorf("from %s to %s there are %+d more connections than records", r.client, r.peer, n)
	}
	if s.recorded != s.connected || s.stored != s.accepted {
		t.Errorf("%d connections, %d records; %d messages accepted, %d stored", s.connected, s.recorded, s.accepted, s.stored)
	}
	for number, times := range s.found {
		if times != 1 {
			t.Errorf("message %d is stored %d times", number, times)
		}
	}
	for number := range s.open {
		if s.found[number] == 0 {
			t.Errorf("message %d was answered 250 and is lost", number)
		}
	}
	clear(s.open)
	clear(s.found)
}

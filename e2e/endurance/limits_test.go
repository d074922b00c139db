package endurance_test

import (
	"errors"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Where there are no more file descriptors, clients wait or hear a 452, and
// none is lost: once some come free, all is as before.
func TestOutOfDescriptors(t *testing.T) {
	maildir := filepath.Join(t.TempDir(), "mail")
	p := start{shell: "ulimit -n 64;", args: []string{"--scenario", "healthy", "--messages", maildir}}.start(t)
	crowd := make([]*client, 200)
	for i := range crowd {
		c, err := connect(p.addr())
		if err != nil {
			t.Fatal(err)
		}
		crowd[i] = c
	}
	if err := crowd[0].greet("first.test"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the limit on descriptors", func() bool { return p.descriptors(t) >= 64 })
	err := crowd[0].send(text(1), false)
	var refused refusal
	if !errors.As(err, &refused) || !strings.HasPrefix(string(refused), "452 ") {
		t.Errorf("without a descriptor for the message: %v, want 452", err)
	}
	for _, c := range crowd[1:] {
		c.drop(false)
	}
	eventually(t, "the end of all sessions but one", func() bool { return p.recorded() == len(crowd)-1 })
	if err := crowd[0].send(text(2), false); err != nil {
		t.Errorf("with descriptors again: %v, want 250", err)
	}
	crowd[0].quit()
	eventually(t, "the end of the last session", func() bool { return p.recorded() == len(crowd) })
	found, lost := checkStock(t, maildir, map[int]bool{2: true})
	p.stop(t)
	t.Logf("64 descriptors, %d connections: %d recorded, a message refused by 452 at the limit, %d stored behind it, %d lost",
		len(crowd), p.recorded(), found, lost)
}

// Connections that are dropped at once, or a little later, leave a record each
// and nothing else.
func TestConnectionsDropped(t *testing.T) {
	p := start{args: []string{"--scenario", "healthy"}}.start(t)
	settled := p.descriptors(t)
	count := pick(1000, 10_000)
	drops := []func(*client){
		func(c *client) { c.drop(false) },
		func(c *client) { c.drop(true) },
		func(c *client) { _ = c.want('2'); c.drop(false) },
		func(c *client) { _ = c.want('2'); c.drop(true) },
		func(c *client) { _ = c.greet("client.test"); c.drop(true) },
	}
	var failed atomic.Int64
	together(64, count, func(i int) {
		c, err := connect(p.addr())
		if err != nil {
			failed.Add(1)
			return
		}
		drops[i%len(drops)](c)
	})
	eventually(t, "a record of every connection", func() bool { return p.recorded() == count })
	eventually(t, "as few descriptors as before", func() bool { return p.descriptors(t) <= settled })
	l := startLoad(p.addr(), 1)
	eventually(t, "mail behind them", func() bool { return l.count() > 0 })
	recorded := p.recorded()
	p.stop(t)
	l.working.Wait()
	if failed.Load() > 0 {
		t.Errorf("%d of %d connections failed", failed.Load(), count)
	}
	t.Logf("%d connections opened and dropped, %d recorded, %d descriptors before, mail flows behind them", count, recorded, settled)
}

// Clients that send an octet now and then get no more than their time, however
// many they are, and mail flows meanwhile.
func TestSlowloris(t *testing.T) {
	outcomes := map[string]int{}
	p := start{
		args:    []string{"--scenario", "healthy", "--timeout", pick("2s", "4s")},
		session: func(e event) { outcomes[e.Outcome]++ },
	}.start(t)
	var slow sync.WaitGroup
	var told atomic.Int64
	crowd := pick(100, 500)
	for i := range crowd {
		slow.Go(func() {
			if drip(p.addr(), i%6) {
				told.Add(1)
			}
		})
	}
	quick := 0
	for number := range 20 {
		c, err := connect(p.addr())
		if err != nil {
			t.Fatal(err)
		}
		if err := c.greet("quick.test"); err != nil {
			t.Fatal(err)
		}
		if err := c.send(text(number), false); err != nil {
			t.Errorf("mail beside the slow clients: %v", err)
		} else {
			quick++
		}
		c.quit()
	}
	slow.Wait()
	eventually(t, "a record of every session", func() bool { return p.recorded() == crowd+20 })
	p.stop(t)
	if outcomes["faulted"] != crowd {
		t.Errorf("outcomes %v, want %d faulted", outcomes, crowd)
	}
	t.Logf("%d slow clients, of which %d read their 421; %d of 20 messages beside them; outcomes %v", crowd, told.Load(), quick, outcomes)
}

// drip sends octet after octet of what never ends, in one of six places, until
// the peer ends it. It reports whether a 421 came before that.
func drip(addr string, where int) bool {
	c, err := connect(addr)
	if err != nil {
		return false
	}
	defer c.drop(false)
	octet := []byte("x")
	switch where {
	case 1: // in a command
		_ = c.greet("slow.test")
	case 2: // in a handshake
		_ = c.greet("slow.test")
		_ = c.say("STARTTLS", '2')
		octet = []byte{22}
	case 3: // in the text of DATA
		_ = c.greet("slow.test")
		_ = c.envelope()
		_ = c.say("DATA", '3')
	case 4: // in a chunk
		_ = c.greet("slow.test")
		_ = c.envelope()
		_ = c.write("BDAT 1000000 LAST\r\n")
	case 5: // behind a chunk that is announced, and never begun
		_ = c.greet("slow.test")
		_ = c.envelope()
		_ = c.write("BDAT 100 LAST\r\n")
		octet = nil
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for pause := time.NewTicker(100 * time.Millisecond); ; <-pause.C {
			if _, err := c.conn.Write(octet); err != nil {
				pause.Stop()
				return
			}
		}
	}()
	said, _ := io.ReadAll(c.in)
	c.drop(false)
	<-ended
	return strings.Contains(string(said), "421 ")
}

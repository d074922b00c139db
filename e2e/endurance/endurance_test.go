// Package endurance_test ill-treats the built command, from outside: full
// disks, exhausted descriptors, clients that vanish, signals under load, and
// hours of work. What was answered 250 must be stored, whole and once, and
// every connection recorded once. Every test prints its counts.
//
// The tests have two sizes. The small one, which always runs, shows that they
// work; the one that says something is that of make endurance and make soak.
package endurance_test

import (
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/fakemx/fakemx/e2e/internal/tools"
)

// patience bounds waits that last that long only if something is broken.
const patience = 60 * time.Second

// full says that the tests are to be of the size that says something.
var full = os.Getenv("FAKEMX_ENDURANCE") != ""

// pick returns what fits the size of the tests.
func pick[T any](small, large T) T {
	if full {
		return large
	}
	return small
}

// command is the path of the built command.
var command string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "fakemx-endurance-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if command, err = tools.Command(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// eventually waits until a condition holds, which it asks for again and again.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	pause := time.NewTicker(20 * time.Millisecond)
	defer pause.Stop()
	for end := time.Now().Add(patience); !holds(); <-pause.C {
		if time.Now().After(end) {
			t.Errorf("never came: %s", what)
			return
		}
	}
}

// together calls one so often, from so many goroutines at once.
func together(workers, count int, one func(i int)) {
	next := make(chan int)
	var working sync.WaitGroup
	for range workers {
		working.Go(func() {
			for i := range next {
				one(i)
			}
		})
	}
	for i := range count {
		next <- i
	}
	close(next)
	working.Wait()
}

package store

import (
	"errors"
	"testing"
	"testing/synctest"
)

// Who comes while the work goes on is served by the next turn, all of them by
// the same one, and each gets the error of its own.
func TestTogetherSharesATurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var g together
		begun, end := make(chan int), make(chan error)
		turns := 0
		work := func() error {
			turns++ // by one at a time
			begun <- turns
			return <-end
		}
		first, later := make(chan error, 1), make(chan error, 3)
		go func() { first <- g.do(work) }()
		if n := <-begun; n != 1 {
			t.Fatalf("turn %d began, want 1", n)
		}
		for range cap(later) {
			go func() { later <- g.do(work) }()
		}
		synctest.Wait() // all wait for the next turn
		if len(later) > 0 {
			t.Error("who came while the work went on was served by it")
		}
		failed := errors.New("disk is gone")
		end <- nil
		if n := <-begun; n != 2 {
			t.Fatalf("turn %d began, want 2", n)
		}
		end <- failed
		synctest.Wait()
		if err := <-first; err != nil {
			t.Errorf("the first turn returned %v", err)
		}
		for range cap(later) {
			if err := <-later; !errors.Is(err, failed) {
				t.Errorf("the second turn returned %v, want %v", err, failed)
			}
		}
		if turns != 2 {
			t.Errorf("%d turns, want 2", turns)
		}
	})
}

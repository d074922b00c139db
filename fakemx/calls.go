package fakemx

import (
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A place is a function of the caller's in which a session may be.
type place int32

const (
	nowhere place = iota
	inHook
	inCreate
	inWrite
	inCommit
	inAbort
)

func (p place) String() string {
	return [...]string{"no function of the caller", "OnSession", "Store.Create", "Writer.Write", "Writer.Commit", "Writer.Abort"}[p]
}

// calls are the calls of the caller's functions: of OnSession and, a message
// each, of the store. go-smtp does not wait for the latter when a connection
// breaks off, so that one may still want to begin when the server is closed.
type calls struct {
	mu      sync.Mutex
	stopped bool // no message begins any more
	under   map[*call]struct{}
	idle    chan struct{} // closed when under becomes empty; nil if nobody waits
	errs    []error       // of functions that did not return as they should
	more    int           // of those beyond maxErrs
}

// maxErrs is how many errors are kept.
const maxErrs = 10

// A call is under way for one session.
type call struct {
	of      *calls
	session string // its ID
	at      atomic.Int32
	left    bool // the function has left its goroutine
}

// begin adds a call; nil if it is for a message and no more may begin. end must
// follow.
func (c *calls) begin(session string, message bool) *call {
	c.mu.Lock()
	defer c.mu.Unlock()
	if message && c.stopped {
		return nil
	}
	if c.under == nil {
		c.under = make(map[*call]struct{})
	}
	k := &call{of: c, session: session}
	c.under[k] = struct{}{}
	return k
}

func (k *call) end() {
	k.of.mu.Lock()
	defer k.of.mu.Unlock()
	delete(k.of.under, k)
	if len(k.of.under) == 0 && k.of.idle != nil {
		close(k.of.idle)
		k.of.idle = nil
	}
}

// A misconduct is how a function of the caller ended that did not return, or
// returned what it must not.
type misconduct struct{ text string }

func (m misconduct) Error() string { return m.text }

// do calls a function of the caller. If it panics, that is kept and returned as
// a misconduct. If it leaves its goroutine, as t.FailNow does, that is kept too,
// and nothing can hold the goroutine.
func (k *call) do(at place, f func() error) (err error) {
	k.at.Store(int32(at))
	returned := false
	defer func() {
		k.at.Store(int32(nowhere))
		if returned {
			return
		}
		if value := recover(); value != nil {
			err = k.misconduct(fmt.Sprintf("%s panicked: %s", at, panicText(value)), debug.Stack())
			return
		}
		k.left = true
		_ = k.misconduct(at.String()+" exited its goroutine (t.FailNow?)", debug.Stack())
	}()
	err = f()
	returned = true
	return err
}

// panicText is what is said of the value of a panic.
func panicText(value any) string {
	text := fmt.Sprint(value)
	if strings.Contains(text, "Ginkgo panics to prevent subsequent assertions") {
		return "an assertion failed, as Ginkgo reports" // instead of advice that is of no use here
	}
	return text
}

// misconduct keeps what a function of the caller did wrong, with the stack if
// there is one.
func (k *call) misconduct(text string, stack []byte) error {
	kept := fmt.Errorf("%s [session %s]", text, k.session)
	if len(stack) > 0 {
		kept = fmt.Errorf("%w\n%s", kept, stack)
	}
	k.of.keep(kept)
	return misconduct{text}
}

func (c *calls) keep(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.errs) < maxErrs {
		c.errs = append(c.errs, err)
	} else {
		c.more++
	}
}

// err is all that was kept; nil if nothing was.
func (c *calls) err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	errs := slices.Clone(c.errs)
	if c.more > 0 {
		errs = append(errs, fmt.Errorf("and %d more like these", c.more))
	}
	return errors.Join(errs...)
}

// stop lets no more messages begin. The channel is closed when no call is under
// way.
func (c *calls) stop() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopped = true
	if c.idle == nil {
		c.idle = make(chan struct{})
	}
	idle := c.idle
	if len(c.under) == 0 {
		close(c.idle)
		c.idle = nil
	}
	return idle
}

// stuck says which calls have not returned after so much time.
func (c *calls) stuck(after time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var errs []error
	for k := range c.under {
		at := place(k.at.Load())
		if at == nowhere {
			continue
		}
		errs = append(errs, fmt.Errorf("session %s is stuck in %s, %s after it should have ended", k.session, at, after))
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	if len(errs) > maxErrs {
		more := len(errs) - maxErrs
		errs = append(errs[:maxErrs], fmt.Errorf("and %d more sessions", more))
	}
	return errors.Join(errs...)
}

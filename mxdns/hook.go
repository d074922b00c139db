package mxdns

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

// hookGrace is how long OnQuery may still run when the server is being closed.
const hookGrace = 5 * time.Second

// A hook calls OnQuery, and keeps how it failed to return the first time.
type hook struct {
	call  func(Query)
	ctx   context.Context //nolint:containedctx // it ends with the server, as the hook does
	grace time.Duration

	mu  sync.Mutex
	err error
}

func newHook(ctx context.Context, call func(Query)) *hook {
	return &hook{call: call, ctx: ctx, grace: hookGrace}
}

// tell calls OnQuery and waits until it returns. It runs in a goroutine of its
// own: if it panics or exits its goroutine, as t.FailNow does, the query is
// answered all the same.
func (h *hook) tell(query Query) {
	if h.call == nil {
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.run(query)
	}()
	select {
	case <-done:
		return
	case <-h.ctx.Done():
	}
	timer := time.NewTimer(h.grace)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
		h.keep(fmt.Errorf("OnQuery is stuck, %s after it should have ended [query %s %s]", h.grace, query.Name, query.Type))
	}
}

func (h *hook) run(query Query) {
	returned := false
	defer func() {
		if returned {
			return
		}
		said := "exited its goroutine (t.FailNow?)"
		if value := recover(); value != nil {
			said = fmt.Sprintf("panicked: %v", value)
		}
		h.keep(fmt.Errorf("OnQuery %s [query %s %s]\n%s", said, query.Name, query.Type, debug.Stack()))
	}()
	h.call(query)
	returned = true
}

func (h *hook) keep(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.err == nil {
		h.err = err
	}
}

// end is the error that was kept; nil if there is none.
func (h *hook) end() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.err
}

package fakemx

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"
)

// closePatience is how long Close waits for functions of the caller.
const closePatience = 10 * time.Second

// Shutdown stops accepting connections, waits for the open ones to end by
// themselves, and then closes the server as [Server.Close] does. If ctx ends
// first, Shutdown ends the open connections, and its error includes that of
// ctx.
func (s *Server) Shutdown(ctx context.Context) error {
	s.closing.Store(true)
	s.closeListeners()
	over := make(chan struct{})
	go func() {
		s.front.Wait()
		close(over)
	}()
	var err error
	select {
	case <-over:
	case <-ctx.Done():
		err = ctx.Err()
	}
	return errors.Join(err, s.Close())
}

// Close ends all sessions, records them, and waits until everything the server
// started has stopped. It may be called more than once and always returns the
// same error.
//
// The error says what went wrong while the server ran: a panic or an exited
// goroutine (t.FailNow) in [Config.OnSession] or the store, or a listener that
// failed. Close waits at most ten seconds for OnSession and the store to
// return. After that, the error names the sessions that are stuck there, and
// Close leaves them behind.
func (s *Server) Close() error { return s.close("the server was closed") }

// settle accepts no more connections and lets sessions end that are about to.
func (s *Server) settle(ctx context.Context) {
	s.closing.Store(true)
	s.closeListeners()
	s.front.Settle(ctx)
}

// close tells the sessions that it cuts off why.
func (s *Server) close(why string) error {
	s.closed.Do(func() { s.closeErr = s.end(why) })
	return s.closeErr
}

func (s *Server) end(why string) error {
	s.closing.Store(true)
	s.closeListeners()
	_ = s.front.Close()
	s.front.Kill(why)
	stuck := s.waitForSessions()
	if s.responder != nil {
		_ = s.responder.Close()
	}
	s.records.close()
	// No more files after this: an unused once is used up.
	s.files.once.Do(func() { s.files.err = net.ErrClosed })
	var err error
	if s.files.dir != "" {
		err = os.RemoveAll(s.files.dir)
	}
	return errors.Join(s.calls.err(), stuck, err)
}

// waitForSessions waits until all sessions have ended, and says which ones do
// not.
func (s *Server) waitForSessions() error {
	over := make(chan struct{})
	go func() {
		defer close(over)
		s.front.Wait()
		s.serving.Wait()
		_ = s.inner.Shutdown(context.Background())
		<-s.calls.stop()
	}()
	limit := time.NewTimer(s.patience)
	defer limit.Stop()
	select {
	case <-over:
		return nil
	case <-limit.C:
	}
	_ = s.calls.stop()
	if stuck := s.calls.stuck(s.patience); stuck != nil {
		return stuck
	}
	select {
	case <-over:
		return nil
	default:
		return fmt.Errorf("%d sessions have not ended, %s after they should have", s.front.Open(), s.patience)
	}
}

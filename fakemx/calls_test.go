package fakemx_test

import (
	"context"
	"errors"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/fakemx/store"
	"github.com/fakemx/fakemx/scenarios"
)

// begin starts a healthy peer whose Close is the test's to call.
func begin(t *testing.T, edit func(*fakemx.Config)) *fakemx.Server {
	t.Helper()
	c := fakemx.Config{Scenario: scenarios.MustGet("healthy")}
	edit(&c)
	s, err := fakemx.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A hook that goes wrong is an error of Close, and ends nothing else.
func TestHookGoesWrong(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		hook func()
		says []string
	}{
		"panic":     {func() { panic("boom") }, []string{"OnSession panicked: boom [session ", "calls_test.go"}},
		"error":     {func() { panic(io.ErrClosedPipe) }, []string{"OnSession panicked: " + io.ErrClosedPipe.Error()}},
		"t.FailNow": {runtime.Goexit, []string{"OnSession exited its goroutine (t.FailNow?) [session "}},
		"Ginkgo": {
			func() { panic("\nYour Test Panicked\n Ginkgo panics to prevent subsequent assertions from running.") },
			[]string{"OnSession panicked: an assertion failed, as Ginkgo reports"},
		},
	} {
		for way, leave := range map[string]func(*talker){"QUIT": (*talker).quit, "FIN": (*talker).hangUp} {
			t.Run(name+" "+way, func(t *testing.T) {
				t.Parallel()
				s := begin(t, func(c *fakemx.Config) { c.OnSession = func(fakemx.Session) { tt.hook() } })
				for range 2 {
					c := dial(t, s)
					c.ehlo()
					leave(c)
					if _, err := s.WaitSession(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				err := s.Close()
				for _, says := range tt.says {
					if err == nil || strings.Count(err.Error(), says) < 2 {
						t.Errorf("Close says %q, want twice %q", err, says)
					}
				}
				if again := s.Close(); again == nil || again.Error() != err.Error() {
					t.Errorf("Close says %v at last", again)
				}
			})
		}
	}
}

// Clients that are turned away have sessions, too, whose hook runs beside the
// one that accepts connections.
func TestHookLeavesWhereClientsAreTurnedAway(t *testing.T) {
	t.Parallel()
	s := begin(t, func(c *fakemx.Config) {
		c.MaxConnections = 1
		c.OnSession = func(fakemx.Session) { runtime.Goexit() }
	})
	first := dial(t, s)
	for range 3 {
		dialTo(t, s.Addr()).want(421)
	}
	first.quit()
	if err := s.Close(); err == nil || strings.Count(err.Error(), "exited its goroutine") < 4 {
		t.Errorf("Close says %v", err)
	}
}

// No more errors are kept than anybody reads.
func TestHookGoesWrongOften(t *testing.T) {
	t.Parallel()
	s := begin(t, func(c *fakemx.Config) { c.OnSession = func(fakemx.Session) { panic("boom") } })
	for range 13 {
		dial(t, s).quit()
		_, _ = s.WaitSession(t.Context())
	}
	err := s.Close()
	if err == nil || strings.Count(err.Error(), "boom") != 10 || !strings.Contains(err.Error(), "and 3 more like these") {
		t.Errorf("Close says %v", err)
	}
}

// rogue is a store that does something wrong at one of its steps.
type rogue struct {
	at  string
	act func() (n int)

	mu      sync.Mutex
	aborted int
}

func (r *rogue) Create(store.Envelope) (store.Writer, error) {
	switch r.at {
	case "create":
		r.act()
	case "nothing":
		return nil, nil
	case "nil":
		return (*rogueWriter)(nil), nil
	}
	return &rogueWriter{r}, nil
}

type rogueWriter struct{ of *rogue }

func (w *rogueWriter) Write(p []byte) (int, error) {
	if w.of.at == "write" {
		return w.of.act(), nil
	}
	return len(p), nil
}

func (w *rogueWriter) Commit() error {
	if w.of.at == "commit" {
		w.of.act()
	}
	return nil
}

func (w *rogueWriter) Abort() error {
	w.of.mu.Lock()
	defer w.of.mu.Unlock()
	w.of.aborted++
	return nil
}

// A store that goes wrong costs one message: the client is told to keep it, the
// transcript and Close say why.
func TestStoreGoesWrong(t *testing.T) {
	t.Parallel()
	boom := func() int { panic("boom") }
	const dataText, chunkText = "DATA\r\nx\r\n.\r\n", "BDAT 1 LAST\r\nx"
	for name, tt := range map[string]struct {
		at    string
		act   func() int
		code  int
		event string
		close string // empty: no error
		abort int
	}{
		"panic in Create": {"create", boom, 451, "message not stored: Store.Create panicked: boom", "Store.Create panicked: boom", 0},
		"panic in Write":  {"write", boom, 451, "message not stored: Writer.Write panicked: boom", "Writer.Write panicked: boom", 1},
		"panic in Commit": {"commit", boom, 451, "message not stored: Writer.Commit panicked: boom", "Writer.Commit panicked: boom", 0},
		"nothing":         {"nothing", boom, 451, "message not stored: Store.Create returned neither", "Store.Create returned neither a Writer nor an error", 0},
		"nil Writer":      {"nil", boom, 451, "message not stored: Store.Create returned neither", "Store.Create returned neither a Writer nor an error", 0},
		"writes short":    {"write", func() int { return 0 }, 452, "message not stored: short write", "", 1},
		"writes long":     {"write", func() int { return 1 << 20 }, 452, "message not stored: short write", "", 1},
		"writes below 0":  {"write", func() int { return -1 }, 452, "message not stored: short write", "", 1},
	} {
		for way, text := range map[string]string{"DATA": dataText, "BDAT": chunkText} {
			t.Run(name+" "+way, func(t *testing.T) {
				t.Parallel()
				r := &rogue{at: tt.at, act: tt.act}
				s := begin(t, func(c *fakemx.Config) { c.Store = r })
				c := dial(t, s)
				c.ehlo()
				for range 2 { // the session goes on
					c.begin()
					c.send(text)
					if way == "DATA" {
						c.want(354)
					}
					c.want(tt.code)
				}
				c.quit()
				session, err := s.WaitSession(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(session.Narrate(), tt.event) || session.Transactions[0].Accepted {
					t.Errorf("want event %q in\n%s", tt.event, session.Narrate())
				}
				err = s.Close()
				if tt.close == "" && err != nil || tt.close != "" && (err == nil || !strings.Contains(err.Error(), tt.close)) {
					t.Errorf("Close says %v, want %q", err, tt.close)
				}
				if r.aborted != 2*tt.abort {
					t.Errorf("%d messages of 2 were aborted", r.aborted)
				}
			})
		}
	}
}

// A store that leaves its goroutine takes the session with it, and nothing else.
func TestStoreLeaves(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"create", "write", "commit"} {
		for way, text := range map[string]string{"DATA": "DATA\r\nx\r\n.\r\n", "BDAT": "BDAT 1 LAST\r\nx"} {
			t.Run(at+" "+way, func(t *testing.T) {
				t.Parallel()
				r := &rogue{at: at, act: func() int { runtime.Goexit(); return 0 }}
				s := begin(t, func(c *fakemx.Config) { c.Store = r })
				c := dial(t, s)
				c.ehlo()
				c.begin()
				c.send(text)
				if rest := c.rest(); !strings.Contains(rest, "421 4.0.0 Internal server error") {
					t.Errorf("the client is told %q", rest)
				}
				session, err := s.WaitSession(t.Context())
				if err != nil || !strings.Contains(session.Narrate(), "message not stored: the store exited its goroutine") {
					t.Errorf("error %v\n%s", err, session.Narrate())
				}
				if err := s.Close(); err == nil || !strings.Contains(err.Error(), "exited its goroutine (t.FailNow?) [session "+session.ID) {
					t.Errorf("Close says %v", err)
				}
			})
		}
	}
}

// Close does not wait for ever for what does not return, and says where it is.
func TestCloseNamesWhoIsStuck(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		at   string // of the store; empty for the hook
		says string
	}{
		"hook":   {"", "is stuck in OnSession, 10ms after it should have ended"},
		"create": {"create", "is stuck in Store.Create, 10ms after"},
		"write":  {"write", "is stuck in Writer.Write, 10ms after"},
		"commit": {"commit", "is stuck in Writer.Commit, 10ms after"},
	} {
		for way, end := range map[string]func(*fakemx.Server) error{
			"Close": (*fakemx.Server).Close,
			"Shutdown": func(s *fakemx.Server) error {
				ctx, cancel := context.WithCancel(context.Background())
				cancel()
				err := s.Shutdown(ctx)
				if !errors.Is(err, context.Canceled) {
					t.Errorf("Shutdown says %v", err)
				}
				return err
			},
		} {
			t.Run(name+" "+way, func(t *testing.T) {
				t.Parallel()
				entered, release, left := make(chan string, 1), make(chan struct{}), make(chan struct{})
				block := func(id string) int {
					entered <- id
					<-release
					close(left)
					return 0
				}
				s := begin(t, func(c *fakemx.Config) {
					if tt.at == "" {
						c.OnSession = func(s fakemx.Session) { block(s.ID) }
					} else {
						c.Store = &rogue{at: tt.at, act: func() int { return block("") }}
					}
				})
				s.SetPatience(10 * time.Millisecond)
				c := dial(t, s)
				c.ehlo()
				if tt.at == "" {
					c.hangUp()
				} else {
					c.begin()
					c.send("BDAT 1 LAST\r\nx")
				}
				id := <-entered
				err := end(s)
				if err == nil || !strings.Contains(err.Error(), "session "+id) || !strings.Contains(err.Error(), tt.says) {
					t.Errorf("it says %v, want %q of session %s", err, tt.says, id)
				}
				close(release)
				<-left
			})
		}
	}
}

// A listener that fails is an error of Close; that it fails when Close ends it is
// none.
func TestListenerFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("the tunnel broke down")
	s := begin(t, func(*fakemx.Config) {})
	s.Serve(&brokenListener{Listener: listener(t), err: broken})
	if err := s.Close(); !errors.Is(err, broken) {
		t.Errorf("Close says %v", err)
	}
	l := &brokenListener{Listener: listener(t), err: broken, until: make(chan struct{})}
	s = begin(t, func(c *fakemx.Config) { c.Listener = l })
	if err := s.Close(); err != nil {
		t.Errorf("Close says %v", err)
	}
}

// brokenListener fails to accept, at once or when it is closed.
type brokenListener struct {
	net.Listener
	err   error
	until chan struct{}
	once  sync.Once
}

func (l *brokenListener) Accept() (net.Conn, error) {
	if l.until != nil {
		<-l.until
	}
	return nil, l.err
}

func (l *brokenListener) Close() error {
	l.once.Do(func() {
		if l.until != nil {
			close(l.until)
		}
	})
	return l.Listener.Close()
}

// What went wrong in a hook fails the test that Start is for.
func TestStartReportsWhatWentWrong(t *testing.T) {
	t.Parallel()
	tb := new(fakeTB)
	s := fakemx.Start(tb, scenarios.MustGet("healthy"), func(c *fakemx.Config) {
		c.OnSession = func(fakemx.Session) { panic("boom") }
	})
	dial(t, s).quit()
	for _, clean := range tb.cleanups {
		clean()
	}
	text := strings.Join(tb.logged, "\n")
	if !tb.failed || !strings.Contains(text, "OnSession panicked: boom") || !strings.Contains(text, "C: QUIT") {
		t.Errorf("failed: %v, with text %q", tb.failed, text)
	}
}

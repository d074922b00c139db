package fakemx_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/fakemx/store"
)

// failing is a store that fails at one of its steps, and counts what is begun
// and not ended.
type failing struct {
	at  string // create, write, late write, commit
	err error

	mu       sync.Mutex
	open     int
	messages []string
}

func (f *failing) Create(store.Envelope) (store.Writer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.at == "create" {
		return nil, f.err
	}
	f.open++
	return &failingWriter{store: f}, nil
}

type failingWriter struct {
	store *failing
	text  strings.Builder
}

func (w *failingWriter) Write(p []byte) (int, error) {
	if w.store.at == "write" || w.store.at == "late write" && w.text.Len() > 1000 {
		return 0, w.store.err
	}
	return w.text.Write(p)
}

func (w *failingWriter) end() {
	w.store.mu.Lock()
	defer w.store.mu.Unlock()
	w.store.open--
}

func (w *failingWriter) Commit() error {
	w.end()
	if w.store.at == "commit" {
		return w.store.err
	}
	w.store.mu.Lock()
	defer w.store.mu.Unlock()
	w.store.messages = append(w.store.messages, w.text.String())
	return nil
}

func (w *failingWriter) Abort() error {
	w.end()
	return nil
}

// A store that fails is no loss: the client is told to keep the message.
func TestStoreFails(t *testing.T) {
	t.Parallel()
	long := strings.Repeat(strings.Repeat("x", 70)+"\r\n", 5000)
	for _, at := range []string{"create", "write", "late write", "commit"} {
		for err, enhanced := range map[error]string{syscall.ENOSPC: "4.3.1", errors.New("broken"): "4.3.0"} {
			for transport, text := range map[string]string{
				"DATA": "DATA\r\n" + long + ".\r\n", "BDAT": "BDAT 360000 LAST\r\n" + long,
			} {
				t.Run(at+" "+enhanced+" "+transport, func(t *testing.T) {
					t.Parallel()
					store := &failing{at: at, err: err}
					s := play(t, nil, func(c *fakemx.Config) { c.Store = store })
					c := dialTo(t, s.Addr())
					addressed(c)
					c.send(text)
					if transport == "DATA" {
						c.want(354)
					}
					if reply := c.want(452); !strings.HasPrefix(reply, enhanced+" ") {
						t.Errorf("the reply is %q", reply)
					}
					c.say("NOOP", 250)
					c.quit()
					session := only(t, s)
					if session.Transactions[0].Accepted || len(store.messages) > 0 || store.open != 0 {
						t.Errorf("transaction %+v, %d messages, %d open", session.Transactions[0], len(store.messages), store.open)
					}
					if !heard(session, "message not stored: "+err.Error()) || s.Messages() != nil {
						t.Error(session.Narrate())
					}
				})
			}
		}
	}
}

// What breaks off leaves nothing open in the store.
func TestStoreIsToldOfBrokenMessages(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"DATA\r\nx\r\n", "BDAT 9\r\nx", "BDAT 9 LAST\r\nx", "BDAT 1\r\nxRSET\r\nNOOP\r\n", "BDAT 1\r\nxQUIT\r\n", "BDAT 0\r\nEHLO x\r\n",
	} {
		store := &failing{}
		s := play(t, nil, func(c *fakemx.Config) { c.Store = store })
		c := dialTo(t, s.Addr())
		addressed(c)
		c.send(text)
		c.hangUp()
		only(t, s)
		if store.open != 0 || len(store.messages) != 0 {
			t.Errorf("%q: %d open, %d messages", text, store.open, len(store.messages))
		}
	}
}

// The message is on the disk before the client reads the 250.
func TestMaildirBeforeTheReply(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	maildir, err := store.NewMaildir(dir)
	if err != nil {
		t.Fatal(err)
	}
	s := play(t, nil, func(c *fakemx.Config) { c.Store = maildir })
	c := dialTo(t, s.Addr())
	introduced(c)
	for n, text := range []string{"DATA\r\nx\r\n.\r\n", "BDAT 3 LAST\r\nx\r\n"} {
		c.begin()
		c.send(text)
		if strings.HasPrefix(text, "DATA") {
			c.want(354)
		}
		c.want(250)
		stored, err := os.ReadDir(filepath.Join(dir, "new"))
		if err != nil || len(stored) != n+1 {
			t.Errorf("%d messages are in new, want %d (%v)", len(stored), n+1, err)
		}
	}
	c.quit()
	session := only(t, s)
	entries, _ := os.ReadDir(filepath.Join(dir, "new"))
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, "new", e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		first, second := session.Transactions[0].Received+"x\r\n", session.Transactions[1].Received+"x\r\n"
		if string(text) != first && string(text) != second {
			t.Errorf("%s holds %q", e.Name(), text)
		}
	}
	if left, _ := os.ReadDir(filepath.Join(dir, "tmp")); len(left) != 0 {
		t.Errorf("%d files are left in tmp", len(left))
	}
}

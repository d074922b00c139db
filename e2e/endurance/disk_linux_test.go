package endurance_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// tmpfs mounts a file system of its own for the test, which needs root.
func tmpfs(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("fakemx", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("skipped, a small tmpfs cannot be mounted (are you root?): %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// A full disk, or one that has no more places for files, is answered 452:
// nothing is lost, nothing is half there, and mail flows again once there is
// room.
func TestDiskFull(t *testing.T) {
	for name, options := range map[string]string{"octets": "size=300k", "files": "size=8m,nr_inodes=20"} {
		t.Run(name, func(t *testing.T) {
			maildir := filepath.Join(tmpfs(t, options), "mail")
			p := start{args: []string{"--scenario", "healthy", "--messages", maildir}}.start(t)
			f := filling{answered: map[int]bool{}}
			f.fill(t, p.addr(), 20)
			found, lost := checkStock(t, maildir, f.answered)
			if f.refused == 0 || found != len(f.answered) || halfWritten(t, maildir) > 0 {
				t.Errorf("%d messages refused, %d answered 250, %d found, %d half written", f.refused, len(f.answered), found, halfWritten(t, maildir))
			}
			makeRoom(t, maildir)
			before := len(f.answered)
			f.fill(t, p.addr(), 1)
			if len(f.answered) == before {
				t.Error("nothing is taken although there is room again")
			}
			p.stop(t)
			t.Logf("%s: %d messages sent, %d answered 250 before the disk was full, %d answered 452, %d found whole, %d lost, %d half written",
				name, f.numbers, before, f.refused, found, lost, halfWritten(t, maildir))
		})
	}
}

// makeRoom removes all messages.
func makeRoom(t *testing.T, maildir string) {
	t.Helper()
	if _, err := (stock{}).collect(maildir, true); err != nil {
		t.Error(err)
	}
}

// filling sends messages over sessions that go on after a refusal.
type filling struct {
	numbers, refused int
	answered         map[int]bool
}

// perSession is how many messages filling sends in a session.
const perSession = 10

// fill sends messages from so many sessions.
func (f *filling) fill(t *testing.T, addr string, sessions int) {
	t.Helper()
	for range sessions {
		c, err := connect(addr)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.greet("client.test"); err != nil {
			t.Fatal(err)
		}
		for range perSession {
			f.one(t, c)
		}
		c.quit()
	}
}

// one sends a message, which is answered 250 or 452, and nothing else.
func (f *filling) one(t *testing.T, c *client) {
	t.Helper()
	f.numbers++
	err := c.send(text(f.numbers), f.numbers%2 == 0)
	var refused refusal
	switch {
	case err == nil:
		f.answered[f.numbers] = true
	case errors.As(err, &refused) && strings.HasPrefix(string(refused), "452 4.3."):
		f.refused++
	default:
		t.Fatalf("message %d: %v, want 250 or 452", f.numbers, err)
	}
}

// The folder of the messages, or a part of it, may go away and come back.
func TestFolderRemoved(t *testing.T) {
	for _, part := range []string{".", "tmp", "new"} {
		t.Run("remove "+part, func(t *testing.T) {
			maildir := filepath.Join(t.TempDir(), "mail")
			p := start{args: []string{"--scenario", "healthy", "--messages", maildir}}.start(t)
			before, without, after := filling{answered: map[int]bool{}}, filling{answered: map[int]bool{}}, filling{answered: map[int]bool{}}
			before.fill(t, p.addr(), 1)
			if err := os.RemoveAll(filepath.Join(maildir, part)); err != nil {
				t.Fatal(err)
			}
			without.fill(t, p.addr(), 1)
			for _, sub := range []string{"tmp", "new", "cur"} {
				if err := os.MkdirAll(filepath.Join(maildir, sub), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			makeRoom(t, maildir)
			after.fill(t, p.addr(), 1)
			found, _ := checkStock(t, maildir, after.answered)
			p.stop(t)
			report := fmt.Sprintf("10 messages each, answered %d times 250 before, %d times 452 without, %d times 250 after it came back (%d found)",
				len(before.answered), without.refused, len(after.answered), found)
			if len(before.answered) != 10 || without.refused != 10 || found != 10 || halfWritten(t, maildir) > 0 {
				t.Error(report)
			}
			t.Log(report)
		})
	}
}

// The library's messages in memory go to a temporary file when they are long.
// Where that has no room, long ones are answered 452 and short ones stay.
func TestSpoolFull(t *testing.T) {
	t.Setenv("TMPDIR", tmpfs(t, "size=600k"))
	s := fakemx.Start(t, scenarios.MustGet("healthy"))
	f := filling{answered: map[int]bool{}}
	for _, first := range []int{0, 97 - perSession/2, 2*97 - perSession/2} { // around a message of a mebibyte
		f.numbers = first
		f.fill(t, s.Addr(), 1)
	}
	found := stock{}
	for _, m := range s.Messages() {
		number, err := numberOf(m.Data)
		if err != nil {
			t.Error(err)
		}
		found[number]++
	}
	if f.refused != 2 || len(f.answered) != 3*perSession-2 || len(found) != len(f.answered) {
		t.Errorf("%d messages refused, %d answered 250, %d found", f.refused, len(f.answered), len(found))
	}
	t.Logf("%d messages sent, %d answered 250, %d answered 452, %d found whole", 3*perSession, len(f.answered), f.refused, len(found))
}

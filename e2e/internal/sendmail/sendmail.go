package sendmail

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

//go:embed namespace.sh
var namespace string

// grace is how long a child that escaped its killer may keep the output open.
const grace = 5 * time.Second

// TB is what New needs of a test: *testing.T, *testing.B and GinkgoT() do.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// A Sendmail is a configured sendmail with a queue of its own.
type Sendmail struct {
	options Options
	install install
	// peer and port are those of the smart host.
	peer, port string
	dir        string
}

// New configures a sendmail in a temporary folder that is removed at the end
// of the test. It fails the test if that cannot be done; ask Available first.
func New(t TB, options Options) *Sendmail {
	t.Helper()
	s, err := Make(options)
	if err != nil {
		t.Fatalf("sendmail: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// Make configures a sendmail in a temporary folder that Close removes.
func Make(options Options) (*Sendmail, error) {
	installed, err := find()
	if err != nil {
		return nil, err
	}
	peer, port, err := options.peer()
	if err != nil {
		return nil, err
	}
	// A unix socket's path is short, so a test's own folder will not do.
	dir, err := os.MkdirTemp("", "sendmail")
	if err != nil {
		return nil, err
	}
	s := &Sendmail{options: options.withDefaults(), install: installed, peer: peer, port: port, dir: dir}
	if err := s.makeConfig(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close removes sendmail's folder with all that is in it, mail too.
func (s *Sendmail) Close() error { return os.RemoveAll(s.dir) }

// Result is what came of one message.
type Result struct {
	// Log are the lines that sendmail wrote to syslog, in order, without the
	// priority. It is empty if LogReason is not.
	Log []string
	// LogReason says why there is no log.
	LogReason string
	// Output is the dialogue as sendmail -v shows it.
	Output string
	// Exit is the exit code; -1 if sendmail was killed.
	Exit int
	// Delivered: the peer took the message. Queued: it is kept for later.
	Delivered bool
	Queued    bool
}

// Find returns the first line of the log that has all of the parts; it is
// empty if there is none.
func (r Result) Find(parts ...string) string {
next:
	for _, line := range r.Log {
		for _, part := range parts {
			if !strings.Contains(line, part) {
				continue next
			}
		}
		return line
	}
	return ""
}

// Send hands one message to sendmail and waits until it is delivered, refused
// or put off. The message is as a user would type it, with its header.
func (s *Sendmail) Send(from, to, message string) (Result, error) {
	ctx, cancel := context.WithTimeout(context.Background(), s.options.Timeout)
	defer cancel()
	words, reason := s.command(from, to)
	var log *syslog
	if reason == "" {
		var err error
		if log, err = listen(s.path("log")); err != nil {
			return Result{}, err
		}
	}
	result := Result{LogReason: reason}
	var err error
	result.Output, result.Exit, err = s.run(ctx, words, message)
	if log != nil {
		result.Log = log.close()
	}
	if err != nil {
		return result, err
	}
	return s.judge(result)
}

// command is the command line, and the reason if it does without a log.
func (s *Sendmail) command(from, to string) (words []string, reason string) {
	words = []string{
		s.install.path(program), "-C", s.path("sendmail.cf"), "-Am", "-odi", "-v",
		"-f", from, to,
	}
	around, err := isolation()
	if err != nil {
		return words, err.Error()
	}
	before := append([]string(nil), around.enter...)
	before = append(before, "sh", s.path("namespace.sh"), s.dir)
	before = append(before, around.leave...)
	return append(before, words...), ""
}

// run runs a command to its end, or kills it and all its children when ctx is
// done. A sendmail that fails is no error: its exit code tells.
func (s *Sendmail) run(ctx context.Context, words []string, stdin string) (output string, exit int, err error) {
	cmd := exec.CommandContext(ctx, words[0], words[1:]...) //nolint:gosec // the words are ours
	cmd.Env = s.install.environment()
	cmd.Dir = s.dir
	cmd.Stdin = strings.NewReader(stdin)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = grace
	err = cmd.Run()
	var failed *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return out.String(), -1, fmt.Errorf("sendmail took longer than %v and was killed; its output was %q",
			s.options.Timeout, out.String())
	case errors.As(err, &failed):
		return out.String(), failed.ExitCode(), nil
	}
	return out.String(), 0, err
}

// judge says from the dialogue and the queue what became of the message, for
// sendmail exits 0 even if it only put it off.
func (s *Sendmail) judge(r Result) (Result, error) {
	kept, err := filepath.Glob(s.path("queue", "qf*"))
	if err != nil {
		return r, err
	}
	r.Queued = len(kept) > 0
	r.Delivered = strings.Contains(r.Output, "... Sent")
	return r, nil
}

func (s *Sendmail) path(elements ...string) string {
	return filepath.Join(append([]string{s.dir}, elements...)...)
}

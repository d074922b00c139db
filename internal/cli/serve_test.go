package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/fakemx/fakemx/internal/cli"
)

// patience bounds waits that never last that long unless something is broken.
const patience = 20 * time.Second

// TestRunServesUntilTheContextEnds runs within this process, so that goroutines
// that stay behind are seen.
func TestRunServesUntilTheContextEnds(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	ctx, cancel := context.WithCancel(t.Context())
	stdout, w := io.Pipe()
	var stderr bytes.Buffer
	code := make(chan int)
	go func() {
		code <- cli.Run(ctx, []string{"--scenario", "healthy", "--listen", "127.0.0.1:0", "--json"}, nil, w, &stderr)
		_ = w.Close()
	}()
	lines := bufio.NewScanner(stdout)
	addr := nextEvent(t, lines, "ready")["addr"]
	talk(t, addr, "EHLO client.test", "QUIT")
	if got := nextEvent(t, lines, "session")["helo"]; got != "client.test" {
		t.Errorf("the session's helo is %q", got)
	}
	cancel()
	if got := <-code; got != 0 {
		t.Errorf("exit code %d, want 0; standard error: %s", got, &stderr)
	}
	if lines.Scan() {
		t.Errorf("more output: %s", lines.Text())
	}
	if stderr.Len() > 0 {
		t.Errorf("standard error: %s", &stderr)
	}
}

// SMTP goes on while nobody reads the reports; what is not kept is told, at
// once and at the end.
func TestSMTPDoesNotWaitForAReader(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	stdout, w := io.Pipe()
	warnings, stderr, err := os.Pipe() // which holds some lines
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = warnings.Close() }()
	code := make(chan int, 1)
	go func() {
		code <- cli.Run(ctx, []string{"-s", "healthy", "-l", "127.0.0.1:0", "--json", "--max-sessions", "2"}, nil, w, stderr)
		_, _ = w.Close(), stderr.Close()
	}()
	reports, told := bufio.NewScanner(stdout), bufio.NewScanner(warnings)
	addr := nextEvent(t, reports, "ready")["addr"]
	for range 5 {
		talk(t, addr, "EHLO client.test", "QUIT")
	}
	if !told.Scan() || !strings.Contains(told.Text(), "are kept (--max-sessions 2, --max-record-bytes 16 MiB); further ones are dropped until it catches up") {
		t.Errorf("no warning, but %q", told.Text())
	}
	cancel()
	kept := 0
	for reports.Scan() && kept < 5 {
		kept++
	}
	want := fmt.Sprintf("%d session records were not written: nobody read them in time", 5-kept)
	if !told.Scan() || !strings.Contains(told.Text(), want) {
		t.Errorf("told %q, want %q", told.Text(), want)
	}
	if got := <-code; got != 1 || kept < 2 {
		t.Errorf("exit code %d and %d records, want 1 and 2", got, kept)
	}
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args []string
		want int
	}{
		"done":  {[]string{"list"}, 0},
		"usage": {[]string{"list", "--family", "none"}, 2},
		"error": {[]string{"-s", "healthy", "-l", "192.0.2.1:0"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stderr bytes.Buffer
			if got := cli.Run(t.Context(), test.args, nil, io.Discard, &stderr); got != test.want {
				t.Errorf("exit code %d, want %d; standard error: %s", got, test.want, &stderr)
			}
		})
	}
}

func TestSIGTERMWaitsForSessions(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	conn := dial(t, p.addr)
	reply(t, conn, "220")
	p.signal(t, syscall.SIGTERM)
	waitRefused(t, p.addr)
	say(t, conn, "QUIT", "221")
	if got := nextEvent(t, p.stdout, "session")["outcome"]; got != "idle" {
		t.Errorf("the outcome is %q, want idle", got)
	}
	if code := p.wait(t); code != 0 {
		t.Errorf("exit code %d, want 0; standard error: %s", code, &p.stderr)
	}
	p.checkTemporary(t)
}

// A terminal that is closed leaves nothing behind either.
func TestOtherSignalsClearUp(t *testing.T) {
	t.Parallel()
	for _, s := range []syscall.Signal{syscall.SIGHUP, syscall.SIGQUIT} {
		if signal.Ignored(s) {
			t.Logf("%s is ignored here, as under nohup", s)
			continue
		}
		p := startProcess(t)
		p.signal(t, s)
		if code := p.wait(t); code != 0 {
			t.Errorf("%s: exit code %d, want 0; standard error: %s", s, code, &p.stderr)
		}
		p.checkTemporary(t)
	}
}

func TestASecondSignalEndsAtOnce(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	conn := dial(t, p.addr)
	reply(t, conn, "220")
	p.signal(t, syscall.SIGTERM)
	waitRefused(t, p.addr)
	p.signal(t, syscall.SIGTERM)
	nextEvent(t, p.stdout, "session") // cut off, and still recorded
	if code := p.wait(t); code != 0 {
		t.Errorf("exit code %d, want 0; standard error: %s", code, &p.stderr)
	}
	p.checkTemporary(t)
}

func TestTheEndOfTheReaderEndsUs(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	if err := p.pipe.Close(); err != nil {
		t.Fatal(err)
	}
	talk(t, p.addr, "QUIT")
	if code := p.wait(t); code != 1 {
		t.Errorf("exit code %d, want 1; standard error: %s", code, &p.stderr)
	}
	p.checkTemporary(t)
}

// A process is fakemx --json as a user's test starts it.
type process struct {
	cmd    *exec.Cmd
	pipe   io.Closer
	stdout *bufio.Scanner
	stderr bytes.Buffer
	addr   string
	temp   string
}

func startProcess(t *testing.T) *process {
	t.Helper()
	p := &process{temp: t.TempDir()}
	p.cmd = exec.CommandContext(t.Context(), "fakemx", "--scenario", "healthy", "--listen", "127.0.0.1:0", "--json")
	p.cmd.Env = append(os.Environ(), "TMPDIR="+p.temp)
	p.cmd.Stderr = &p.stderr
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.pipe, p.stdout = stdout, bufio.NewScanner(stdout)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.addr = nextEvent(t, p.stdout, "ready")["addr"]
	return p
}

func (p *process) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// wait reads what is left of the output and returns the exit code.
func (p *process) wait(t *testing.T) int {
	t.Helper()
	for p.stdout.Scan() {
		continue
	}
	err := p.cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return p.cmd.ProcessState.ExitCode()
}

// checkTemporary wants nothing of ours left.
func (p *process) checkTemporary(t *testing.T) {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(p.temp, "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %q, %v", left, err)
	}
}

// nextEvent reads a line of --json and returns its fields that are strings.
func nextEvent(t *testing.T, lines *bufio.Scanner, kind string) map[string]string {
	t.Helper()
	if !lines.Scan() {
		t.Fatalf("no %s event: %v", kind, lines.Err())
	}
	var event map[string]any
	if err := json.Unmarshal(lines.Bytes(), &event); err != nil {
		t.Fatalf("%s: %v", lines.Text(), err)
	}
	fields := map[string]string{}
	for name, value := range event {
		if text, ok := value.(string); ok {
			fields[name] = text
		}
	}
	if fields["event"] != kind {
		t.Fatalf("event %s, want %s", lines.Text(), kind)
	}
	return fields
}

// waitRefused waits until the address takes no connections.
func waitRefused(t *testing.T, addr string) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
		conn, err := net.Dial("tcp", addr)
		if errors.Is(err, syscall.ECONNREFUSED) {
			return
		}
		if err == nil {
			_ = conn.Close()
		}
	}
	t.Fatalf("%s still takes connections", addr)
}

func dial(t *testing.T, addr string) *bufio.ReadWriter {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return bufio.NewReadWriter(bufio.NewReader(conn), bufio.NewWriter(conn))
}

// talk holds a dialogue whose replies do not matter, to its end.
func talk(t *testing.T, addr string, commands ...string) {
	t.Helper()
	conn := dial(t, addr)
	for _, command := range commands {
		if _, err := conn.WriteString(command + "\r\n"); err != nil {
			t.Fatal(err)
		}
	}
	if err := conn.Flush(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(conn); err != nil {
		t.Fatal(err)
	}
}

func say(t *testing.T, conn *bufio.ReadWriter, command, code string) {
	t.Helper()
	if _, err := conn.WriteString(command + "\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := conn.Flush(); err != nil {
		t.Fatal(err)
	}
	reply(t, conn, code)
}

func reply(t *testing.T, conn *bufio.ReadWriter, code string) {
	t.Helper()
	line, err := conn.ReadString('\n')
	if err != nil || !strings.HasPrefix(line, code) {
		t.Fatalf("reply %q, %v, want %s", line, err, code)
	}
}

package endurance_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
)

// An event is what a line of --json tells, as far as it matters here.
type event struct {
	Event    string
	Scenario string
	Addr     string
	Hostname string
	CAFile   string `json:"ca_file"`
	Remote   string
	Local    string
	HELO     string
	Outcome  string
	Accepted fakemx.Accepted
}

// accepted is how many of a session's messages were stored.
func (e event) accepted() int { return e.Accepted.InTLS + e.Accepted.InClear }

// A process is a running fakemx --json.
type process struct {
	cmd    *exec.Cmd
	peers  []event // ready events
	stderr bytes.Buffer
	read   chan struct{} // closed when all it said is read

	mu       sync.Mutex
	sessions int
	bad      error // the first line that was no event
}

// A start says how a process is started.
type start struct {
	shell   string // put in front of the command, such as "ulimit -n 64;"
	args    []string
	peers   int         // how many it plays; if zero, one
	session func(event) // told of every session, from one goroutine; nil for nobody
}

// start runs the command until the test ends, and waits for its peers.
func (s start) start(t *testing.T) *process {
	t.Helper()
	p := &process{read: make(chan struct{})}
	args := append([]string{"-c", s.shell + ` exec "$0" "$@"`, command, "--json", "--listen", "127.0.0.1:0"}, s.args...)
	p.cmd = exec.Command("sh", args...)
	p.cmd.Env = append(os.Environ(), "TMPDIR="+t.TempDir())
	p.cmd.Stderr = &p.stderr
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	lines := bufio.NewScanner(stdout)
	lines.Buffer(nil, 16<<20)
	for range max(s.peers, 1) {
		var ready event
		if !lines.Scan() || json.Unmarshal(lines.Bytes(), &ready) != nil || ready.Event != "ready" {
			_ = p.cmd.Process.Kill()
			_ = p.cmd.Wait()
			t.Fatalf("no peer is ready but %q; standard error: %s", lines.Text(), &p.stderr)
		}
		p.peers = append(p.peers, ready)
	}
	go p.listen(lines, stdout, s.session)
	return p
}

// listen reads what the process says, to the end.
func (p *process) listen(lines *bufio.Scanner, stdout io.Reader, told func(event)) {
	defer close(p.read)
	for lines.Scan() {
		var e event
		err := json.Unmarshal(lines.Bytes(), &e)
		if err == nil && e.Event != "session" {
			err = errors.New("it is no session")
		}
		p.mu.Lock()
		if err != nil && p.bad == nil {
			p.bad = fmt.Errorf("%.200q: %w", lines.Text(), err)
		}
		p.sessions++
		p.mu.Unlock()
		if told != nil && err == nil {
			told(e)
		}
	}
	_, _ = io.Copy(io.Discard, stdout)
}

func (p *process) addr() string { return p.peers[0].Addr }

// recorded is how many sessions it has told of.
func (p *process) recorded() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sessions
}

// signal sends a signal.
func (p *process) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Error(err)
	}
}

// wait waits for its end and returns the exit code, which is -1 for a signal.
func (p *process) wait(t *testing.T) int {
	t.Helper()
	<-p.read
	var exit *exec.ExitError
	if err := p.cmd.Wait(); err != nil && !errors.As(err, &exit) {
		t.Error(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bad != nil {
		t.Error(p.bad)
	}
	return p.cmd.ProcessState.ExitCode()
}

// stop ends it in good order.
func (p *process) stop(t *testing.T) {
	t.Helper()
	p.signal(t, syscall.SIGTERM)
	if code := p.wait(t); code != 0 || p.stderr.Len() > 0 {
		t.Errorf("exit code %d, want 0; standard error: %s", code, &p.stderr)
	}
}

// descriptors is how many files and sockets it has open.
func (p *process) descriptors(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir(p.proc("fd"))
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// resident is its memory in KiB, and how many threads it has.
func (p *process) resident(t *testing.T) (memory, threads int) {
	t.Helper()
	text, err := os.ReadFile(p.proc("status"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		switch fields := strings.Fields(line); fields[0] {
		case "VmRSS:":
			memory, _ = strconv.Atoi(fields[1])
		case "Threads:":
			threads, _ = strconv.Atoi(fields[1])
		}
	}
	return memory, threads
}

func (p *process) proc(file string) string {
	return filepath.Join("/proc", strconv.Itoa(p.cmd.Process.Pid), file)
}

package docs_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/fakemx/fakemx/e2e/internal/tools"
	"github.com/fakemx/fakemx/internal/house"
)

// patience bounds every wait for a program that a fence runs, and the life of a
// peer, on a machine that has much else to do.
const patience = 5 * time.Minute

// A story is the run of one section: a folder, and the peer that is playing.
type story struct {
	t    *testing.T
	bin  string // the folder of the built command
	dir  string
	port string // of the peer; empty before there is one
	peer *peer
}

func newStory(t *testing.T, bin string) *story {
	s := &story{t: t, bin: bin, dir: t.TempDir()}
	t.Cleanup(s.end)
	return s
}

// buildCommand builds fakemx into a folder of its own.
func buildCommand(t *testing.T) string {
	t.Helper()
	bin := t.TempDir()
	if _, err := tools.Command(bin); err != nil {
		t.Fatal(err)
	}
	return bin
}

// clients are the programs of fences that may not be installed.
var clients = regexp.MustCompile(`\b(openssl|swaks|curl|make) `)

// needTools skips a section that runs a program which is not there.
func needTools(t *testing.T, s section) {
	t.Helper()
	for _, f := range s.fences {
		for _, found := range clients.FindAllStringSubmatch(strings.Join(f.lines, "\n"), -1) {
			if _, err := exec.LookPath(found[1]); err != nil {
				t.Skipf("%s is not installed; run e2e/setup.sh", found[1])
			}
		}
	}
}

// serving are the commands that play a peer until they are interrupted.
var serving = regexp.MustCompile(`(?m)^(fakemx|go run \.)( serve)? --scenario(-file)? \S+`)

// run runs a command with bash. What it said can be asked for at the story's
// end: a peer goes on talking until then. A command that has to succeed ends
// the test if it does not.
func (s *story) run(command string, mustSucceed bool) (said func() string) {
	s.t.Helper()
	if serving.MatchString(command) {
		s.end()
		s.peer = startPeer(s.command(serving.ReplaceAllString(command, "$0 --listen 127.0.0.1:0")))
		s.port = s.peer.waitForPort(s.t)
		return s.peer.said
	}
	out, err := s.command(s.aim(command)).CombinedOutput()
	if err != nil && mustSucceed {
		s.t.Fatalf("%s: %v\n%s", command, err, out)
	}
	return func() string { return string(out) }
}

// aim turns a command for the default port to where the peer listens.
func (s *story) aim(command string) string {
	if s.port == "" {
		return command
	}
	return strings.ReplaceAll(command, ":2525", ":"+s.port)
}

// command is bash with the built fakemx first on its path. Commands about the
// project itself run in its folder, the others in the story's. make only says
// what it would do: the tests are running already.
func (s *story) command(line string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	s.t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, "bash", "-e", "-o", "pipefail", "-c", line)
	cmd.Env = append(os.Environ(), "PATH="+s.bin+string(filepath.ListSeparator)+os.Getenv("PATH"), "MAKEFLAGS=n", "NO_COLOR=1", "TZ=UTC")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.Dir = s.dir
	if strings.HasPrefix(line, "go ") || strings.HasPrefix(line, "make") {
		cmd.Dir = house.Path(s.t)
	}
	return cmd
}

// display is a text as the README shows it: with the default port, and with a
// folder that says nothing of the machine.
func (s *story) display(text string) string {
	text = strings.ReplaceAll(text, s.dir, "/tmp/try")
	if s.port != "" {
		text = strings.ReplaceAll(text, ":"+s.port, ":2525")
	}
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strings.TrimRight(line, " \t\r\n"))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// end interrupts the peer as Ctrl-C does. go run says 1 after that, whatever
// the program said.
func (s *story) end() {
	if s.peer == nil {
		return
	}
	if err := s.peer.interrupt(); err != nil && !strings.Contains(s.peer.cmd.String(), " go run ") {
		s.t.Errorf("the interrupted peer: %v\n%s", err, s.peer.said())
	}
	s.peer = nil
}

// A peer is a running fakemx.
type peer struct {
	cmd   *exec.Cmd
	ready chan string // the port, once it is known; closed when it says no more
	read  sync.WaitGroup
	err   error // of the start

	mu   sync.Mutex
	text bytes.Buffer
}

func startPeer(cmd *exec.Cmd) *peer {
	p := &peer{cmd: cmd, ready: make(chan string, 1)}
	out, in := io.Pipe()
	cmd.Stdout, cmd.Stderr = in, in
	cmd.WaitDelay = patience
	if p.err = cmd.Start(); p.err != nil {
		_ = in.Close() // nobody writes
	}
	p.read.Go(func() { p.listen(out) })
	return p
}

var listening = regexp.MustCompile(`127\.0\.0\.1:(\d+)`)

// listen keeps what the peer says and looks for the address in it.
func (p *peer) listen(out io.Reader) {
	defer close(p.ready)
	found := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		p.mu.Lock()
		p.text.WriteString(lines.Text() + "\n")
		p.mu.Unlock()
		if port := listening.FindStringSubmatch(lines.Text()); port != nil && !found {
			p.ready <- port[1]
			found = true
		}
	}
}

func (p *peer) waitForPort(t *testing.T) string {
	t.Helper()
	if p.err != nil {
		t.Fatal(p.err)
	}
	select {
	case port, ok := <-p.ready:
		if ok {
			return port
		}
	case <-time.After(patience):
	}
	t.Fatalf("%s is not ready\n%s", p.cmd, p.said())
	return ""
}

func (p *peer) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

func (p *peer) interrupt() error {
	if err := syscall.Kill(-p.cmd.Process.Pid, syscall.SIGINT); err != nil {
		return err
	}
	err := p.cmd.Wait()
	_ = p.cmd.Stdout.(io.Closer).Close() // ends listen
	p.read.Wait()
	return err
}

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// A child is a server in a process of its own, whose use of the machine can
// thus be told from that of the load.
type child struct {
	kind  string
	addr  string
	cmd   *exec.Cmd
	stdin io.WriteCloser
	out   *bufio.Scanner

	reports *os.File // what the command prints to; nil for other kinds
	foreign bool     // another program, which takes no orders
	full    bool     // it keeps as many records as it can
}

// startChild starts this program again as a server and waits for its address.
func startChild(kind string, keys keyPair) (*child, error) {
	if foreignArgs[kind] != nil {
		return startForeign(kind, keys)
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := &child{kind: kind, cmd: exec.Command(self, serveWord, kind, keys.chain, keys.key)} //nolint:gosec // ourselves
	c.cmd.Stderr = os.Stderr
	if c.stdin, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	stdout, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.out = bufio.NewScanner(stdout)
	if isCommand(kind) {
		if err := c.readReports(); err != nil {
			return nil, err
		}
		defer c.reports.Close() // the child has its own
	}
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	if c.addr, err = c.answer(); err != nil {
		return nil, errors.Join(fmt.Errorf("server %s did not start: %w", kind, err), c.stop())
	}
	return c, nil
}

// answer reads a line from the server.
func (c *child) answer() (string, error) {
	if c.out.Scan() {
		return c.out.Text(), nil
	}
	return "", errors.Join(c.out.Err(), io.ErrUnexpectedEOF)
}

// ask lets the server do something and waits until it is done.
func (c *child) ask(order string) error {
	if _, err := io.WriteString(c.stdin, order+"\n"); err != nil {
		return err
	}
	answer, err := c.answer()
	if err == nil && answer != done {
		err = errors.New(answer)
	}
	return err
}

// stop ends the server.
func (c *child) stop() error {
	if c.foreign {
		_ = c.cmd.Process.Kill()
		_ = c.cmd.Wait() // it was killed
		return nil
	}
	_ = c.stdin.Close() // tells it to end
	return c.cmd.Wait()
}

// cpu is the time that the server's threads have spent on a processor. Go ends
// threads so rarely that the sum over those that live will do.
func (c *child) cpu() (time.Duration, error) {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", c.cmd.Process.Pid))
	if err != nil || len(files) == 0 {
		return 0, errors.Join(errors.New("cannot read a server's processor time: expected /proc/PID/task/TID/schedstat, as Linux has it"), err)
	}
	var sum time.Duration
	for _, file := range files {
		text, err := os.ReadFile(file) //nolint:gosec // of our own child
		if err != nil {
			continue // the thread has ended
		}
		field, _, _ := strings.Cut(string(text), " ")
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", file, err)
		}
		sum += time.Duration(n)
	}
	return sum, nil
}

// resident is the server's resident memory in octets, now and at its peak since
// the last resetPeak.
func (c *child) resident() (now, peak int64, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.cmd.Process.Pid))
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		n, _ := strconv.ParseInt(fields[1], 10, 64)
		switch fields[0] {
		case "VmRSS:":
			now = n << 10
		case "VmHWM:":
			peak = n << 10
		}
	}
	return now, peak, nil
}

// resetPeak lets the peak begin anew (proc(5), clear_refs).
func (c *child) resetPeak() error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", c.cmd.Process.Pid), []byte("5"), 0)
}

package stacks_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A client program is told how many seconds an attempt may take. It writes the
// name and version of its library as its first line. For every line that it
// reads,
//
//	ADDRESS PORT NAME CA MODE
//
// it connects to the IPv4 address, begins TLS, and writes one line: "ok" once it
// has read a greeting of SMTP inside TLS, otherwise "refused" and the library's
// words. NAME is whom to expect, CA a PEM file of whom to trust, and MODE
// verify or complete.

const (
	// patience is what an attempt may take. What the peers are meant to hold up
	// is left out, so that only a client that hangs needs it.
	patience = 20 * time.Second
	// limitHere stands for the patience in a command line where it is not last.
	limitHere = "{seconds}"
	// hung and crashed are said for a client that says nothing.
	hung    = "refused timeout"
	crashed = "refused crash"
)

// meet lets a client meet all peers, and returns what it says of each of them,
// and the name and version of its library.
func meet(ctx context.Context, c commands, m mode, peers []peer) (version string, said []string, err error) {
	for len(said) < len(peers) {
		v, more, err := batch(ctx, c, m, peers[len(said):])
		if err != nil {
			return "", nil, err
		}
		version, said = v, append(said, more...)
	}
	return version, said, nil
}

// batch runs the program until it has met all peers, or has failed at one.
func batch(ctx context.Context, c commands, m mode, peers []peer) (version string, said []string, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	in, out, wait, err := start(ctx, c, m)
	if err != nil {
		return "", nil, err
	}
	defer func() { _ = in.Close(); cancel(); _ = wait() }() // it has said what it had to say, or never will
	lines := make(chan string)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			lines <- s.Text()
		}
	}()
	defer func() {
		cancel()
		for range lines { // until the program is gone
		}
	}()
	if version = next(lines); version == hung || version == crashed {
		return "", nil, fmt.Errorf("%s does not start", strings.Join(c.args[m], " "))
	}
	for _, p := range peers {
		if _, err := fmt.Fprintf(in, "%s %s %s %s %s\n", p.address, p.port, p.name, p.ca, m); err != nil {
			return version, append(said, crashed), nil // the next process goes on
		}
		answer := next(lines)
		if said = append(said, answer); answer == hung || answer == crashed {
			break
		}
	}
	return version, said, nil
}

// next is the next line, or what is said in its place.
func next(lines <-chan string) string {
	limit := time.NewTimer(patience + patience/2)
	defer limit.Stop()
	select {
	case line, ok := <-lines:
		if !ok {
			return crashed
		}
		return line
	case <-limit.C:
		return hung
	}
}

func start(ctx context.Context, c commands, m mode) (io.WriteCloser, io.Reader, func() error, error) {
	args, seconds := slices.Clone(c.args[m]), strconv.Itoa(int(patience.Seconds()))
	if i := slices.Index(args, limitHere); i >= 0 {
		args[i] = seconds
	} else {
		args = append(args, seconds)
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(os.Environ(), c.env...)
	cmd.WaitDelay = time.Second
	in, errIn := cmd.StdinPipe()
	out, errOut := cmd.StdoutPipe()
	if err := errors.Join(errIn, errOut, cmd.Start()); err != nil {
		return nil, nil, nil, err
	}
	return in, out, cmd.Wait, nil
}

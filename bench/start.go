package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// A commandMeasure is one of the command as a whole.
type commandMeasure struct {
	name string
	run  func(context.Context, options) (result, error)
}

// greeting is a scenario that greets like any other.
const greeting = "missing-intermediate"

// commandMeasures are none if the command is not there.
func commandMeasures(o options) []commandMeasure {
	if o.fakemx == "" {
		return nil
	}
	return []commandMeasure{
		{"start", startOne},
		{"start-all", startAll},
	}
}

func startOne(ctx context.Context, o options) (result, error) {
	return starts(ctx, o.fakemx, "start", "from exec to the first 220 of one scenario", o.rounds, greeting)
}

func startAll(ctx context.Context, o options) (result, error) {
	return starts(ctx, o.fakemx, "start-all", "from exec to the first 220 of every scenario at once", min(o.rounds, 3), "all")
}

// starts measures how long the command takes until all that it plays has
// greeted a client.
func starts(ctx context.Context, command, name, title string, rounds int, scenario string) (result, error) {
	r := result{Name: name, Title: title, Servers: []string{scenario}, Samples: map[string][]sample{}}
	for range rounds {
		took, err := start(ctx, command, scenario)
		if err != nil {
			return r, err
		}
		r.Samples[scenario] = append(r.Samples[scenario], sample{P50: took})
	}
	return r, nil
}

// start runs the command until every scenario accepts connections and those
// that should have greeted.
func start(ctx context.Context, command, scenario string) (took time.Duration, err error) {
	dir, err := os.MkdirTemp("", "fakemx-bench-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	addrFile := filepath.Join(dir, "addresses")
	//nolint:gosec // the user's choice
	cmd := exec.CommandContext(ctx, command, "serve", "--json", "--listen", "127.0.0.1:0", "--scenario", scenario, "--addr-file", addrFile)
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("%w; build the command first, or give its path with -fakemx", err)
	}
	defer func() { err = errors.Join(err, cmd.Process.Signal(os.Interrupt), cmd.Wait()) }()
	// The address file is whole before anything is said.
	out := bufio.NewReader(stdout)
	if _, err := out.ReadString('\n'); err != nil {
		return 0, err
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	if err := greetAll(addrFile); err != nil {
		return 0, err
	}
	return time.Since(began), nil
}

// greetAll connects to everything in an address file, and reads the greeting of
// those that are sure to have one.
func greetAll(addrFile string) error {
	text, err := os.ReadFile(addrFile) //nolint:gosec // our own
	if err != nil {
		return err
	}
	var peers []struct{ Scenario, Addr string }
	if err := json.Unmarshal(text, &peers); err != nil {
		return err
	}
	for _, p := range peers {
		if err := greet(p.Addr, p.Scenario == greeting || p.Scenario == "healthy"); err != nil {
			return fmt.Errorf("%s: %w", p.Scenario, err)
		}
	}
	return nil
}

func greet(addr string, wait bool) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	if !wait {
		return nil
	}
	m := &mailer{conn: conn}
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	return m.expect('2')
}

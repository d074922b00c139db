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
	"slices"
	"time"

	"github.com/fakemx/fakemx/scenarios"
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
		{"audit", auditAll},
	}
}

func startOne(ctx context.Context, o options) (result, error) {
	r := result{Name: "start", Title: "from exec to the first 220 of one scenario", Servers: []string{greeting}}
	return starts(ctx, o, r)
}

func startAll(ctx context.Context, o options) (result, error) {
	r := result{
		Name: "start-all", Title: "from exec to the first 220 of every scenario that has one", Servers: []string{"all"},
		Note: "on as many processors as there are, a good part of the processor time is for RSA keys",
	}
	return starts(ctx, o, r)
}

// starts measures how long the command takes until all that it plays accepts
// connections, and what processor time it takes, the end included.
func starts(ctx context.Context, o options, r result) (result, error) {
	scenario := r.Servers[0]
	r.Unit, r.Call = "start", "start"
	r.Samples = map[string][]sample{}
	for range o.rounds {
		s, err := start(ctx, o.fakemx, scenario)
		if err != nil {
			return r, err
		}
		r.Samples[scenario] = append(r.Samples[scenario], s)
	}
	return r, nil
}

// start runs the command until every scenario accepts connections and those
// that should have greeted.
func start(ctx context.Context, command, scenario string) (s sample, err error) {
	dir, err := os.MkdirTemp("", "fakemx-bench-")
	if err != nil {
		return s, err
	}
	defer os.RemoveAll(dir)
	addrFile := filepath.Join(dir, "addresses")
	//nolint:gosec // the user's choice
	cmd := exec.CommandContext(ctx, command, "serve", "--json", "--listen", "127.0.0.1:0", "--scenario", scenario, "--addr-file", addrFile)
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return s, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return s, fmt.Errorf("%w; build the command first, or give its path with -fakemx", err)
	}
	defer func() {
		err = errors.Join(err, cmd.Process.Signal(os.Interrupt), cmd.Wait())
		s.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}()
	// The address file is whole before anything is said.
	out := bufio.NewReader(stdout)
	if _, err := out.ReadString('\n'); err != nil {
		return s, err
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	if err := greetAll(addrFile); err != nil {
		return s, err
	}
	return sample{P50: time.Since(began)}, nil
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
		if err := greet(p.Addr, greets(p.Scenario)); err != nil {
			return fmt.Errorf("%s: %w", p.Scenario, err)
		}
	}
	return nil
}

// greets reports whether a scenario begins like any other: in clear, with its
// greeting and at once.
func greets(name string) bool {
	s, err := scenarios.Get(name)
	return err == nil && !s.Peer.SMTP.ImplicitTLS && s.Peer.SMTP.GreetPause == 0 && !slices.ContainsFunc(s.Peer.Faults, func(f scenarios.Fault) bool {
		return f.At == scenarios.AtConnect || f.At == scenarios.AtGreeting
	})
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

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fakemx/fakemx/internal/cli"
)

// The kinds of server that are the command, as users run it. They begin with its
// flags.
const (
	cmdServe    = "serve"
	cmdJSON     = "serve --json"
	cmdMessages = "serve --json --messages"
	cmdAll      = "serve --json --scenario all"
)

// reportsFD is where a server's parent reads what the command prints.
const reportsFD = 3

// startTime bounds the start of the command.
const startTime = time.Minute

func isCommand(kind string) bool { return kind == cmdServe || strings.HasPrefix(kind, cmdServe+" ") }

// listenCommand runs the command with the flags of a kind within this process,
// where it can be profiled, and returns the address of the healthy peer. What it
// prints goes to the parent. stop ends it.
func listenCommand(kind string, keys keyPair, dir string) (addr string, stop func() error, err error) {
	args, addrFile := strings.Fields(kind), filepath.Join(dir, "addresses")
	args = append(args, "--listen", "127.0.0.1:0", "--max-message", "64MiB", "--addr-file", addrFile)
	if !slices.Contains(args, "--scenario") {
		args = append(args, "--scenario", "healthy", "--cert", keys.chain, "--key", keys.key)
	}
	if i := slices.Index(args, "--messages"); i >= 0 {
		args = slices.Insert(args, i+1, filepath.Join(dir, "mail"))
	}
	ctx, cancel := context.WithCancel(context.Background())
	code := make(chan int, 1)
	reports := os.NewFile(reportsFD, "reports")
	go func() { code <- cli.Run(ctx, args, nil, reports, reports) }()
	stop = func() error {
		cancel()
		if c := <-code; c != 0 {
			return fmt.Errorf("%s: exit code %d", kind, c)
		}
		return nil
	}
	if addr, err = healthyAddr(addrFile, code); err != nil {
		cancel()
		return "", nil, err
	}
	return addr, stop, nil
}

// healthyAddr waits for an address file, which is whole once it is there.
func healthyAddr(file string, code <-chan int) (string, error) {
	for began := time.Now(); time.Since(began) < startTime; time.Sleep(time.Millisecond) {
		if len(code) > 0 {
			return "", fmt.Errorf("the command ended with exit code %d", <-code)
		}
		text, err := os.ReadFile(file) //nolint:gosec // our own
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		var peers []struct{ Scenario, Addr string }
		if err = errors.Join(err, json.Unmarshal(text, &peers)); err != nil {
			return "", err
		}
		for _, p := range peers {
			if p.Scenario == "healthy" {
				return p.Addr, nil
			}
		}
	}
	return "", errors.New("the command did not start in time")
}

// readReports reads what a child's command prints, as whoever uses it would.
func (c *child) readReports() error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	c.cmd.ExtraFiles = append(c.cmd.ExtraFiles, w)
	c.reports = w
	go func() {
		_, _ = io.Copy(io.Discard, r)
		_ = r.Close()
	}()
	return nil
}

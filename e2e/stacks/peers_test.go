package stacks_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"net"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/e2e/internal/tools"
	"github.com/fakemx/fakemx/scenarios"
)

// A peer is a scenario that the command plays, with TLS from the first octet.
type peer struct {
	scenario            scenarios.Scenario
	address, port, name string
	ca                  string
}

// subjects are the scenarios of the table: those that differ from the healthy
// peer in certificates or in TLS, in every session alike.
func subjects() []scenarios.Scenario {
	healthy := scenarios.Healthy()
	list := []scenarios.Scenario{scenarios.MustGet("healthy")}
	for _, s := range scenarios.WithoutDNS() {
		changes := scenarios.Diff(healthy, s.Peer)
		if s.Facts.Offers == scenarios.Yes && concernsTLS(changes) && !comesAndGoes(s.Peer, changes) {
			list = append(list, s)
		}
	}
	return list
}

// concernsTLS: a client that begins TLS with its first octet can tell.
func concernsTLS(changes []scenarios.Change) bool {
	return slices.ContainsFunc(changes, func(c scenarios.Change) bool {
		return strings.HasPrefix(c.Path, "pki") || strings.HasPrefix(c.Path, "tls") || len(handshakeFaults(c)) > 0
	})
}

// handshakeFaults are what a change of the faults does to the handshake, such as
// "alert handshake_failure".
func handshakeFaults(c scenarios.Change) []string {
	var all []string
	list, _ := c.New.([]any)
	for _, f := range list {
		fault, _ := f.(map[string]any)
		if fault["at"] == string(scenarios.AtClientHello) {
			text, _ := fault["text"].(string)
			action, _ := fault["do"].(string)
			all = append(all, strings.TrimSpace(action+" "+text))
		}
	}
	return all
}

// comesAndGoes: what the peer does depends on the sessions before, or it only
// keeps a client waiting, which tells of the client's patience alone.
func comesAndGoes(p scenarios.Peer, changes []scenarios.Change) bool {
	alternates := slices.ContainsFunc(changes, func(c scenarios.Change) bool { return strings.HasPrefix(c.Path, "tls.alternate") })
	return alternates || slices.ContainsFunc(p.Faults, func(f scenarios.Fault) bool {
		return f.First > 0 || f.Every > 0 || f.Do == scenarios.DoStall
	})
}

// command builds fakemx and returns its path.
func command(t *testing.T) string {
	t.Helper()
	program, err := tools.Command(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// serve lets the command play the scenarios until the test ends.
func serve(t *testing.T, list []scenarios.Scenario) []peer {
	t.Helper()
	dir, program := t.TempDir(), command(t)
	names := make([]string, len(list))
	for i, s := range list {
		names[i] = s.Name
	}
	cmd := exec.CommandContext(t.Context(), program, "--scenario", strings.Join(names, ","), "--listen", "127.0.0.1:0",
		"--smtps", "127.0.0.1:0", "--pki", filepath.Join(dir, "pki"), "--json")
	cmd.WaitDelay = time.Second
	var trouble strings.Builder
	cmd.Stderr = &trouble
	out, errOut := cmd.StdoutPipe()
	if err := errors.Join(errOut, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<24)
	peers := ready(lines, list)
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		for lines.Scan() { // its sessions are of no interest, and must not stop it
		}
	}()
	t.Cleanup(func() { <-drained; _ = cmd.Wait() }) // it was killed, as it is to be
	if len(peers) != len(list) {
		t.Fatalf("%d of %d peers are ready: %s", len(peers), len(list), trouble.String())
	}
	return peers
}

// ready reads a ready event for each of the scenarios.
func ready(lines *bufio.Scanner, list []scenarios.Scenario) []peer {
	var peers []peer
	for len(peers) < len(list) && lines.Scan() {
		var event struct {
			Event, Scenario, Hostname string
			SMTPS                     string `json:"smtps_addr"`
			CA                        string `json:"ca_file"`
		}
		if err := json.Unmarshal(lines.Bytes(), &event); err != nil || event.Event != "ready" {
			continue
		}
		host, port, err := net.SplitHostPort(event.SMTPS)
		if err != nil {
			continue
		}
		peers = append(peers, peer{scenarios.MustGet(event.Scenario), host, port, event.Hostname, event.CA})
	}
	return peers
}

// Package stacks_test lets the implementations of TLS that there are meet every
// scenario about certificates and TLS, holds what they say against the facts, and
// writes docs/stacks.md.
package stacks_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/fakemx/fakemx/scenarios"
)

var update = flag.Bool("update", false, "write docs/stacks.md, for which no stack may be missing")

// only narrows a run, which then writes no page.
var only = flag.String("scenario", "", "let the stacks meet this scenario alone, beside the healthy one")

const pagePath = "../../docs/stacks.md"

// atOnce is how many clients run at a time.
const atOnce = 4

// A run is a stack that has met all peers.
type run struct {
	stack   stack
	version string
	missing error
	// said are the lines of the client, by mode, in the order of the peers.
	said map[mode][]string
}

// A cell is what a stack says of a scenario.
type cell struct {
	words, kind string
	// shown is what of the kind is the scenario's fault.
	shown string
	// excepted: exceptions.yaml has it.
	excepted bool
}

// TestStacks lets all stacks meet all scenarios that they can tell apart.
func TestStacks(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it starts a hundred peers")
	}
	list := subjects()
	if *only != "" {
		list = slices.DeleteFunc(list, func(s scenarios.Scenario) bool { return s.Name != "healthy" && s.Name != *only })
		if len(list) < 2 && *only != "healthy" {
			t.Skipf("%s is not about certificates or TLS, or not in every session", *only)
		}
		if *update {
			t.Fatal("docs/stacks.md is about all scenarios: leave -scenario out")
		}
	}
	peers := serve(t, list)
	runs := meetAll(t, peers)
	table := classify(t, runs, peers)
	hold(t, runs, peers, table)
	if *update {
		writePage(t, runs, peers, table)
	}
}

// meetAll runs every stack that is there.
func meetAll(t *testing.T, peers []peer) []*run {
	t.Helper()
	dir := t.TempDir()
	turns := make(chan struct{}, atOnce)
	var wait sync.WaitGroup
	var runs []*run
	for _, s := range stacks() {
		r := &run{stack: s, said: map[mode][]string{}}
		runs = append(runs, r)
		wait.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			c, err := s.prepare(dir)
			if r.missing = err; err != nil {
				return
			}
			for _, m := range modes {
				if r.version, r.said[m], r.missing = meet(t.Context(), c, m, peers); r.missing != nil {
					return
				}
			}
		})
	}
	wait.Wait()
	for _, r := range runs {
		if r.missing != nil && *update {
			t.Fatalf("%s: %v", r.stack.name, r.missing)
		}
		t.Run(r.stack.name, func(t *testing.T) {
			if r.missing != nil {
				t.Skip(r.missing)
			}
			t.Log(r.version)
		})
	}
	return runs
}

// classify reads what was said.
func classify(t *testing.T, runs []*run, peers []peer) map[place]cell {
	t.Helper()
	vocabularies, err := loadVocabularies("words.yaml")
	if err != nil {
		t.Fatal(err)
	}
	table := map[place]cell{}
	for _, r := range runs {
		for m, said := range r.said {
			for i, line := range said {
				at := place{peers[i].scenario.Name, r.stack.name, m}
				words, kind, err := vocabularies[r.stack.vocabulary].read(line)
				if err != nil {
					t.Errorf("%s: %v", at, err)
					continue
				}
				table[at] = cell{words: words, kind: kind}
			}
		}
	}
	return table
}

// hold compares the cells with the facts.
func hold(t *testing.T, runs []*run, peers []peer, table map[place]cell) {
	t.Helper()
	except, err := loadExceptions()
	if err != nil {
		t.Fatal(err)
	}
	var added map[string][]string
	if err := load("kinds.yaml", &added); err != nil {
		t.Fatal(err)
	}
	for _, p := range peers {
		kinds := fits(p.scenario, added)
		for _, r := range runs {
			for _, m := range modes {
				at := place{p.scenario.Name, r.stack.name, m}
				said, there := table[at]
				if !there {
					continue
				}
				said.shown = narrow(said.kind, kinds)
				_, said.excepted = except[at.excepted()]
				table[at] = said
				fault := contradiction(wishOf(p.scenario.Facts, m), kinds, said.kind)
				if fault = except.Judge(at.excepted(), said.kind, fault); fault != "" {
					t.Errorf("%s: %s: %q", at, fault, said.words)
				}
			}
		}
	}
	for name := range added {
		if _, err := scenarios.Get(name); err != nil {
			t.Errorf("kinds.yaml: %v", err)
		}
	}
}

func writePage(t *testing.T, runs []*run, peers []peer, table map[place]cell) {
	t.Helper()
	if t.Failed() {
		t.Fatal("docs/stacks.md is not written, since it would contradict the facts")
	}
	if err := os.WriteFile(filepath.FromSlash(pagePath), []byte(page(runs, peers, table)), 0o600); err != nil {
		t.Fatal(err)
	}
}

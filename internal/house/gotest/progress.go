package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/fakemx/fakemx/internal/house"
)

// An event is a line of go test -json: see go doc test2json, and go help
// buildjson for those of a build, which has an ImportPath.
type event struct {
	Action, Package, Test, Output, ImportPath string
}

// A record is what is known of a package whose tests run.
type record struct {
	// output is what its tests have printed so far, by test; that of the package
	// itself stands under the empty name.
	output map[string][]string
	// failed are the tests that failed, in the order of their ends.
	failed []string
	// at is what the package said last of how far it is; it may be empty.
	at string
}

// A progress turns events into what people read.
type progress struct {
	out                               io.Writer
	started                           time.Time
	running                           map[string]*record
	packages, passed, failed, skipped int
}

// follow reads events until their end, and prints them. At every tick it prints
// how far the tests are.
func follow(events io.Reader, out io.Writer, started time.Time, ticks <-chan time.Time) error {
	p := &progress{out: out, started: started, running: map[string]*record{}}
	lines, ended := make(chan []byte), make(chan error, 1)
	go func() {
		defer close(lines)
		reader := bufio.NewReader(events)
		for {
			line, err := reader.ReadBytes('\n')
			if len(line) > 0 {
				lines <- line
			}
			if err != nil {
				ended <- err
				return
			}
		}
	}()
	for {
		select {
		case line, more := <-lines:
			if !more {
				if err := <-ended; err != io.EOF { //nolint:errorlint // a reader returns it bare
					return err
				}
				return nil
			}
			p.read(line)
		case now := <-ticks:
			p.tell(now)
		}
	}
}

// read takes in a line. What is no event is printed as it is.
func (p *progress) read(line []byte) {
	var e event
	if err := json.Unmarshal(line, &e); err != nil {
		fmt.Fprintf(p.out, "%s", line)
		return
	}
	switch {
	case e.Action == "build-output":
		fmt.Fprint(p.out, e.Output)
	case e.Package == "":
	case e.Test == "":
		p.ofPackage(e)
	default:
		p.ofTest(e)
	}
}

func (p *progress) of(e event) *record {
	if p.running[e.Package] == nil {
		p.running[e.Package] = &record{output: map[string][]string{}}
	}
	return p.running[e.Package]
}

func (p *progress) ofTest(e event) {
	r := p.of(e)
	switch e.Action {
	case "output":
		if at, is := strings.CutPrefix(e.Output, house.Progress); is {
			r.at = strings.TrimSpace(at)
			return
		}
		r.output[e.Test] = append(r.output[e.Test], e.Output)
	case "pass":
		p.passed++
		delete(r.output, e.Test)
	case "skip":
		p.skipped++
		delete(r.output, e.Test)
	case "fail":
		p.failed++
		r.failed = append(r.failed, e.Test)
	}
}

// ofPackage prints a package that has ended: the tests that failed, or did not
// end, and its closing line.
func (p *progress) ofPackage(e event) {
	r := p.of(e)
	switch e.Action {
	case "output":
		r.output[""] = append(r.output[""], e.Output)
		return
	case "pass", "fail", "skip":
	default:
		return
	}
	p.packages++
	delete(p.running, e.Package)
	if e.Action == "fail" {
		open := slices.DeleteFunc(slices.Sorted(maps.Keys(r.output)), func(test string) bool {
			return test == "" || slices.Contains(r.failed, test)
		})
		for _, test := range slices.Concat(r.failed, open) {
			fmt.Fprint(p.out, strings.Join(r.output[test], ""))
		}
	}
	for _, line := range r.output[""] {
		if line != "PASS\n" {
			fmt.Fprint(p.out, line)
		}
	}
}

// tell prints how far the tests are.
func (p *progress) tell(now time.Time) {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(p.running)) {
		short := name[strings.LastIndex(name, "/")+1:]
		if at := p.running[name].at; at != "" {
			short += " (" + at + ")"
		}
		names = append(names, short)
	}
	running := "building"
	if len(names) > 0 {
		running = "running " + strings.Join(names, ", ")
	}
	fmt.Fprintf(p.out, "… %s: %d packages done, %d tests passed, %d failed, %d skipped; %s\n",
		now.Sub(p.started).Round(time.Second), p.packages, p.passed, p.failed, p.skipped, running)
}

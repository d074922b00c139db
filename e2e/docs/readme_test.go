package docs_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/internal/house"
)

var update = flag.Bool("update", false, "write what is generated anew: outputs and lists in the README, SCENARIOS.md")

const readme = "README.md"

// TestREADMEShell runs every shell fence of the README, section by section, as
// a person would who follows it: a peer that a section starts plays until the
// section ends, and the clients that follow meet it. What console fences show
// has to be what is said, but for times, ports, ids and the like.
func TestREADMEShell(t *testing.T) {
	lines := readLines(t, readme)
	bin := buildCommand(t)
	var said []step
	for _, s := range sections(t, lines) {
		if !s.hasShell() {
			continue
		}
		t.Run(s.title, func(t *testing.T) {
			said = append(said, playSection(t, bin, s)...)
		})
	}
	if *update && !t.Failed() {
		writeOutputs(t, lines, said)
	}
}

func (s section) hasShell() bool {
	return slices.ContainsFunc(s.fences, func(f fence) bool { return f.language == "sh" || f.language == "console" })
}

// playSection runs the fences of a section and returns the steps of its
// console fences that show something of another kind, with what was really
// said.
func playSection(t *testing.T, bin string, s section) (said []step) {
	needTools(t, s)
	story := newStory(t, bin)
	type shown struct {
		step
		heard func() string
	}
	var outputs []shown
	for _, f := range s.fences {
		switch f.language {
		case "sh":
			story.run(strings.Join(f.lines, "\n"), true)
		case "console":
			for _, step := range f.steps(t) {
				outputs = append(outputs, shown{step, story.run(step.command, false)})
			}
		case "yaml":
			story.save(f)
		case "go": // TestREADMEGo compiles and runs it
		default:
			t.Errorf("line %d: nothing runs a fence of %q; use sh, console, yaml or go", f.first, f.language)
		}
	}
	story.end()
	for _, o := range outputs {
		text, want := story.display(o.heard()), strings.TrimSpace(strings.Join(o.output, "\n"))
		if ours.kind(text) == ours.kind(want) {
			continue
		}
		if !*update {
			t.Errorf("line %d: %s\nsaid\n%s\nthe README says\n%s\nif that is meant to be so: make generate", o.first, o.command, ours.kind(text), ours.kind(want))
		}
		o.output = strings.Split(text, "\n")
		said = append(said, o.step)
	}
	return said
}

// save keeps a YAML fence under the name that its first line gives.
func (s *story) save(f fence) {
	s.t.Helper()
	name, ok := strings.CutPrefix(f.lines[0], "# ")
	if !ok {
		s.t.Fatalf("line %d: a YAML fence begins with its file's name behind #", f.first)
	}
	text := strings.Join(f.lines, "\n") + "\n"
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// writeOutputs replaces what console fences show, from the last to the first,
// so that the indexes of the earlier ones stay true.
func writeOutputs(t *testing.T, lines []string, said []step) {
	t.Helper()
	for _, s := range slices.Backward(said) {
		end := s.first
		for !strings.HasPrefix(lines[end], "$ ") && !strings.HasPrefix(lines[end], "```") {
			end++
		}
		lines = slices.Replace(lines, s.first, end, s.output...)
	}
	if err := os.WriteFile(house.Path(t, readme), []byte(strings.Join(lines, "\n")), 0o644); err != nil {
		t.Fatal(err)
	}
}

package docs_test

import (
	"os"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/internal/house"
)

// A fence is a code block of a Markdown file. Its lines are those between the
// marks; first is the index of the first of them in the file.
type fence struct {
	language string
	first    int
	lines    []string
}

// A section is what stands between two headings of the second level; the one
// in front of the first heading is the introduction.
type section struct {
	title  string
	fences []fence
}

// readLines reads a file of the module, by its path below the root.
func readLines(t testing.TB, path string) []string {
	t.Helper()
	text, err := os.ReadFile(house.Path(t, path))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(text), "\n")
}

// sections finds the fences of a file. A fence in the body of another is text.
func sections(t testing.TB, lines []string) []section {
	t.Helper()
	all := []section{{title: "Introduction"}}
	var open *fence
	for number, line := range lines {
		mark, fenced := strings.CutPrefix(line, "```")
		current := &all[len(all)-1]
		switch {
		case fenced && open == nil:
			open = &fence{language: mark, first: number + 1}
		case fenced:
			current.fences = append(current.fences, *open)
			open = nil
		case open != nil:
			open.lines = append(open.lines, line)
		case strings.HasPrefix(line, "## "):
			all = append(all, section{title: strings.TrimPrefix(line, "## ")})
		}
	}
	if open != nil {
		t.Fatalf("the fence at line %d is never closed", open.first)
	}
	return all
}

// A step is one command of a fence and the output that stands below it.
type step struct {
	command string
	output  []string
	// first is the index in the file of the line behind the command.
	first int
}

// steps takes a console fence apart: a command stands behind "$ ", and goes on
// in the next line after a backslash, or behind "> ".
func (f fence) steps(t testing.TB) []step {
	t.Helper()
	var steps []step
	continued := false
	for i, line := range f.lines {
		command, begins := strings.CutPrefix(line, "$ ")
		more, goesOn := strings.CutPrefix(line, "> ")
		switch {
		case begins:
			steps = append(steps, step{command: command, first: f.first + i + 1})
		case len(steps) == 0:
			t.Fatalf("line %d: a console fence begins with a command behind $", f.first+i+1)
		case continued:
			steps[len(steps)-1].goOn(line)
		case goesOn && len(steps[len(steps)-1].output) == 0:
			steps[len(steps)-1].goOn(more)
		default:
			last := &steps[len(steps)-1]
			last.output = append(last.output, line)
		}
		continued = strings.HasSuffix(line, `\`) && (begins || continued)
	}
	return steps
}

func (s *step) goOn(line string) {
	s.command += "\n" + line
	s.first++
}

package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
)

// What stands between the marks in the page is made from a run.
const (
	beginMark = "<!-- made by make bench-docs: begin -->\n"
	endMark   = "<!-- made by make bench-docs: end -->\n"
)

// updateDocs puts the report between the marks in a page.
func (r *report) updateDocs(file string) error {
	page, err := os.ReadFile(file) //nolint:gosec // the user's choice
	if err != nil {
		return err
	}
	before, rest, begun := bytes.Cut(page, []byte(beginMark))
	_, after, ended := bytes.Cut(rest, []byte(endMark))
	if !begun || !ended {
		return fmt.Errorf("%s: expected the lines %q and %q, to put the result between", file, strings.TrimSpace(beginMark), strings.TrimSpace(endMark))
	}
	var b bytes.Buffer
	b.Write(before)
	b.WriteString(beginMark)
	b.WriteString(r.markdown())
	b.WriteString(endMark)
	b.Write(after)
	return os.WriteFile(file, b.Bytes(), 0o644) //nolint:gosec // a page for everybody
}

// markdown is the report as tables.
func (r *report) markdown() string {
	var b strings.Builder
	m := r.Machine
	long := ""
	if r.Full {
		long = "long "
	}
	fmt.Fprintf(&b, "\nMeasured on %s on %s/%s with %d processors, %s, go-smtp %s; %d %srounds unless noted otherwise, in %.0f minutes.\n",
		r.Started.Format("2006-01-02"), m.OS, m.Arch, m.Processors, m.Go, m.GoSMTP, r.Rounds, long, r.Seconds/60)
	for _, x := range r.Results {
		fmt.Fprintf(&b, "\n**%s** (`%s`", x.Title, x.Name)
		if n := len(x.Samples[x.Servers[0]]); n != r.Rounds {
			fmt.Fprintf(&b, ", %d rounds", n)
		}
		b.WriteString(")")
		if x.Note != "" {
			b.WriteString(": " + x.Note)
		}
		b.WriteString("\n\n" + x.markdown())
	}
	b.WriteString("\n")
	return b.String()
}

// markdown is a table of the columns that hold anything.
func (r result) markdown() string {
	var lines [][]string
	for _, x := range r.Rows {
		lines = append(lines, r.cells(x))
	}
	var b strings.Builder
	write := func(cells []string) {
		b.WriteString("|")
		for i, c := range cells {
			if used(lines, i) {
				b.WriteString(" " + c + " |")
			}
		}
		b.WriteString("\n")
	}
	write(r.columns())
	write([]string{"---", "---", "---", "---", "---", "---"})
	for _, cells := range lines {
		write(cells)
	}
	return b.String()
}

// used reports whether a column holds anything.
func used(lines [][]string, column int) bool {
	for _, cells := range lines {
		if cells[column] != nothing {
			return true
		}
	}
	return false
}

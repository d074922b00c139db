// Package report writes the report of an audit in the forms that people and
// programs read.
package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/internal/atomicfile"
	"github.com/fakemx/fakemx/internal/terminal"
)

// A Format is a form of a report.
type Format string

// The formats.
const (
	// Table is for a terminal.
	Table Format = "table"
	// JSON is the whole report; audit.ReadReport reads it.
	JSON Format = "json"
	// JUnit is the XML that continuous integration systems show. It keeps to
	// the schemas of both Jenkins and Ant.
	JUnit Format = "junit"
	// TAP is the Test Anything Protocol, version 13.
	TAP Format = "tap"
	// Markdown is for a pull request or a wiki.
	Markdown Format = "markdown"
	// HTML is one page with everything in it, for a browser.
	HTML Format = "html"
)

// writers are the formats and what writes them.
var writers = map[Format]func(io.Writer, *audit.Report) error{
	Table:    func(w io.Writer, r *audit.Report) error { return WriteTable(w, r, Style{}) },
	JSON:     writeJSON,
	JUnit:    writeJUnit,
	TAP:      writeTAP,
	Markdown: writeMarkdown,
	HTML:     writeHTML,
}

// Formats are all formats, the simplest first.
func Formats() []Format { return []Format{Table, JSON, JUnit, TAP, Markdown, HTML} }

// ParseFormat finds a format by its name.
func ParseFormat(name string) (Format, error) {
	if f := Format(name); slices.Contains(Formats(), f) {
		return f, nil
	}
	names := make([]string, 0, len(writers))
	for _, f := range Formats() {
		names = append(names, string(f))
	}
	return "", fmt.Errorf("unknown format %q; it is one of %s", name, strings.Join(names, ", "))
}

// Write writes a report. Scenario files, baselines, clients and MTAs may say
// anything: nothing of it reaches a reader that a terminal would obey.
func Write(w io.Writer, f Format, r *audit.Report) error {
	write, ok := writers[f]
	if !ok {
		_, err := ParseFormat(string(f))
		return err
	}
	if f == JSON {
		return write(w, r) // escapes them, so that they can be read back
	}
	var text strings.Builder
	if err := write(&text, r); err != nil {
		return err
	}
	_, err := io.WriteString(w, terminal.Lines(text.String()))
	return err
}

// WriteFile writes a report into a file. Who watches for the file finds it
// complete, since it is renamed into place.
func WriteFile(path string, f Format, r *audit.Report) error {
	return atomicfile.Write(path, 0o600, func(w io.Writer) error { return Write(w, f, r) })
}

// result is what an item counts as: accepted items are in a class of their own.
func result(i audit.Item) string {
	if i.Accepted != "" {
		return accepted
	}
	return string(i.Result)
}

const accepted = "accepted"

// reason is why, in one line.
func reason(i audit.Item) string {
	if i.Accepted != "" {
		return clean(i.Reason + "; accepted: " + i.Accepted)
	}
	return clean(i.Reason)
}

// A count is how many items have a result.
type count struct {
	Result string
	N      int
}

// counts are those of a summary, the gravest first, without what did not occur.
func counts(s audit.Summary) []count {
	all := []count{
		{string(audit.Fail), s.Fail}, {string(audit.Unclear), s.Unclear}, {string(audit.May), s.May},
		{accepted, s.Accepted}, {string(audit.Pass), s.Pass},
	}
	return slices.DeleteFunc(all, func(c count) bool { return c.N == 0 })
}

// totals is a summary in words, such as "2 fail, 98 pass".
func totals(s audit.Summary) string {
	words := make([]string, 0, 5)
	for _, c := range counts(s) {
		words = append(words, fmt.Sprintf("%d %s", c.N, c.Result))
	}
	return strings.Join(words, ", ")
}

// headline says of what nothing is proved, with a capital; empty if the controls
// were delivered.
func headline(r *audit.Report) string { return capital(r.Unproved) }

// shortfall says that a report is partial; empty if it is not.
func shortfall(r *audit.Report) string {
	if !r.Partial {
		return ""
	}
	return fmt.Sprintf("the audit was interrupted: %d of %d scenarios were judged", len(r.Items), r.Selected)
}

// clean makes text fit for one line and for XML: what clients and MTAs say may
// hold anything.
func clean(text string) string {
	return strings.Join(strings.Fields(terminal.Lines(text)), " ")
}

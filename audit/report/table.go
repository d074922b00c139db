package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/internal/terminal"
)

// A Style says how text may look on a terminal. Its zero value is plain text.
type Style struct {
	// Colour: the terminal shows colours.
	Colour bool
	// Width, in characters, cuts what is longer. If zero, nothing is cut.
	Width int
}

// colours of the results, as ECMA-48 attributes.
var colours = map[string]string{
	string(audit.Pass): "32", string(audit.May): "36", string(audit.Unclear): "33", string(audit.Fail): "1;31", accepted: "35",
}

func (s Style) paint(result, text string) string {
	return terminal.Style{Colour: s.Colour}.Paint(colours[result], text)
}

// cut shortens a text to a width, if there is one.
func (s Style) cut(text string, used int) string {
	if s.Width == 0 {
		return text
	}
	return terminal.Shorten(text, s.Width-used)
}

// Columns of a table: the results are short, names are as they are. A terminal
// that is narrower than narrow has no room for reasons beside them.
const (
	resultWidth = len(accepted)
	nameWidth   = 34
	narrow      = 100
)

// Line is an item in one line: the result, the scenario, the reason. On a
// narrow terminal the reason stands in a line below, and only if there is need
// for one.
func Line(i audit.Item, s Style) string {
	word := result(i)
	pad := strings.Repeat(" ", resultWidth-len(word)+2)
	if s.Width == 0 || s.Width >= narrow {
		left := fmt.Sprintf("%s%-*s  ", pad, nameWidth, title(i))
		return s.paint(word, word) + left + s.cut(reason(i), len(word)+utf8.RuneCountInString(left))
	}
	line := s.paint(word, word) + pad + title(i)
	if word != string(audit.Pass) {
		line += "\n" + strings.Repeat(" ", resultWidth+2) + s.cut(reason(i), resultWidth+2)
	}
	return line
}

// WriteTable writes a line for each item, and then the sum.
func WriteTable(w io.Writer, r *audit.Report, s Style) error {
	var out strings.Builder
	out.WriteString(headlines(r, s))
	fmt.Fprintf(&out, "%s %s, held to the policy %s\n\n", r.Driver, clean(r.Client), r.Policy)
	for _, i := range slices.Concat(r.Controls, r.Items) {
		out.WriteString(Line(i, s) + "\n")
	}
	out.WriteByte('\n')
	out.WriteString(remarks(r, s))
	_, err := io.WriteString(w, out.String())
	return err
}

// headlines is the headline with its line end; empty if there is none.
func headlines(r *audit.Report, s Style) string {
	text := headline(r)
	if text == "" {
		return ""
	}
	return s.paint(string(audit.Fail), text) + "\n"
}

// title is an item's scenario, and whether it is only there as a control.
func title(i audit.Item) string {
	if i.Control {
		return i.Scenario + " (control)"
	}
	return i.Scenario
}

// Sum is what a report comes to: whether it proves anything, findings, notes,
// what changed, what is wrong with the exceptions, the counts.
func Sum(r *audit.Report, s Style) string { return headlines(r, s) + remarks(r, s) }

// remarks is Sum without its headline.
func remarks(r *audit.Report, s Style) string {
	var out strings.Builder
	for _, f := range r.Findings {
		out.WriteString(s.paint(string(audit.Fail), "finding: ") + clean(f) + "\n")
	}
	for _, a := range r.ControlAdvice() {
		out.WriteString(s.paint(string(audit.Unclear), "advice: ") + clean(a) + "\n")
	}
	for _, n := range r.Notes {
		out.WriteString(s.paint(string(audit.Unclear), "note: ") + clean(n) + "\n")
	}
	for _, c := range r.Changes {
		out.WriteString("changed: " + clean(c.String()) + "\n")
	}
	for _, p := range r.Problems {
		out.WriteString(s.paint(string(audit.Fail), "problem: ") + clean(p) + "\n")
	}
	if text := shortfall(r); text != "" {
		out.WriteString(s.paint(string(audit.Unclear), "partial: ") + text + "\n")
	}
	out.WriteString(tlsReportLines(r, s))
	if r.Seed != nil {
		fmt.Fprintf(&out, "order: --shuffle=%d\n", *r.Seed)
	}
	fmt.Fprintf(&out, "total: %s of %d, in %.1f s\n", totals(r.Summary), r.Selected, r.Ended.Sub(r.Started).Seconds())
	return out.String()
}

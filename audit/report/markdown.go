package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/audit"
)

// writeMarkdown writes GitHub's dialect: the sum, then a table of all items.
func writeMarkdown(w io.Writer, r *audit.Report) error {
	var out strings.Builder
	if text := headline(r); text != "" {
		fmt.Fprintf(&out, "**%s**\n\n", markdownText(text))
	}
	fmt.Fprintf(&out, "## fakemx audit, policy %s: %s\n\n", r.Policy, totals(r.Summary))
	fmt.Fprintf(&out, "%s `%s`\n\n", r.Driver, strings.ReplaceAll(clean(r.Client), "`", "'"))
	section(&out, "Findings", r.Findings)
	section(&out, "Advice", r.ControlAdvice())
	section(&out, "Notes", r.Notes)
	changes := make([]string, len(r.Changes))
	for n, c := range r.Changes {
		changes[n] = c.String()
	}
	section(&out, "Changes since the baseline", changes)
	section(&out, "Exceptions that no longer apply", r.Problems)
	if text := shortfall(r); text != "" {
		fmt.Fprintf(&out, "**%s**\n\n", text)
	}
	out.WriteString("| result | scenario | a client | what happened |\n|---|---|---|---|\n")
	for _, i := range slices.Concat(r.Controls, r.Items) {
		word := result(i)
		if i.Failed() {
			word = "**" + word + "**"
		}
		fmt.Fprintf(&out, "| %s | %s | %s | %s |\n", word, markdownText(title(i)), i.Expectation, markdownText(reason(i)))
	}
	out.WriteString(markdownReports(r))
	_, err := io.WriteString(w, out.String())
	return err
}

func section(out *strings.Builder, title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(out, "**%s**\n\n", title)
	for _, line := range lines {
		fmt.Fprintf(out, "- %s\n", markdownText(line))
	}
	out.WriteByte('\n')
}

// markdownMarks would be taken for markup, or for the end of a cell.
var markdownMarks = strings.NewReplacer(
	`\`, `\\`, "|", `\|`, "<", "&lt;", "&", "&amp;", "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "]", `\]`,
)

func markdownText(text string) string { return markdownMarks.Replace(clean(text)) }

package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/internal/shell"
)

// account tells of an item at length, in plain text: what was to be, the runs
// of the command, the sessions.
func account(i audit.Item) string {
	var out strings.Builder
	fmt.Fprintf(&out, "The peer %s.\n", i.Summary)
	fmt.Fprintf(&out, "A client %s: %s.\n", i.Expectation, i.Expectation.Because)
	for _, run := range i.Runs {
		out.WriteByte('\n')
		if len(run.Args) > 0 {
			fmt.Fprintf(&out, "$ %s\n", shell.Line(run.Args))
		}
		fmt.Fprintf(&out, "%s[%s]\n", endLine(run.Output), run)
	}
	if i.Answer != nil {
		out.WriteString(answered(i))
		return out.String()
	}
	if len(i.Sessions) == 0 {
		out.WriteString("\nThere were no sessions.\n")
	}
	for _, s := range i.Sessions {
		out.WriteString("\n" + s.Narrate() + "\n")
	}
	if n := i.LeftOut.Sessions; n > 0 {
		fmt.Fprintf(&out, "\nAnd %d more sessions, which are left out.\n", n)
	}
	return out.String()
}

// answered tells what a policy daemon was asked and answered, and what it looked
// up.
func answered(i audit.Item) string {
	var out strings.Builder
	out.WriteByte('\n')
	for _, l := range i.Answer.Lookups {
		fmt.Fprintf(&out, "request: %q\nanswer: %q, after %s\n", l.Request, l.Answer, time.Duration(l.Took).Round(time.Microsecond))
	}
	for _, q := range i.Queries {
		fmt.Fprintf(&out, "query: %s %s, %s\n", q.Name, q.Type, q.Rcode)
	}
	for _, f := range i.Fetches {
		fmt.Fprintf(&out, "fetch: https://%s%s, status %d%s\n", f.Host, f.Path, f.Status, behind(", ", f.TLS.Error))
	}
	if len(i.Queries)+len(i.Fetches) == 0 {
		out.WriteString("The daemon looked nothing up.\n")
	}
	return out.String()
}

// behind puts a text behind a mark; empty if there is none.
func behind(mark, text string) string {
	if text == "" {
		return ""
	}
	return mark + text
}

// endLine ends a text with a line end, unless it is empty.
func endLine(text string) string {
	if text == "" || strings.HasSuffix(text, "\n") {
		return text
	}
	return text + "\n"
}

package report

import (
	"fmt"
	"strings"

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

// endLine ends a text with a line end, unless it is empty.
func endLine(text string) string {
	if text == "" || strings.HasSuffix(text, "\n") {
		return text
	}
	return text + "\n"
}

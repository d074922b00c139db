// Package printing is all that fakemx says: lines and JSON on standard output,
// warnings and errors on standard error, and the reporter that tells of sessions
// as they end. Here goes how something is told that is not one command's alone.
// How text may look on a terminal is in internal/terminal.
package printing

import (
	"fmt"
	"io"
	"strings"

	"github.com/fakemx/fakemx/internal/terminal"
)

// A Printer writes to standard output what was asked for, and to standard error
// what else there is to say.
type Printer struct{ Out, Err io.Writer }

// Print writes to standard output.
func (p Printer) Print(text string) error {
	_, err := io.WriteString(p.Out, text)
	return err
}

// PrintJSON writes a value to standard output, indented for people.
func (p Printer) PrintJSON(value any) error {
	text, err := JSON(value, "  ")
	if err != nil {
		return err
	}
	return p.Print(string(text))
}

// Complain prints a line for each error that was joined into one.
func (p Printer) Complain(err error) {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintf(p.Err, "%s %s\n", terminal.StyleOf(p.Err).Red("fakemx:"), terminal.Text(line))
	}
}

// Warn prints one line about something that works but may surprise.
func (p Printer) Warn(format string, args ...any) {
	fmt.Fprintf(p.Err, "%s %s\n", terminal.StyleOf(p.Err).Yellow("fakemx: warning:"), terminal.Text(fmt.Sprintf(format, args...)))
}

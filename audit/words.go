package audit

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/internal/terminal"
)

// maxWords is how many characters of what others say are quoted in a reason.
const maxWords = 120

// controlSequence matches what colours text on a terminal (ECMA-48).
var controlSequence = regexp.MustCompile(`\x1b\[[0-9;?]*[ -/]*[@-~]`)

// brief is a text in one line, shortened if need be.
func brief(text string) string {
	return terminal.Shorten(oneLine(text), maxWords)
}

// curlError matches the line in which curl says what went wrong. Several lines of
// general advice may follow it.
var curlError = regexp.MustCompile(`^curl: \([0-9]+\) `)

// lastWords quotes the last line that a client wrote, or in which curl says what
// went wrong, behind a colon and safe for a terminal; empty if it wrote nothing.
func (r CommandRun) lastWords() string {
	lines := strings.FieldsFunc(controlSequence.ReplaceAllString(r.Output, ""), func(c rune) bool { return c == '\n' || c == '\r' })
	for n, line := range slices.Backward(lines) {
		if curlError.MatchString(line) {
			lines = lines[:n+1]
			break
		}
	}
	for _, last := range slices.Backward(lines) {
		if line := brief(last); line != "" {
			return fmt.Sprintf(": %q", line)
		}
	}
	return ""
}

package audit

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/internal/maillog"
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

// lastWords quotes the line in which a client says best what went wrong, behind a
// colon and safe for a terminal; empty if it wrote nothing.
func (r CommandRun) lastWords() string {
	lines := strings.FieldsFunc(controlSequence.ReplaceAllString(r.Output, ""), func(c rune) bool { return c == '\n' || c == '\r' })
	best, why, most := "", "", -1
	for _, line := range slices.Backward(lines) {
		if curlError.MatchString(line) {
			best, why = line, ""
			break
		}
		if says, n := tells(line); n > most && brief(line) != "" {
			best, why, most = line, says, n
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(": %q", briefAround(best, why))
}

// briefAround is a text in one line, shortened if need be at its beginning as
// well, so that words in it are seen.
func briefAround(text, words string) string {
	text, words = oneLine(text), oneLine(words)
	before, _, found := strings.Cut(text, words)
	from := terminal.Width(before)
	if !found || from+terminal.Width(words) < maxWords {
		return brief(text)
	}
	whole := []rune(text)
	from = min(from, len(whole)-maxWords+1)
	return terminal.Shorten("…"+string(whole[from:]), maxWords)
}

// How much a line tells of why a client failed. Above those come the weights of
// the reasons that package maillog knows.
const (
	tellsNothing = iota // where in its code the client was, or which version it is
	tellsSomething
	tellsOfError
)

// place matches lines of stack traces, and what runtimes and clients print below
// an error.
var place = regexp.MustCompile(`^\s+at \S|^\s*\.{3} \d+ |^\s*from \S.*:\d+|:\d+:in [\x60']?[^:]*$| called at \S+ line \d+\.?$|^\s*File ".*", line \d+|^[\s~^]+$|^Traceback \(` +
	`|^#\d+ |^\s*thrown in .* on line \d+$|^Stack trace:$|^goroutine \d+ \[|\.go:\d+ \+0x|^[\w./]+\(.*\)$|^created by |^exit status \d+$` +
	`|^Node\.js v\d|^\s*[}\])]+[;,]?$|\.{3} message not sent|dead\.letter`)

// anError matches what looks like an error.
var anError = regexp.MustCompile(`(?i)error\b|exception\b|\b(fatal|failed|failure|cannot|can't|could not|unable|denied|refused|rejected|timed out|invalid)\b`)

// tells says how much a line tells of why a client failed, and the words in it
// that do, if they are known.
func tells(line string) (words string, how int) {
	if place.MatchString(line) {
		return "", tellsNothing
	}
	if event := maillog.Read(1, line); event.Weight() > 0 {
		return event.Says, tellsOfError + event.Weight()
	}
	switch indented := strings.TrimLeft(line, " \t") != line; {
	case indented:
		return "", tellsNothing
	case anError.MatchString(line):
		return "", tellsOfError
	}
	return "", tellsSomething
}

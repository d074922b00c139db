package maillog

import "strings"

// continuations begin the lines of a stack trace or of an object that follow
// its first.
var continuations = []string{"Caused by:", "... ", "Suppressed:", "During handling of", "The above exception", "}", "code:", "Stack backtrace:"}

// continues reports whether a line goes on with the line before it. The last
// line of a Python trace is not indented; the ones before it are.
func continues(before, line string) bool {
	if strings.HasPrefix(before, "  File ") || strings.HasPrefix(before, "    ") && line != "" && !strings.HasPrefix(before, "    at ") {
		return true
	}
	if line != "" && (line[0] == ' ' || line[0] == '\t') {
		return true
	}
	for _, begin := range continuations {
		if strings.HasPrefix(line, begin) {
			return true
		}
	}
	return false
}

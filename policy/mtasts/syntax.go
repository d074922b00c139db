package mtasts

import (
	"fmt"
	"strings"
)

// Version is the version of records and policies, the only one there is.
const Version = "STSv1"

// A Field is a key and its value: an extension, which senders ignore (RFC 8461
// section 3.2).
type Field struct {
	Key   string
	Value string
}

// A SyntaxError says why a record or a policy is not valid.
type SyntaxError struct {
	// Line is the line of the policy, from 1. It is 0 for a record, and for a
	// policy that lacks a field.
	Line int
	// Expected says what has to stand there.
	Expected string
	// Found is what stands there instead. It is empty if nothing does. It is the
	// publisher's text, of any length.
	Found string
	// Hint says how to fix a common mistake. It may be empty.
	Hint string
	// Section is the section of RFC 8461, such as "3.1".
	Section string

	what string // "record" or "policy"
}

// Error names the line, what was expected and what was found, and hints at the
// fix. What was found is quoted and cut to a readable length.
func (e *SyntaxError) Error() string {
	var b strings.Builder
	b.WriteString(e.what)
	if e.Line > 0 {
		fmt.Fprintf(&b, " line %d", e.Line)
	}
	b.WriteString(": expected " + e.Expected)
	if e.Found != "" {
		b.WriteString(", found " + quoted(e.Found))
	}
	if e.Hint != "" {
		b.WriteString("; " + e.Hint)
	}
	return b.String() + " (RFC 8461 section " + e.Section + ")"
}

// quoted is text that fits into a line, whatever somebody published.
func quoted(text string) string {
	const enough = 64
	if len(text) > enough {
		return fmt.Sprintf("%q…", text[:enough])
	}
	return fmt.Sprintf("%q", text)
}

// blanks is WSP of RFC 5234.
const blanks = " \t"

func isAlphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// all reports whether there is text, at most so many bytes of it, and every one
// is allowed.
func all(text string, most int, allowed func(byte) bool) bool {
	for i := range len(text) {
		if !allowed(text[i]) {
			return false
		}
	}
	return text != "" && len(text) <= most
}

// isKey is sts-ext-name and sts-policy-ext-name, which are the same. (The grammar
// of the second one says "sta-policy-alphanum", which it does not define.)
func isKey(text string) bool {
	return all(text, 32, func(c byte) bool {
		return isAlphanumeric(c) || c == '_' || c == '-' || c == '.'
	}) && isAlphanumeric(text[0])
}

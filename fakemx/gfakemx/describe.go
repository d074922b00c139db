package gfakemx

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
)

// equal makes a value a matcher that equals it; matchers stay.
func equal(v any) types.GomegaMatcher {
	if m, ok := v.(types.GomegaMatcher); ok {
		return m
	}
	return gomega.Equal(v)
}

// describe is what a failure message says of a text that is wanted: the text, or a
// noun and what a matcher wants of it.
func describe(noun string, v any) string {
	if m, ok := v.(types.GomegaMatcher); ok {
		return noun + " that is " + wish(m, "")
	}
	if s, ok := v.(string); ok {
		v = fmt.Sprintf("%q", s)
	}
	return the(noun) + fmt.Sprint(v)
}

// the makes "the server name " of "a server name". Addresses and identities need no
// such word.
func the(noun string) string {
	if rest, found := strings.CutPrefix(noun, "a "); found {
		return "the " + rest + " "
	}
	return ""
}

// wish is what a matcher wants, in its own words, such as `to have suffix "x"`. A
// matcher says it only when it fails, so it is tried on a zero value of the kind
// that it is for.
func wish(m types.GomegaMatcher, zero any) (words string) {
	defer func() {
		if recover() != nil || words == "" {
			words = "to satisfy a " + reflect.TypeOf(m).String()
		}
	}()
	switch matches, err := m.Match(zero); {
	case err != nil:
		return ""
	case matches:
		return opposite(afterActual(m.NegatedFailureMessage(zero)))
	}
	return afterActual(m.FailureMessage(zero))
}

// maxWish is how many characters of what a matcher wants are shown.
const maxWish = 200

// typed matches a value with its type, as package format writes it.
var typed = regexp.MustCompile(`^<([^>]*)>: (.*)$`)

// afterActual is what stands behind the actual value in a message of Gomega, which
// is indented, in one line; empty if it is none of that form.
func afterActual(message string) string {
	lines := strings.Split(message, "\n")
	for len(lines) > 0 && !strings.HasPrefix(lines[0], "to ") && !strings.HasPrefix(lines[0], "not to ") {
		lines = lines[1:]
	}
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
		if parts := typed.FindStringSubmatch(lines[i]); parts != nil {
			lines[i] = parts[2]
			if parts[1] == "string" {
				lines[i] = fmt.Sprintf("%q", parts[2])
			}
		}
	}
	words := []rune(strings.Join(lines, " "))
	if len(words) > maxWish {
		return string(words[:maxWish]) + "…"
	}
	return string(words)
}

// opposite turns "not to be" into "to be", and the other way round.
func opposite(words string) string {
	if rest, negated := strings.CutPrefix(words, "not to "); negated {
		return "to " + rest
	}
	if words == "" {
		return ""
	}
	return "not " + words
}

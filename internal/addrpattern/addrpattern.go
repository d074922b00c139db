// Package addrpattern matches addresses of mail with the patterns of scenarios, in
// which * stands for any characters, and every other one for itself; case does not
// matter.
package addrpattern

import (
	"cmp"
	"strings"
	"unicode/utf8"
)

// Match reports whether an address fits a pattern. An address is
// without its angle brackets; the empty one is <>.
func Match(pattern, address string) bool {
	if address == "" {
		address = "<>"
	}
	parts := strings.Split(strings.ToLower(pattern), "*")
	first, last := parts[0], parts[len(parts)-1]
	rest, ok := strings.CutPrefix(strings.ToLower(address), first)
	if !ok || len(parts) == 1 {
		return ok && rest == ""
	}
	for _, part := range parts[1 : len(parts)-1] {
		if _, rest, ok = strings.Cut(rest, part); !ok {
			return false
		}
	}
	return strings.HasSuffix(rest, last)
}

// literals are the domains that a pattern of an address literal may be for.
var literals = []string{"[127.0.0.1]", "[IPv6:::1]"}

// Fitting is an address that fits a pattern: the usual one if
// that does or if the pattern is empty, which is for any, and otherwise one with
// as much of the usual one as there is room for: the local part of the result
// holds the usual one wherever the pattern has a * there. For the pattern <> it
// is the empty address. The result always fits, and no dot in it stands at the
// end of a part, or beside another one, unless the pattern has it so.
func Fitting(pattern, usual string) string {
	switch {
	case pattern == "" || Match(pattern, usual):
		return usual
	case Match(pattern, ""):
		return ""
	case !strings.Contains(pattern, "*"):
		return pattern
	case !strings.Contains(pattern, "@"):
		// The last * stands for the @, too.
		last := strings.LastIndex(pattern, "*")
		pattern = pattern[:last] + "*@*" + pattern[last+1:]
	}
	local, domain, _ := strings.Cut(usual, "@")
	at := strings.LastIndex(pattern, "@")
	return fittingLocal(pattern[:at], cmp.Or(local, "x")) + "@" + fittingDomain(pattern[at+1:], cmp.Or(domain, "x.test"))
}

// fittingLocal is a local part that fits the pattern of one: the usual one, or
// one with that in the place of the first *, set off by hyphens, so that people
// can read it.
func fittingLocal(pattern, usual string) string {
	before, behind, found := strings.Cut(pattern, "*")
	switch {
	case !found:
		return pattern
	case Match(pattern, usual):
		return usual
	}
	if before != "" && inWord(before[len(before)-1]) {
		before += "-"
	}
	if next := strings.TrimLeft(behind, "*"); next != "" && inWord(next[0]) {
		behind = "-" + next
	}
	return filled(before+usual, behind, "x")
}

// fittingDomain is a domain that fits the pattern of one: the usual one, an
// address literal, or what the pattern spells. Where that needs a name in the
// place of a *, it is the usual one.
func fittingDomain(pattern, usual string) string {
	for _, domain := range append([]string{usual}, literals...) {
		if Match(pattern, domain) {
			return domain
		}
	}
	return filled("", pattern, usual)
}

// filled is what has begun and then what a pattern spells, with a word in the
// place of each * where no dot may stand at an end or beside another one.
func filled(begun, pattern, word string) string {
	for {
		literal, rest, more := strings.Cut(pattern, "*")
		begun += literal
		if !more {
			return begun
		}
		next := strings.ReplaceAll(rest, "*", "")
		if (begun == "" || strings.HasSuffix(begun, ".")) && (next == "" || strings.HasPrefix(next, ".")) {
			begun += word
		}
		pattern = rest
	}
}

// inWord: the octet is one of a letter or a digit.
func inWord(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' || b >= utf8.RuneSelf
}

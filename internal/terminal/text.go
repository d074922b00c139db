// Package terminal holds what text for a terminal needs: what others have a say
// in is made fit for one (text.go), coloured and wrapped (style.go), and measured
// (width.go). Whatever is printed that is not fakemx's own goes through here.
package terminal

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text makes a text fit for a terminal and for one line: whatever is no
// printable character, control characters, escape sequences, line ends and
// bidirectional overrides among them, is written as Go escapes it.
func Text(text string) string {
	if !strings.ContainsFunc(text, unprintable) {
		return text
	}
	var out strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, `\x%02x`, text[i])
		case unprintable(r):
			quoted := strconv.QuoteRune(r)
			out.WriteString(quoted[1 : len(quoted)-1])
		default:
			out.WriteRune(r)
		}
		i += size
	}
	return out.String()
}

// Lines makes a text of several lines fit for a terminal, and for XML, with a
// mark in place of what is no printable character. Line ends and tabs stay.
func Lines(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t', unicode.IsPrint(r):
			return r
		case r == '\r':
			return -1
		}
		return utf8.RuneError
	}, text)
}

// unprintable holds for RuneError too, which may stand for octets that are not
// UTF-8.
func unprintable(r rune) bool { return r == utf8.RuneError || !unicode.IsPrint(r) }

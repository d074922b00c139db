// Package shell writes command lines that a person can paste into a shell.
package shell

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line joins the words of a command, each as Quote writes it.
func Line(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = Quote(word)
	}
	return strings.Join(quoted, " ")
}

// Quote writes a word so that a shell takes it as it is. A word that means itself
// to every shell stays bare. What a terminal would obey is written as octal
// escapes in dollar-single-quotes (POSIX.1-2024, XCU section 2.2.4), so that it
// does no harm where it is printed and still means the same where it is pasted.
func Quote(word string) string {
	switch {
	case !utf8.ValidString(word) || strings.ContainsFunc(word, unprintable):
		return "$'" + escaped(word) + "'"
	case word == "" || strings.ContainsFunc(word, special) || expands(word):
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return word
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// escaped is a word within dollar-single-quotes.
func escaped(word string) string {
	var out strings.Builder
	for i := 0; i < len(word); {
		r, size := utf8.DecodeRuneInString(word[i:])
		switch {
		case r == utf8.RuneError && size == 1, unprintable(r):
			for _, octet := range []byte(word[i : i+size]) {
				fmt.Fprintf(&out, `\%03o`, octet)
			}
		case r == '\'' || r == '\\':
			out.WriteString(`\` + string(r))
		default:
			out.WriteRune(r)
		}
		i += size
	}
	return out.String()
}

// special holds for every character but those that mean nothing to any shell;
// brackets are patterns to zsh.
func special(r rune) bool {
	return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune("@%+=:,./_-{}", r)
}

// expands reports whether a word of such characters is several to a shell, as
// {a,b} and {1..3} are. Braces alone, as those of {host}, mean nothing.
func expands(word string) bool {
	return strings.Contains(word, "{") && (strings.Contains(word, ",") || strings.Contains(word, ".."))
}

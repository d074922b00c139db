package terminal

import (
	"strings"
	"unicode/utf8"
)

// Width counts characters, for our own texts, which hold no wide ones.
func Width(text string) int { return utf8.RuneCountInString(text) }

// Pad fills text up to a width.
func Pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-Width(text)))
}

// Shorten cuts text that is wider than a width; its last character is then an
// ellipsis. Nothing is left if there is no room for that.
func Shorten(text string, width int) string {
	switch {
	case Width(text) <= width:
		return text
	case width < 1:
		return ""
	}
	return string([]rune(text)[:width-1]) + "…"
}

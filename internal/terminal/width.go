package terminal

import (
	"strings"
	"unicode/utf8"
)

// Width counts characters, for our own texts, which hold no wide ones. What Paint
// puts around a text has no width.
func Width(text string) int {
	width := 0
	for {
		before, painted, found := strings.Cut(text, "\x1b[")
		width += utf8.RuneCountInString(before)
		if !found {
			return width
		}
		_, text, _ = strings.Cut(painted, "m")
	}
}

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

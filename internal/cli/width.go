package cli

import (
	"strings"
	"unicode/utf8"
)

// textWidth counts characters, for our own texts, which hold no wide ones.
func textWidth(text string) int { return utf8.RuneCountInString(text) }

// pad fills text up to a width.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-textWidth(text)))
}

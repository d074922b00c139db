package audit

import (
	"strings"
	"testing"
)

// TestLastWordsAreOneSafeLine, however long and colourful they are.
func TestLastWordsAreOneSafeLine(t *testing.T) {
	t.Parallel()
	for output, want := range map[string]string{
		"":                             "",
		" \n\r\n":                      "",
		"first\nlast\n\n":              `: "last"`,
		"50 %\r100 %\r":                `: "100 %"`,
		"\x1b[1;31merror:\x1b[0m no\n": `: "error: no"`,
		"\x1b]0;title\a no\tsuch\n":    `: "\x1b]0;title\a no such"`,
		"\u202eright to left\n":        `: "\u202eright to left"`,
		"curl: (7) no\ncurl: (60) SSL certificate problem\nMore details here: https://curl.se\n\nvisit the web page\n": `: "curl: (60) SSL certificate problem"`,
		"curl: no\nlast\n":              `: "last"`,
		strings.Repeat("ä", maxWords):   `: "` + strings.Repeat("ä", maxWords) + `"`,
		strings.Repeat("ä", maxWords+1): `: "` + strings.Repeat("ä", maxWords-1) + `…"`,
		strings.Repeat("ä", 500):        `: "` + strings.Repeat("ä", maxWords-1) + `…"`,
	} {
		if got := (CommandRun{Output: output}).lastWords(); got != want {
			t.Errorf("of %q the last words are %s, want %s", output, got, want)
		}
	}
}

package scenarios

import (
	"regexp"
	"strings"
	"testing"
)

// What people read is held to the same form everywhere.

func TestStoriesAreAFewSentences(t *testing.T) {
	t.Parallel()
	sentenceEnd := regexp.MustCompile(`[.?!]( |$)`)
	for _, s := range All() {
		if n := len(sentenceEnd.FindAllString(s.Story, -1)); n < 1 || n > 5 {
			t.Errorf("%s: the story has %d sentences", s.Name, n)
		}
	}
}

func TestTextsAreTidy(t *testing.T) {
	t.Parallel()
	for _, s := range All() {
		for field, text := range map[string]string{"story": s.Story, "fix": s.Fix} {
			if text != strings.TrimSpace(text) || strings.Contains(text, "  ") || !strings.HasSuffix(text, ".") {
				t.Errorf("%s: the %s has loose blanks or no full stop: %q", s.Name, field, text)
			}
		}
		if first := s.Summary[:1]; first != strings.ToLower(first) {
			t.Errorf("%s: the summary begins with a capital", s.Name)
		}
		if len(s.Summary) > 100 {
			t.Errorf("%s: the summary has %d characters, want one short line", s.Name, len(s.Summary))
		}
	}
}

func TestReferencesAreOfAKnownKind(t *testing.T) {
	t.Parallel()
	known := regexp.MustCompile(`^(RFC \d+( section [\d.]+( \([a-z]\)| appendix| [a-z_]+)?)?` +
		`|CVE-\d{4}-\d+|[\w-]+/[\w-]+#\d+|field report: .+|\w+\(\d\w*\).*|.+ \(.+ \d{4}\)|.+ Guide section .+)$`)
	for _, s := range All() {
		if len(s.References) == 0 {
			t.Errorf("%s: has no references", s.Name)
		}
		for _, r := range s.References {
			if !known.MatchString(r) {
				t.Errorf("%s: the reference %q is neither RFC, CVE, issue, manual nor field report", s.Name, r)
			}
		}
	}
}

package maillog

import (
	"strings"
	"testing"
)

func TestPhrasesFindWhatHasAnyFinds(t *testing.T) {
	t.Parallel()
	words := []string{"SSL_accept", "smtpd[", "], ", "ab", "aab", " TLS", "é!"}
	p := newPhrases(words...)
	texts := []string{"", "a", "ab", "aab", "ba", "aaab", "x], ", "], ", "],", "é!", "\xc3!", " TLS", "TLS ", "SSL_accep", "SSL_accept"}
	for _, word := range words {
		for at := range word {
			texts = append(texts, word[:at], word[at:], word[at:]+word, word[:at]+word, strings.Repeat(word[:at], 3))
		}
	}
	for _, text := range texts {
		if got, want := p.in(text), hasAny(text, words...); got != want {
			t.Errorf("in %q: %v, want %v", text, got, want)
		}
	}
}

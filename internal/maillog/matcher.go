package maillog

import (
	"slices"
	"sync"
)

// A matcher finds all spellings of the vocabulary in one pass over a text: the
// automaton of Aho and Corasick ("Efficient string matching", 1975), with a
// table of transitions over the octets that spellings have.
type matcher struct {
	// class numbers the octets that spellings have, from 1; 0 are all others.
	// Letters have one class for both cases, white space has that of a space.
	class   [256]uint16
	classes int
	// next are the transitions, classes of them a state.
	next []int32
	// ends are the patterns that end in a state, and link is the longest
	// proper suffix of the state in which some end.
	ends [][]int32
	link []int32

	patterns []pattern
}

// A pattern is one spelling, folded.
type pattern struct {
	text   string
	source string
	reason Reason
	// row is the place of the reason in the vocabulary.
	row int
	// number says what the digits behind the pattern stand for.
	number numbering
}

// numbering is the kind of number that follows a pattern.
type numbering uint8

const (
	noNumber numbering = iota
	verifyCode
	alertNumber
)

// The matchers of the vocabulary and of what servers reply are built when the
// first line is read.
var (
	vocabularyMatcher = sync.OnceValue(func() *matcher { return newMatcher(append(slices.Clone(numbered), patternsOf(vocabulary)...)) })
	replyMatcher      = sync.OnceValue(func() *matcher { return newMatcher(patternsOf(replyRows)) })
)

// newMatcher builds the automaton of patterns.
func newMatcher(patterns []pattern) *matcher {
	m := &matcher{patterns: patterns}
	for _, p := range patterns {
		for _, c := range []byte(p.text) {
			if m.class[c] == 0 {
				m.classes++
				m.class[c] = uint16(m.classes) //nolint:gosec // there are 256 octets
			}
		}
	}
	m.classes++
	for c := byte('A'); c <= 'Z'; c++ {
		m.class[c] = m.class[c+'a'-'A']
	}
	m.class['\t'] = m.class[' ']
	m.connect(m.grow())
	return m
}

// A trie has the patterns in a tree, each state with its children in a list.
type trie struct {
	first, sibling []int32
	class          []uint16
}

// child is the state behind another one for an octet's class, 0 if none.
func (t *trie) child(state int32, class uint16) int32 {
	at := t.first[state]
	for at != 0 && t.class[at] != class {
		at = t.sibling[at]
	}
	return at
}

// grow makes the trie, and notes which patterns end where.
func (m *matcher) grow() *trie {
	octets := 1
	for _, p := range m.patterns {
		octets += len(p.text)
	}
	t := &trie{first: make([]int32, 1, octets), sibling: make([]int32, 1, octets), class: make([]uint16, 1, octets)}
	m.ends = make([][]int32, 1, octets)
	for i, p := range m.patterns {
		state := int32(0)
		for _, c := range []byte(p.text) {
			class := m.class[c]
			to := t.child(state, class)
			if to == 0 {
				to = int32(len(t.first)) //nolint:gosec // states are as many as the octets of all patterns
				t.first, t.sibling, t.class = append(t.first, 0), append(t.sibling, t.first[state]), append(t.class, class)
				t.first[state] = to
				m.ends = append(m.ends, nil)
			}
			state = to
		}
		m.ends[state] = append(m.ends[state], int32(i))
	}
	return t
}

// connect makes the table of transitions, with those by which a text that stops
// fitting one pattern goes on with the longest other that it fits. The states
// nearer the root come first, so that a state's row starts as a copy of that of
// its longest suffix.
func (m *matcher) connect(t *trie) {
	m.next = make([]int32, len(t.first)*m.classes)
	m.link = make([]int32, len(t.first))
	fail := make([]int32, len(t.first))
	queue := make([]int32, 1, len(t.first))
	for at := 0; at < len(queue); at++ {
		state := queue[at]
		row := m.next[int(state)*m.classes : (int(state)+1)*m.classes]
		if state != 0 {
			copy(row, m.next[int(fail[state])*m.classes:(int(fail[state])+1)*m.classes])
			if m.link[state] = fail[state]; len(m.ends[fail[state]]) == 0 {
				m.link[state] = m.link[fail[state]]
			}
		}
		for to := t.first[state]; to != 0; to = t.sibling[to] {
			fail[to] = row[t.class[to]]
			row[t.class[to]] = to
			queue = append(queue, to)
		}
	}
}

// A match is a pattern that stands in a text.
type match struct {
	*pattern
	// from and to are where, in octets.
	from, to int
}

// find appends to matches the patterns that stand in a text between edges of
// words, by where they end.
func (m *matcher) find(text string, matches []match) []match {
	state := int32(0)
	for i := range len(text) {
		c := text[i]
		if isBlank(c) && i > 0 && isBlank(text[i-1]) {
			continue
		}
		state = m.next[int(state)*m.classes+int(m.class[c])]
		for at := state; at != 0; at = m.link[at] {
			for _, id := range m.ends[at] {
				p := &m.patterns[id]
				if from := startOf(text, i, p.text); edges(text, from, i+1, p) {
					matches = append(matches, match{p, from, i + 1})
				}
			}
		}
	}
	return matches
}

// startOf is where a pattern begins whose last octet is at end. White space
// that is wider in the text than in the pattern counts once.
func startOf(text string, end int, pattern string) int {
	at := end
	for i := len(pattern) - 1; i > 0; i-- {
		at--
		if pattern[i-1] == ' ' {
			for at > 0 && isBlank(text[at-1]) {
				at--
			}
		}
	}
	return at
}

// edges reports whether a match is not a part of longer words. Where a script
// without blanks between words begins or ends it, there is no telling.
func edges(text string, from, to int, p *pattern) bool {
	if from > 0 && text[from] < 0x80 && isWord(text[from]) && isWord(text[from-1]) {
		return false
	}
	return p.number != noNumber || to == len(text) || text[to-1] >= 0x80 || !isWord(text[to-1]) || !isWord(text[to])
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// isWord reports whether an octet is part of a word. Octets beyond ASCII are,
// and so is what joins the words of a name such as CERT_HAS_EXPIRED.
func isWord(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}

// patternsOf folds the spellings of rows.
func patternsOf(rows []row) []pattern {
	var patterns []pattern
	for i, r := range rows {
		for _, s := range r.spellings {
			patterns = append(patterns, pattern{text: fold(s.says), source: s.source, reason: r.reason, row: i})
		}
	}
	return patterns
}

// fold writes a spelling as texts are compared with it: in lower case, with
// single spaces.
func fold(s string) string {
	folded := make([]byte, 0, len(s))
	for _, c := range []byte(s) {
		switch {
		case isBlank(c) && len(folded) > 0 && folded[len(folded)-1] == ' ':
			continue
		case isBlank(c):
			c = ' '
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		}
		folded = append(folded, c)
	}
	return string(folded)
}

package maillog

import "strings"

// phrases are words of which a text is asked whether it has any: in one pass,
// however many they are. Each is looked for by two neighbouring octets of it
// that are rare.
type phrases struct {
	// pairs has a bit for each pair that is looked for, and behind are the
	// phrases of a pair.
	pairs  [1 << 16 / 64]uint64
	behind map[uint16][]anchored
}

// An anchored phrase has its pair at a place.
type anchored struct {
	text string
	at   int
}

// newPhrases prepares the search for words of two octets or more.
func newPhrases(texts ...string) *phrases {
	p := &phrases{behind: make(map[uint16][]anchored)}
	for _, text := range texts {
		at := rarestPair(text)
		pair := pairAt(text, at)
		p.pairs[pair>>6] |= 1 << (pair & 63)
		p.behind[pair] = append(p.behind[pair], anchored{text, at})
	}
	return p
}

func pairAt(text string, at int) uint16 { return uint16(text[at])<<8 | uint16(text[at+1]) }

// rarestPair is where the two neighbouring octets of a text stand that logs
// have most rarely.
func rarestPair(text string) int {
	best := 0
	for at := range len(text) - 1 {
		if commonness(text[at])*commonness(text[at+1]) < commonness(text[best])*commonness(text[best+1]) {
			best = at
		}
	}
	return best
}

// commonness is higher the more often logs have an octet.
func commonness(c byte) int {
	switch {
	case strings.IndexByte(" etaoinsr", c) >= 0:
		return 8
	case c >= 'a' && c <= 'z':
		return 5
	case isDigit(c), strings.IndexByte(".:=<>[]@,", c) >= 0:
		return 4
	}
	return 2
}

// in reports whether a text has one of the phrases.
func (p *phrases) in(text string) bool {
	for i := 1; i < len(text); i++ {
		pair := pairAt(text, i-1)
		if p.pairs[pair>>6]&(1<<(pair&63)) == 0 {
			continue
		}
		for _, a := range p.behind[pair] {
			if from := i - 1 - a.at; from >= 0 && strings.HasPrefix(text[from:], a.text) {
				return true
			}
		}
	}
	return false
}

package received

import (
	"regexp"
	"strings"
)

// scanner takes lexical tokens (RFC 5322 section 3.2) off the front of rest.
//
// What is opened and not closed is looked for a few times only, so that no octet
// is read more often than that.
type scanner struct {
	rest     string
	unclosed int // how many comments were not closed
	// plain: quotation marks and brackets mean nothing; open: nobody was told so yet
	plain, open bool
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' }

// spaces takes white space and tells whether there was any.
func (s *scanner) spaces() bool {
	trimmed := strings.TrimLeft(s.rest, " \t")
	found := len(trimmed) < len(s.rest)
	s.rest = trimmed
	return found
}

// take takes the octet c, if it is the next.
func (s *scanner) take(c byte) bool {
	if s.rest == "" || s.rest[0] != c {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

// maxUnclosed is how many comments without an end are looked through to the end
// of the field.
const maxUnclosed = 8

// commentEnd is where a comment ends at the latest that is not closed.
var commentEnd = regexp.MustCompile(`[);]|[ \t](?i:by|via|with|id|for)[ \t]`)

// comment takes a comment, if one is next, and returns what is between its
// parentheses. Comments nest. One that is not closed ends where the field seems
// to go on.
func (s *scanner) comment() (text string, found, closed bool) {
	if s.rest == "" || s.rest[0] != '(' {
		return "", false, true
	}
	if at := s.closing(); at >= 0 {
		text, s.rest = s.rest[1:at], s.rest[at+1:]
		return text, true, true
	}
	s.unclosed++
	text = s.rest[1:]
	if at := commentEnd.FindStringIndex(text); at != nil {
		text = text[:at[0]]
	}
	s.rest = s.rest[1+len(text):]
	s.take(')')
	return text, true, false
}

// closing is where the comment that is next ends; negative if it does not.
func (s *scanner) closing() int {
	if s.unclosed >= maxUnclosed {
		return -1
	}
	depth := 0
	for i := 0; i < len(s.rest); i++ {
		switch s.rest[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 {
			return i
		}
	}
	return -1
}

// word takes what reaches to the next white space, comment or semicolon outside
// quotation marks and brackets. It is empty if one of these is next. Closed is
// false for the first word with a quotation mark or bracket that has no end.
func (s *scanner) word() (word string, closed bool) {
	word = s.peek()
	s.rest = s.rest[len(word):]
	closed, s.open = !s.open, false
	return word, closed
}

// peek is the next word, which it leaves where it is.
func (s *scanner) peek() string {
	end, closed := s.wordEnd()
	if !closed {
		s.plain, s.open = true, true
		end, _ = s.wordEnd()
	}
	return s.rest[:end]
}

func (s *scanner) wordEnd() (end int, closed bool) {
	var closing byte // of the part we are in; zero outside
	for i := 0; i < len(s.rest); i++ {
		c := s.rest[i]
		switch {
		case c == '\\' && closing == '"':
			i++
		case closing != 0:
			if c == closing {
				closing = 0
			}
		case c == '"' && !s.plain:
			closing = '"'
		case c == '[' && !s.plain:
			closing = ']'
		case isSpace(c) || c == '(' || c == ';':
			return i, true
		}
	}
	return len(s.rest), closing == 0
}

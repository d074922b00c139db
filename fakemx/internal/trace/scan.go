package trace

import (
	"errors"
	"strings"
)

// scanner takes lexical tokens (RFC 5322 section 3.2) off the front of rest.
type scanner struct{ rest string }

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

// comment takes a comment, if one is next, and returns what is between its
// parentheses. Comments nest.
func (s *scanner) comment() (text string, found bool, err error) {
	if s.rest == "" || s.rest[0] != '(' {
		return "", false, nil
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
			text, s.rest = s.rest[1:i], s.rest[i+1:]
			return text, true, nil
		}
	}
	return "", false, errors.New("comment is not closed")
}

// word takes what reaches to the next white space, comment or semicolon outside
// quotation marks and brackets.
func (s *scanner) word() (string, error) {
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
		case c == '"':
			closing = '"'
		case c == '[':
			closing = ']'
		case isSpace(c) || c == '(' || c == ';':
			return s.split(i)
		}
	}
	if closing != 0 {
		return "", errors.New("quoted string or literal is not closed")
	}
	return s.split(len(s.rest))
}

// keyword takes the next word, if it is the one given, in any case.
func (s *scanner) keyword(want string) bool {
	after := *s
	word, err := after.word()
	if err != nil || !strings.EqualFold(word, want) {
		return false
	}
	*s = after
	return true
}

func (s *scanner) split(at int) (string, error) {
	if at == 0 {
		return "", errors.New("expected a word")
	}
	word := s.rest[:at]
	s.rest = s.rest[at:]
	return word, nil
}

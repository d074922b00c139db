package received

import (
	"fmt"
	"slices"
	"strings"
)

// A parser reads a field by the grammar. Where the field breaks it, the parser
// notes that and goes on with the next that it knows.
type parser struct {
	scanner
	field Field
	done  int    // how many of the clauses cannot come any more
	last  string // the clause that was read last
	ended bool   // the semicolon was there
}

// clauseOrder is the order of the clauses; from and by are a must.
var clauseOrder = []string{"from", "by", "via", "with", "id", "for", "tls"}

// note keeps a deviation. Words of the field among the arguments are cut.
func (p *parser) note(kind Kind, format string, args ...any) {
	if len(p.field.Deviations) == maxDeviations {
		return
	}
	for i, arg := range args {
		if s, ok := arg.(string); ok && len(s) > maxLabel {
			args[i] = strings.ToValidUTF8(s[:maxLabel], "") + "..."
		}
	}
	p.field.Deviations = append(p.field.Deviations, Deviation{kind, fmt.Sprintf(format, args...)})
}

// read reads Stamp and the date, and whatever else is there.
func (p *parser) read() {
	for p.comments(); p.rest != ""; p.comments() {
		switch {
		case p.take(';'):
			p.semicolon()
		case p.field.Date.IsZero() && p.dateNext():
			p.date()
		default:
			p.clause()
		}
	}
	if !p.ended {
		p.note(Missing, "expected a word or the semicolon before the date")
	}
	p.from()
}

// semicolon is read: by now from and by must have been, and the date is next.
func (p *parser) semicolon() {
	if p.ended {
		p.note(Misplaced, "a second semicolon")
		return
	}
	p.ended = true
	if p.done < 2 {
		p.note(Missing, "expected a %s clause", clauseOrder[p.done])
		p.done = 2
	}
	if !p.spaces() {
		p.note(BadDate, "expected white space after the semicolon")
	}
	if !p.dateNext() {
		p.note(BadDate, "expected a date such as %s, found %q", DateLayout, p.peek())
	}
}

// clause reads a clause, or a word that is none.
func (p *parser) clause() {
	word := p.oneWord("")
	if word == "" {
		return
	}
	if !p.field.Date.IsZero() {
		p.note(Misplaced, "%q follows the date", word)
	}
	name := strings.ToLower(word)
	if !p.advance(name) {
		p.stray(word)
		return
	}
	if !p.spaces() {
		p.note(BadValue, "expected white space after %q", name)
	}
	if p.rest != "" && p.rest[0] == '(' {
		p.note(BadValue, "%s clause: expected a word, found a comment", name)
		p.comments()
	}
	if p.rest == "" || p.rest[0] == ';' {
		p.note(BadValue, "%s clause: expected a word", name)
		return
	}
	if value := p.oneWord(name + " clause: "); value != "" {
		p.last = name
		p.set(name, value)
	}
}

// oneWord takes a word, and notes if it is not closed.
func (p *parser) oneWord(where string) string {
	word, closed := p.word()
	if !closed {
		p.note(NotClosed, "%squoted string or literal is not closed", where)
	}
	return word
}

// advance checks that a clause may come here, and tells whether it is one.
func (p *parser) advance(name string) bool {
	at := slices.Index(clauseOrder, name)
	if name == "tls" && p.field.TLS != "" {
		p.note(Misplaced, "a second tls clause")
		return true
	}
	if name == "tls" && p.done > 0 && clauseOrder[p.done-1] == "with" {
		return true // as Exim has it, with id and for still to come
	}
	kind := Missing
	if at < 0 {
		kind = Unknown
	}
	switch {
	case p.done < 2 && at != p.done:
		p.note(kind, "expected a %s clause, found %q", clauseOrder[p.done], name)
	case at < 0:
		p.note(Unknown, "clause %q is not registered, or not in this place", name)
	case at < p.done:
		p.note(Misplaced, "clause %q is not registered, or not in this place", name)
	}
	p.done = max(p.done, at+1)
	return at >= 0
}

// stray keeps a word that is no clause. Behind a link or a protocol that is none
// of the registered keywords it is more of that, as in Microsoft SMTP Server.
func (p *parser) stray(word string) {
	switch f := &p.field; {
	case p.last == "with" && keywordOf(f.With) == nil && len(f.With) < maxPath:
		f.With += " " + word
	case p.last == "via" && len(f.Via) < maxPath:
		f.Via += " " + word
	default:
		p.keep(word)
	}
}

func (p *parser) keep(word string) {
	if len(p.field.Words) < maxWords {
		p.field.Words = append(p.field.Words, word)
	}
}

// comments reads CFWS and keeps its comments.
func (p *parser) comments() {
	for {
		p.spaces()
		text, found, closed := p.comment()
		if !closed {
			p.note(NotClosed, "comment is not closed")
		}
		if !found {
			return
		}
		if len(p.field.Comments) < maxComments {
			p.field.Comments = append(p.field.Comments, text)
		}
	}
}

// from sets how many comments stand before by, if there was no by.
func (p *parser) from() {
	if p.field.By == "" {
		p.field.behindFrom = len(p.field.Comments)
	}
}

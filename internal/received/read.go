// Package received reads the Received field (RFC 5321 section 4.4): by the
// grammar alone, or as it comes from the many programs that do not keep to it,
// and says what a field tells of TLS and of AUTH.
package received

import (
	"errors"
	"time"
)

// maxField is how many octets of a field are read; real ones have some hundred.
const maxField = 64 << 10

// maxComments, maxWords and maxDeviations bound what is kept of a field.
const maxComments, maxWords, maxDeviations = 64, 64, 32

// Clauses are the parts of a Received field.
type Clauses struct {
	// From and By are domains or address literals, FromInfo and ByInfo the
	// TCP-info behind them, without its parentheses.
	From, FromInfo string
	By, ByInfo     string
	// With is the protocol, ID an atom or message id, For a path with its
	// brackets or a mailbox.
	Via, With, ID, For string
	// TLS and Group are from the clause of RFC 8314 section 4.3.
	TLS, Group string
	// Comments are those that are no TCP-info, without their parentheses.
	Comments []string
	Date     time.Time
}

// A Field is a Received field as it was read.
type Field struct {
	// Text is the field on one line, its name included.
	Text string
	// Clauses are those that were found. Where the grammar is broken, With and
	// Via may hold several words, and any clause what is no valid value for it.
	Clauses
	// Words are those that belong to no clause.
	Words []string
	// Deviations are where the field breaks the grammar, in the order of the
	// field; none if Parse accepts it.
	Deviations []Deviation
	// Software is the program that wrote the field, as far as its form shows.
	Software Software

	behindFrom int // how many of the comments stand before by
}

// A Deviation is a place where a field breaks the grammar.
type Deviation struct {
	Kind Kind
	// Text says what was expected, and what was there.
	Text string
}

// A Kind is the kind of a deviation.
type Kind string

// The kinds of deviations.
const (
	// BadLine: a line is not ended, folded or filled as RFC 5322 wants it.
	BadLine Kind = "line"
	// TooLong: a line, or the whole field, is longer than it may be. Of a field
	// that is far too long only the beginning is read.
	TooLong Kind = "too-long"
	// BadName: the field has another name, or none.
	BadName Kind = "name"
	// Missing: from, by or the semicolon is not there.
	Missing Kind = "missing"
	// Misplaced: a clause came a second time, or where it may not come.
	Misplaced Kind = "misplaced"
	// Unknown: a word is no clause that is registered.
	Unknown Kind = "unknown"
	// BadValue: what a clause says is not in the form that the clause has.
	BadValue Kind = "value"
	// NotClosed: a comment, a quoted string or a literal has no end.
	NotClosed Kind = "not-closed"
	// BadDate: the date is missing, wrong, or in another form.
	BadDate Kind = "date"
)

// Parse reads one Received field, its name and its line end included, by the
// grammar of RFC 5321 section 4.4 and nothing beside it: no obsolete forms, no
// clauses that are not registered. In two points it is as lenient as the field
// needs to be: TCP-info may be missing behind a domain only, and the tls clause
// may also follow the protocol directly, where Exim writes it.
func Parse(field string) (Clauses, error) {
	f := Read(field)
	if len(f.Deviations) > 0 {
		return Clauses{}, errors.New(f.Deviations[0].Text)
	}
	return f.Clauses, nil
}

// Read reads one Received field, whatever it looks like. It never fails: what
// it cannot make sense of is a deviation.
func Read(field string) Field {
	p := parser{}
	p.rest = p.name(p.unfold(field))
	p.read()
	p.field.Software = writer(&p.field)
	return p.field
}

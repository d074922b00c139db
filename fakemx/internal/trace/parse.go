package trace

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

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

// dateLayout is date-time of RFC 5322 section 3.3.
const dateLayout = "Mon, 2 Jan 2006 15:04:05 -0700"

// Parse reads one Received field, its name and its line end included, by the
// grammar of RFC 5321 section 4.4 and nothing beside it: no obsolete forms, no
// clauses that are not registered. In two points it is as lenient as the field
// needs to be: TCP-info may be missing behind a domain only, and the tls clause
// may also follow the protocol directly, where Exim writes it.
func Parse(field string) (Clauses, error) {
	text, err := unfold(field)
	if err != nil {
		return Clauses{}, err
	}
	const name = "Received:"
	if len(text) < len(name) || !strings.EqualFold(text[:len(name)], name) {
		return Clauses{}, errors.New("expected the field name Received")
	}
	p := parser{scanner: scanner{rest: text[len(name):]}}
	if err := p.stamp(); err != nil {
		return Clauses{}, err
	}
	if err := p.date(); err != nil {
		return Clauses{}, err
	}
	return p.clauses, nil
}

// unfold takes the line ends out of a field (RFC 5322 section 2.2.3).
func unfold(field string) (string, error) {
	body, ok := strings.CutSuffix(field, "\r\n")
	if !ok {
		return "", errors.New("expected a line end, CR LF, at the end of the field")
	}
	if !utf8.ValidString(body) {
		return "", errors.New("the field is not UTF-8")
	}
	lines := strings.Split(body, "\r\n")
	for i, line := range lines {
		switch {
		case len(line) > 998:
			return "", fmt.Errorf("line %d is %d octets long, the limit is 998", i+1, len(line))
		case strings.Trim(line, " \t") == "":
			return "", fmt.Errorf("line %d is empty", i+1)
		case i > 0 && !isSpace(line[0]):
			return "", fmt.Errorf("line %d is no continuation: it begins with %q", i+1, line[0])
		}
		for _, c := range []byte(line) {
			if c < ' ' && c != '\t' || c == 0x7f {
				return "", fmt.Errorf("line %d holds the control character %q", i+1, c)
			}
		}
	}
	return strings.Join(lines, ""), nil
}

type parser struct {
	scanner
	clauses Clauses
	done    int // how many of the clauses cannot come any more
}

// clauseOrder is the order of the clauses; from and by are a must.
var clauseOrder = []string{"from", "by", "via", "with", "id", "for", "tls"}

// stamp reads Stamp up to its semicolon.
func (p *parser) stamp() error {
	for {
		if err := p.comments(); err != nil {
			return err
		}
		if p.take(';') {
			if p.done < 2 {
				return fmt.Errorf("expected a %s clause", clauseOrder[p.done])
			}
			return nil
		}
		word, err := p.word()
		if err != nil {
			return err
		}
		if err := p.clause(strings.ToLower(word)); err != nil {
			return err
		}
	}
}

func (p *parser) clause(name string) error {
	if err := p.advance(name); err != nil {
		return err
	}
	if !p.spaces() {
		return fmt.Errorf("expected white space behind %q", name)
	}
	value, err := p.word()
	if err != nil {
		return fmt.Errorf("%s clause: %w", name, err)
	}
	if err := p.set(name, value); err != nil {
		return fmt.Errorf("%s clause: %w", name, err)
	}
	return nil
}

// advance checks that a clause may come here.
func (p *parser) advance(name string) error {
	if name == "tls" && p.clauses.TLS != "" {
		return errors.New("a second tls clause")
	}
	if name == "tls" && p.done > 0 && clauseOrder[p.done-1] == "with" {
		return nil // as Exim has it, with id and for still to come
	}
	for i, known := range clauseOrder[p.done:] {
		if known == name {
			p.done += i + 1
			return nil
		}
		if p.done+i < 2 {
			return fmt.Errorf("expected a %s clause, found %q", known, name)
		}
	}
	return fmt.Errorf("clause %q is not registered, or not in this place", name)
}

func (p *parser) set(name, value string) (err error) {
	c := &p.clauses
	switch name {
	case "from":
		c.From = value
		c.FromInfo, err = p.extendedDomain(value)
	case "by":
		c.By = value
		c.ByInfo, err = p.extendedDomain(value)
	case "via":
		c.Via = value
		err = check(isAtom(value), "a link", value)
	case "with":
		c.With = value
		err = check(isAtom(value), "a protocol", value)
	case "id":
		c.ID = value
		err = check(isAtom(value) || isMessageID(value), "an atom or message id", value)
	case "for":
		c.For = value
		inner, _ := strings.CutSuffix(strings.TrimPrefix(value, "<"), ">")
		bracketed := value == "<"+inner+">"
		err = check((bracketed || value == inner) && isMailbox(inner, true), "a path or mailbox", value)
	case "tls":
		c.TLS = value
		err = check(isSuiteName(value), "a cipher suite", value)
		if err == nil {
			err = p.group()
		}
	}
	return err
}

// group reads tls-dh-group-clause of RFC 8314 section 4.3, if there is one.
func (p *parser) group() error {
	err := p.comments()
	if err != nil || !p.keyword("group") {
		return err
	}
	if !p.spaces() {
		return errors.New("expected white space behind group")
	}
	if p.clauses.Group, err = p.word(); err != nil {
		return err
	}
	return check(isGroupName(p.clauses.Group), "a group", p.clauses.Group)
}

// extendedDomain checks a domain or address literal and reads its TCP-info.
func (p *parser) extendedDomain(value string) (info string, err error) {
	literal := isAddressLiteral(value)
	if err := check(literal || isInternationalDomain(value), "a domain or address literal", value); err != nil {
		return "", err
	}
	before := p.scanner
	if p.spaces() {
		text, found, err := p.comment()
		if err != nil {
			return "", err
		}
		if found && isTCPInfo(text) {
			return text, nil
		}
	}
	p.scanner = before
	return "", check(!literal, "TCP-info behind an address literal", p.rest)
}

// comments reads CFWS and keeps its comments.
func (p *parser) comments() error {
	for {
		p.spaces()
		text, found, err := p.comment()
		if err != nil || !found {
			return err
		}
		p.clauses.Comments = append(p.clauses.Comments, text)
	}
}

// date reads what is behind the semicolon.
func (p *parser) date() error {
	if !p.spaces() {
		return errors.New("expected white space behind the semicolon")
	}
	text := strings.Join(strings.Fields(p.rest), " ")
	t, err := time.Parse(dateLayout, text)
	if err != nil {
		return fmt.Errorf("expected a date such as %s: %w", dateLayout, err)
	}
	if day := t.Format("Mon"); !strings.HasPrefix(text, day) {
		return fmt.Errorf("%s was a %s", text, day)
	}
	p.clauses.Date = t
	return nil
}

func isInternationalDomain(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if !isLabel(label, true) {
			return false
		}
	}
	return len(s) <= maxDomain
}

// isTCPInfo is TCP-info of RFC 5321 section 4.4.
func isTCPInfo(s string) bool {
	fields := strings.Fields(s)
	switch len(fields) {
	case 1:
		return isAddressLiteral(fields[0])
	case 2:
		return isInternationalDomain(fields[0]) && isAddressLiteral(fields[1])
	}
	return false
}

// isMessageID is msg-id of RFC 5322 section 3.6.4, without its obsolete forms.
func isMessageID(s string) bool {
	left, right, ok := strings.Cut(s, "@")
	left, opened := strings.CutPrefix(left, "<")
	right, closed := strings.CutSuffix(right, ">")
	return ok && opened && closed && isDotString(left, true) && isDotString(right, true)
}

func check(ok bool, want, got string) error {
	if ok {
		return nil
	}
	return fmt.Errorf("expected %s, found %q", want, got)
}

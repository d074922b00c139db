package received

import (
	"slices"
	"strings"
	"time"
)

// DateLayout is date-time of RFC 5322 section 3.3.
const DateLayout = "Mon, 2 Jan 2006 15:04:05 -0700"

// dateLayouts are the forms of a date without its day, the grammar's first.
var dateLayouts = []string{
	"2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04 -0700",
	"2 Jan 2006 15:04:05 MST", "2 Jan 2006 15:04 MST", "2 Jan 2006 15:04:05", "2 Jan 2006 15:04",
}

// strictLayouts is how many of them are the grammar's.
const strictLayouts = 2

// obsoleteZones are those of RFC 5322 section 4.3, in hours. Other names tell no
// difference that one could be sure of.
var obsoleteZones = map[string]int{
	"UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}

var (
	weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
	months   = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}
)

// dateNext is true if a date comes next: a day of the week with its comma, or a
// number and a month.
func (p *parser) dateNext() bool {
	word := p.peek()
	if day, _, found := strings.Cut(word, ","); found && slices.Contains(weekdays, strings.ToLower(day)) {
		return true
	}
	if word == "" || len(word) > 2 || strings.Trim(word, "0123456789") != "" {
		return false
	}
	after := scanner{rest: strings.TrimLeft(p.rest[len(word):], " \t"), plain: true}
	return slices.Contains(months, strings.ToLower(after.peek()))
}

// date reads a date that comes next.
func (p *parser) date() {
	if !p.ended {
		p.note(Missing, "expected a semicolon before the date")
		p.ended = true
	}
	words := p.dateWords()
	text := strings.Join(words, " ")
	day, rest, named := strings.Cut(text, ",")
	if !named {
		rest = text
	}
	t, strict := parseDate(strings.TrimSpace(rest))
	switch {
	case t.IsZero():
		p.note(BadDate, "expected a date such as %s, found %q", DateLayout, text)
		return
	case !strict:
		p.note(BadDate, "expected a date such as %s, found the obsolete form %q", DateLayout, text)
	case named && !strings.EqualFold(day, t.Format("Mon")):
		p.note(BadDate, "%s was a %s", text, t.Format("Mon"))
	}
	p.field.Date = t
}

// dateWords takes the words of a date, up to its zone.
func (p *parser) dateWords() []string {
	var words []string
	for len(words) < 6 && (p.rest == "" || p.rest[0] != ';' && p.rest[0] != '(') {
		if n := len(words); n > 0 && strings.Contains(words[n-1], ":") && !isZone(p.peek()) {
			break
		}
		word := p.oneWord("")
		if word == "" {
			break
		}
		words = append(words, word)
		if n := len(words); n > 1 && strings.Contains(words[n-2], ":") {
			break
		}
		p.spaces()
	}
	return words
}

func isZone(word string) bool {
	_, named := obsoleteZones[word]
	return named || word != "" && (word[0] == '+' || word[0] == '-')
}

// parseDate reads a date without its day, and tells whether it is in the form of
// the grammar.
func parseDate(text string) (t time.Time, strict bool) {
	if strings.ContainsAny(text, ".,") { // parts of a second, for package time
		return time.Time{}, false
	}
	for i, layout := range dateLayouts {
		t, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		if hours, named := obsoleteZones[text[strings.LastIndexByte(text, ' ')+1:]]; named {
			t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.FixedZone("", hours*3600))
		}
		return t, i < strictLayouts
	}
	return time.Time{}, false
}

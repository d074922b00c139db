package received

import (
	"regexp"
	"slices"
	"strings"
)

// maxFields is how many fields are read of a block; servers take more hops than
// that for a loop (RFC 5321 section 6.3).
const maxFields = 200

// Fields reads the Received fields of a text: a header block, a message, or a
// paste that holds some, folded in any way, quoted or indented. Hops stand in
// the order of time, so the last field comes first. Where the text begins with
// headers, the body behind them is not read.
//
// How a paste ended and indented its lines is not the field's fault, so it is no
// deviation.
func Fields(block string) []Field {
	var fields []Field
	for _, text := range fieldTexts(block) {
		fields = append(fields, Read(text))
	}
	slices.Reverse(fields)
	return fields
}

var (
	quotePrefix = regexp.MustCompile(`^(?:[ \t]{0,8}[>|])+ ?`)
	headerLine  = regexp.MustCompile(`^[!-9;-~]{1,64}[ \t]*:`)
	startLine   = regexp.MustCompile(`^(?i:received)[ \t]*:`)
	// bareContinuation is how the lines of a field go on that lost their
	// indentation.
	bareContinuation = regexp.MustCompile(`^(?i:(?:from|by|via|with|id|for|tls)[ \t]|[(;]|(?:mon|tue|wed|thu|fri|sat|sun), )`)
)

// A collector gathers the texts of fields, line by line.
type collector struct {
	texts   []string
	field   strings.Builder
	open    bool // a field is being gathered
	block   bool // the text began with a header
	started bool
}

// fieldTexts are the fields, each with lines ended and folded by the grammar.
func fieldTexts(block string) []string {
	var c collector
	block, _ = cutMailboxLine(block)
	for line := range strings.Lines(block) {
		line = strings.TrimRight(line, "\r\n")
		line = line[len(quotePrefix.FindString(line)):]
		if !c.line(line) || len(c.texts) == maxFields {
			break
		}
	}
	c.end()
	return c.texts
}

// cutMailboxLine cuts the line off with which a message begins in an mbox.
func cutMailboxLine(block string) (rest string, found bool) {
	first, rest, _ := strings.Cut(block, "\n")
	if strings.HasPrefix(first, "From ") && !headerLine.MatchString(first) {
		return rest, true
	}
	return block, false
}

// line takes one line, and tells whether there may be more to read.
func (c *collector) line(line string) bool {
	trimmed := strings.TrimLeft(line, " \t")
	switch {
	case trimmed == "":
		c.end()
		return !c.block || len(c.texts) == 0
	case startLine.MatchString(trimmed):
		c.end()
		c.open = true
		c.add(trimmed)
	case c.open && c.continues(line, trimmed):
		c.add(" " + trimmed)
	default:
		c.end()
	}
	if !c.started {
		c.started = true
		c.block = headerLine.MatchString(line)
	}
	return true
}

// continues is true for a line that goes on with the field: it is indented and
// no field of its own, or it looks like a part of one.
func (c *collector) continues(line, trimmed string) bool {
	if isSpace(line[0]) {
		return c.block || !headerLine.MatchString(trimmed)
	}
	return bareContinuation.MatchString(line)
}

// add adds a line to the field, unless it is longer already than is read.
func (c *collector) add(line string) {
	if c.field.Len() > maxField {
		return
	}
	if c.field.Len() > 0 {
		c.field.WriteString("\r\n")
	}
	c.field.WriteString(line)
}

// end ends the field that is being gathered.
func (c *collector) end() {
	if c.open && len(c.texts) < maxFields {
		c.texts = append(c.texts, c.field.String()+"\r\n")
	}
	c.open = false
	c.field.Reset()
}

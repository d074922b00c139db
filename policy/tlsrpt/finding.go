package tlsrpt

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Severity says how bad a [Finding] is.
type Severity int

// The severities, the mildest first.
const (
	// Note: allowed, or of no consequence, but good to know.
	Note Severity = iota + 1
	// Warning: against a SHOULD, or missing what a domain needs to find the
	// fault. A receiver reads the report.
	Warning
	// Error: against a MUST or the definition of a value, or a contradiction
	// within the report. A receiver may misread the report or ignore it.
	Error
)

var severities = []string{Note: "note", Warning: "warning", Error: "error"}

// String is note, warning or error.
func (s Severity) String() string {
	if s < Note || s > Error {
		return "Severity(" + strconv.Itoa(int(s)) + ")"
	}
	return severities[s]
}

// MarshalText makes a severity its word in JSON.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the word.
func (s *Severity) UnmarshalText(text []byte) error {
	for severity := Note; severity <= Error; severity++ {
		if severity.String() == string(text) {
			*s = severity
			return nil
		}
	}
	return fmt.Errorf("expected note, warning or error, not %s", quote(string(text)))
}

// A Kind says what a [Finding] is about, for programs. More may come.
type Kind string

// The kinds of findings.
const (
	Missing      Kind = "missing"      // a key, header field or parameter is not there, or empty
	WrongType    Kind = "wrong-type"   // a JSON value of another type than the RFC says
	BadValue     Kind = "bad-value"    // a value of another form or range than the RFC says
	UnknownKey   Kind = "unknown-key"  // a key that the RFC does not define
	MisspeltKey  Kind = "misspelt-key" // a key that looks like one that it defines
	BadSyntax    Kind = "bad-syntax"   // JSON, MIME, gzip or base64 that is not as it must be
	Inconsistent Kind = "inconsistent" // two statements that do not agree
	BadDateRange Kind = "date-range"   // a range that is not a day in UTC
	BadTransport Kind = "transport"    // media types, file names and methods
	Unsigned     Kind = "dkim"         // the DKIM signature or its key
	ReportCycle  Kind = "report-cycle" // a report about the delivery of reports
	LeftOut      Kind = "left-out"     // more findings than are kept
)

// A Finding says where something departs from the RFC. Its JSON form is public.
type Finding struct {
	Severity Severity `json:"severity"`
	Kind     Kind     `json:"kind"`
	// Path says where: in the report the keys from the top, with dots between
	// them and indexes from 0, such as policies[0].policy.policy-domain; empty
	// for the report as a whole. Around the report it is "header NAME" for a
	// header field, "part N" for a part of a message, counted from 1, "filename",
	// "record" for a TXT record, or "request" for HTTP.
	Path string `json:"path"`
	// Text says in one line what was expected and what was found instead. What
	// it quotes comes from others: print it as untrusted text.
	Text string `json:"text"`
	// Reference is the section of the RFC that says so.
	Reference string `json:"reference"`
}

// String is the finding in one line.
func (f Finding) String() string {
	text := f.Severity.String() + ": "
	if f.Path != "" {
		text += f.Path + ": "
	}
	text += f.Text
	if f.Reference != "" {
		text += " (" + f.Reference + ")"
	}
	return text
}

// Findings are what was found, in the order of the input.
type Findings []Finding

// Worst is the highest severity, and 0 if there are no findings.
func (list Findings) Worst() Severity {
	var worst Severity
	for _, f := range list {
		worst = max(worst, f.Severity)
	}
	return worst
}

// Of are the findings of one severity.
func (list Findings) Of(severity Severity) Findings {
	var some Findings
	for _, f := range list {
		if f.Severity == severity {
			some = append(some, f)
		}
	}
	return some
}

// maxFindings bounds what is kept of a hostile report. A report with more
// faults needs no further proof.
const maxFindings = 200

// A collector gathers findings.
type collector struct {
	list Findings
	at   map[string]bool // the paths of warnings and errors
	left int             // how many were left out
	// worst of those that were left out
	worst Severity
}

func newCollector() *collector { return &collector{at: map[string]bool{}} }

// add adds a finding.
func (c *collector) add(severity Severity, kind Kind, path, reference, format string, args ...any) {
	if severity >= Warning && len(c.at) <= maxFindings {
		c.at[path] = true
	}
	if len(c.list) >= maxFindings {
		c.left++
		c.worst = max(c.worst, severity)
		return
	}
	c.list = append(c.list, Finding{severity, kind, path, fmt.Sprintf(format, args...), reference})
}

// addUnlessSaid adds a finding about a value that is empty, unless it was said
// already why it is: of the value itself or of what it would be in.
func (c *collector) addUnlessSaid(severity Severity, kind Kind, path, reference, format string, args ...any) {
	for at := path; at != ""; at = at[:max(strings.LastIndexByte(at, '.'), 0)] {
		if c.at[at] {
			return
		}
	}
	c.add(severity, kind, path, reference, format, args...)
}

// findings are all that was gathered.
func (c *collector) findings() Findings {
	if c.left == 0 {
		return c.list
	}
	last := Finding{c.worst, LeftOut, "", fmt.Sprintf("%d more findings are left out", c.left), ""}
	return append(slices.Clip(c.list), last)
}

// maxQuote bounds what a finding quotes, in octets.
const maxQuote = 80

// quote quotes what others wrote, shortened.
func quote(text string) string {
	if len(text) <= maxQuote {
		return strconv.Quote(text)
	}
	return strconv.Quote(shorten(text)) + "…"
}

// shorten cuts a text between characters.
func shorten(text string) string {
	if len(text) <= maxQuote {
		return text
	}
	cut := maxQuote
	for cut > maxQuote-utf8.UTFMax && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut]
}

// oneOf lists choices in words: a, b or c.
func oneOf[T ~string](choices []T) string {
	words := make([]string, len(choices))
	for i, c := range choices {
		words[i] = string(c)
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

package mtasts

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ParsePolicy parses a policy by the grammar of RFC 8461 section 3.2. The error
// is a [*SyntaxError], which names the line.
//
// A policy consists of lines "key: value". Keys and values are case-sensitive,
// except for the names of hosts. A valid policy has a version, a mode and a
// max_age, and at least one mx unless the mode is none. Lines end with CRLF or
// LF; the last one may end with neither. Spaces and tabs may follow the colon and
// end the line, and nothing may precede the key. Unknown keys are extensions. Of
// fields with the same key other than mx, the first one counts.
func ParsePolicy(body string) (Policy, error) {
	policy, _, err := parsePolicy(body)
	return policy, err
}

// PolicyNotes returns what is questionable about a policy that [ParsePolicy]
// accepts, in the order of its lines. For another one, it returns the notes up
// to the error.
func PolicyNotes(body string) []Note {
	_, notes, _ := parsePolicy(body)
	return notes
}

func parsePolicy(body string) (Policy, []Note, error) {
	p := policyParser{seen: map[string]bool{}}
	for line := range lines(body) {
		p.line++
		text, ended := strings.CutSuffix(line, "\n")
		text, crlf := strings.CutSuffix(text, "\r")
		if ended && !crlf && !p.lf {
			p.lf = true
			p.note(NoteLineEnds, "the line ends with LF: publish CRLF, although senders have to accept both")
		}
		if !ended && crlf {
			text += "\r" // a CR alone ends no line
		}
		if err := p.parseLine(text); err != nil {
			return Policy{}, p.notes, err
		}
	}
	p.line = 0
	if err := p.complete(); err != nil {
		return Policy{}, p.notes, err
	}
	return p.policy, p.notes, nil
}

// lines are those of strings.Lines, but an empty body is an empty line.
func lines(body string) func(func(string) bool) {
	if body == "" {
		return slices.Values([]string{""})
	}
	return strings.Lines(body)
}

type policyParser struct {
	policy Policy
	line   int
	lf     bool // a line has ended with LF
	seen   map[string]bool
	notes  []Note
}

func (p *policyParser) parseLine(text string) error {
	key, rest, ok := strings.Cut(text, ":")
	if !ok || !isKey(key) {
		return p.expected(`"key: value"`, text, lineHint(text, key))
	}
	rest = strings.TrimLeft(rest, blanks)
	value := strings.TrimRight(rest, blanks)
	if value != rest {
		p.note(NoteTrailingBlank, "blanks at the end of the line: senders have to ignore them")
	}
	switch {
	case value == "":
		return p.expected("a value for "+key, "", "")
	case !isPolicyValue(value):
		return p.expected("a value of UTF-8 without control characters for "+key, value, "")
	}
	if key == "mx" {
		return p.mx(value)
	}
	if p.seen[key] {
		p.note(NoteDuplicateKey, "a second "+key+": senders ignore it")
		return nil
	}
	p.seen[key] = true
	return p.field(key, value)
}

// lineHint knows what people serve in the place of a policy.
func lineHint(text, key string) string {
	switch {
	case text == "":
		return "a policy has no empty lines"
	case strings.HasPrefix(text, "<"):
		return "this looks like a web page"
	case strings.HasPrefix(text, "\ufeff"):
		return "save the file without a byte order mark"
	case strings.Trim(key, blanks) != key:
		return "remove the blanks around the key"
	case strings.HasPrefix(text, "v="+Version):
		return "this is the TXT record, not the policy"
	case strings.HasPrefix(text, "#"):
		return "a policy has no comments"
	}
	return ""
}

func (p *policyParser) field(key, value string) error {
	switch key {
	case "version":
		if value != Version {
			return p.expected("version "+Version, value, "")
		}
		p.policy.Version = value
	case "mode":
		mode := Mode(value)
		if mode != ModeEnforce && mode != ModeTesting && mode != ModeNone {
			return p.expected("mode enforce, testing or none", value, "")
		}
		p.policy.Mode = mode
	case "max_age":
		return p.maxAge(value)
	default:
		p.policy.Extensions = append(p.policy.Extensions, Field{key, value})
		p.note(NoteUnknownKey, "an unknown key "+key+": senders ignore it")
	}
	return nil
}

func (p *policyParser) mx(value string) error {
	if hint := wrongPattern(value); hint != "" {
		return p.expected(`mx with a host name, or "*." and one`, value, hint)
	}
	p.seen["mx"] = true
	p.policy.MX = append(p.policy.MX, Pattern(value))
	name, wildcard := strings.CutPrefix(value, "*.")
	if wildcard && !strings.Contains(name, ".") {
		p.note(NoteBroadWildcard, value+" matches anybody's hosts below "+name)
	}
	if isAddress(value) {
		p.note(NoteAddress, value+" is an address, and matches no host: write the name in the MX record")
	}
	return nil
}

func (p *policyParser) maxAge(value string) error {
	if !all(value, 10, isDigit) {
		return p.expected("max_age in seconds, of 1 to 10 digits", value, "")
	}
	seconds, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return p.expected("max_age in seconds", value, "")
	}
	p.policy.MaxAge = seconds
	if seconds > MaxMaxAge {
		p.note(NoteMaxAgeTooLong, fmt.Sprintf("max_age is above the maximum of %d seconds: some senders refuse the policy", MaxMaxAge))
	}
	return nil
}

// complete checks what can be said only when every line has been read.
func (p *policyParser) complete() error {
	for _, key := range []string{"version", "mode", "max_age"} {
		if !p.seen[key] {
			return p.expected(quoted(key+":"), "", keysHint(p.policy.Extensions))
		}
	}
	if p.policy.Mode != ModeNone && !p.seen["mx"] {
		return p.expected(`"mx:" at least once, as the mode is `+string(p.policy.Mode), "", keysHint(p.policy.Extensions))
	}
	const week = 7 * 24 * 60 * 60
	if p.policy.Mode != ModeNone && p.policy.MaxAge < week {
		p.note(NoteMaxAgeShort, "max_age is below a week: an attacker has to block the refresh only as long")
	}
	return nil
}

// isPolicyValue is sts-policy-ext-value, which every other value fits, too. What
// it is given is not empty and has no blanks at its ends.
func isPolicyValue(text string) bool {
	return utf8.ValidString(text) &&
		!strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f })
}

func (p *policyParser) note(kind NoteKind, text string) {
	p.notes = append(p.notes, Note{Line: p.line, Kind: kind, Text: text, Section: noteSections[kind]})
}

func (p *policyParser) expected(expected, found, hint string) error {
	return &SyntaxError{Line: p.line, Expected: expected, Found: found, Hint: hint, Section: "3.2", what: "policy"}
}

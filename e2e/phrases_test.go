package e2e_test

import (
	"regexp"
	"strings"
	"unicode"
)

// ofOneMachine are parts of a line that are of one machine at one time: addresses,
// names, numbers of processes and messages. A phrase ends where one stands.
var ofOneMachine = regexp.MustCompile(`https?://\S+` +
	`|<[^>]*>` +
	`|(?:/(?:C|ST|L|O|OU|CN|DC|emailAddress)=[^/,]*)+` + // a name in a certificate
	`|\S+@\S+` +
	`|(?i)\b(?:[a-z0-9_-]+\.)+(?:[a-z]{2,}|xn--[a-z0-9-]+)\.?(?:[^a-z0-9_-]|$)` + // a host's name
	`|\b\d+\.\d+\.\d+\.\d+\b(?::\d+)?` +
	`|\b(?:0x)?[0-9a-fA-F]*\d[0-9a-fA-F]*[a-fA-F][0-9a-fA-F]{4,}\b` +
	`|\b(?:HOST|PORT|TIME|localhost)\b`)

// A field of a maillog line is a key, an equals sign and a value up to the next
// comma that a field follows.
var logField = regexp.MustCompile(`(^|[\s,;(])([A-Za-z][A-Za-z0-9_-]*)=`)

// tellingKeys are the keys whose values say what happened. Those of other fields
// are of one message, and are left out. If the value says nothing without its
// key, the key is part of the phrase.
var tellingKeys = map[string]bool{
	"verify": true, "CV": true, "num": true, "errno": true, "SSL_error": true,
	"verifymsg": false, "reason": false, "stat": false, "status": false,
	"reject": false, "error": false, "result": false, "arg1": true,
}

// A phrase is a run of words that punctuation does not interrupt.
type phrase []string

// phrases are the phrases of a line.
func phrases(line string) []phrase {
	var all []phrase
	for _, part := range statements(line) {
		for _, run := range strings.FieldsFunc(ofOneMachine.ReplaceAllString(part, "\n"), interrupts) {
			if words := strings.FieldsFunc(strings.ToLower(strings.ReplaceAll(run, "'", "")), separates); len(words) > 0 {
				all = append(all, words)
			}
		}
	}
	return all
}

// statements are the parts of a line that are not one message's: what stands
// outside fields, and the values of the tellingKeys ones.
func statements(line string) []string {
	var all []string
	rest := line
	for {
		at := logField.FindStringSubmatchIndex(rest)
		if at == nil {
			return append(all, rest)
		}
		key, value := rest[at[4]:at[5]], rest[at[1]:]
		end := len(value)
		if comma := strings.Index(value, ", "); comma >= 0 {
			end = comma
		}
		if next := logField.FindStringIndex(value[:end]); next != nil && !strings.HasPrefix(value, "/") {
			end = next[0]
		}
		all = append(all, rest[:at[4]])
		if keyed, tells := tellingKeys[key]; tells && keyed {
			all = append(all, key+" "+value[:end])
		} else if tells {
			all = append(all, value[:end])
		}
		rest = value[end:]
	}
}

func interrupts(r rune) bool {
	return strings.ContainsRune(",;:()[]{}\"`«»|\n\r", r) || r == unicode.ReplacementChar
}

func separates(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

func (p phrase) String() string { return strings.Join(p, " ") }

// kindOf is what two lines have in common that say the same of different peers at
// different times.
func kindOf(line string) string {
	var all []string
	for _, p := range phrases(line) {
		all = append(all, p.String())
	}
	return strings.Join(all, "; ")
}

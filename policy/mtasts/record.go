package mtasts

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// RecordName returns the name of the TXT record of a policy domain:
// _mta-sts.example.com for example.com (RFC 8461 section 3.1). A CNAME there
// has to be followed.
func RecordName(domain string) string { return "_mta-sts." + strings.TrimSuffix(domain, ".") }

// A Record is the TXT record of MTA-STS (RFC 8461 section 3.1).
type Record struct {
	// ID identifies the policy that is published now: 1 to 32 letters and
	// digits. Only whether it changes matters; ids have no order.
	ID string
	// Extensions are the fields with other keys, in their order. Of several with
	// the same key, only the first one is here.
	Extensions []Field
}

// String returns the record as it is published, "v=STSv1; id=20160831085700Z;".
// It does not check the fields.
func (r Record) String() string {
	var b strings.Builder
	b.WriteString("v=" + Version + "; id=" + r.ID + ";")
	for _, field := range r.Extensions {
		b.WriteString(" " + field.Key + "=" + field.Value + ";")
	}
	return b.String()
}

// ErrNoRecord says that a domain has no TXT record of MTA-STS.
var ErrNoRecord = errors.New(`no MTA-STS record: expected one TXT record that begins with "v=STSv1;"`)

// ErrSeveralRecords says that a domain has several TXT records of MTA-STS, so
// that none counts.
var ErrSeveralRecords = errors.New(`several MTA-STS records: expected one TXT record that begins with "v=STSv1;"; remove the others`)

// FindRecord returns the record among all TXT records at the name of
// [RecordName] (RFC 8461 section 3.1). A TXT record that consists of several
// strings is passed as one, joined without spaces, as [net.Resolver.LookupTXT]
// returns it.
//
// If there are several TXT records, those that do not begin with "v=STSv1;" are
// discarded first. FindRecord then returns [ErrNoRecord] if none is left,
// [ErrSeveralRecords] if more than one is, and a [*SyntaxError] if the one is
// not valid; if that is no record of this version at all, the error is both
// ErrNoRecord and a SyntaxError. After each of these errors, the domain has no
// policy to fetch, but a cached one still holds.
func FindRecord(texts []string) (Record, error) {
	candidates := texts
	if len(texts) > 1 {
		candidates = slices.DeleteFunc(slices.Clone(texts), func(text string) bool {
			return !strings.HasPrefix(text, "v="+Version+";")
		})
	}
	switch len(candidates) {
	case 0:
		return Record{}, ErrNoRecord
	case 1:
	default:
		return Record{}, ErrSeveralRecords
	}
	record, err := ParseRecord(candidates[0])
	if err != nil && !strings.HasPrefix(candidates[0], "v="+Version) {
		err = fmt.Errorf("%w: %w", ErrNoRecord, err)
	}
	return record, err
}

// ParseRecord parses one TXT record by the grammar of RFC 8461 section 3.1. The
// error is a [*SyntaxError].
//
// Everything is case-sensitive. The version comes first, the other fields in any
// order, with semicolons between them and optionally one at the end. Spaces and
// tabs may surround a semicolon, and stand nowhere else. Of fields with the same
// key, the first one counts.
func ParseRecord(text string) (Record, error) {
	record, _, err := parseRecord(text)
	return record, err
}

// RecordNotes returns what is questionable about a record that [ParseRecord]
// accepts: fields that senders ignore, and a space before the first semicolon.
// For another one, it returns the notes up to the error.
func RecordNotes(text string) []Note {
	_, notes, _ := parseRecord(text)
	return notes
}

func parseRecord(text string) (Record, []Note, error) {
	rest, ok := strings.CutPrefix(text, "v="+Version)
	if !ok {
		return Record{}, nil, recordError(`"v=STSv1" at the beginning`, text, "")
	}
	gap, rest, ok := strings.Cut(rest, ";")
	if !ok || strings.Trim(gap, blanks) != "" {
		return Record{}, nil, recordError(`";" after "v=STSv1"`, gap, "")
	}
	p := recordParser{seen: map[string]bool{"v": true}}
	if gap != "" {
		p.note(NoteRecordBlank, `a space before the first ";": the record is discarded if there is any other TXT record at its name`)
	}
	if err := p.fields(rest); err != nil {
		return Record{}, p.notes, err
	}
	if !p.seen["id"] {
		return Record{}, p.notes, recordError(`a field "id="`, "", keysHint(p.record.Extensions))
	}
	return p.record, p.notes, nil
}

type recordParser struct {
	record Record
	seen   map[string]bool
	notes  []Note
}

// fields parses what follows the first semicolon. A semicolon belongs to the
// blanks around it, but after the last field there are blanks only if there is a
// semicolon.
func (p *recordParser) fields(text string) error {
	parts := strings.Split(text, ";")
	last := len(parts) - 1
	for i, part := range parts {
		part = strings.TrimLeft(part, blanks)
		if i < last {
			part = strings.TrimRight(part, blanks)
		} else if part == "" && last > 0 {
			return nil
		}
		if err := p.field(part); err != nil {
			return err
		}
	}
	return nil
}

func (p *recordParser) field(text string) error {
	key, value, ok := strings.Cut(text, "=")
	switch {
	case !ok:
		return recordError(`a field "key=value"`, text, "")
	case !isKey(key):
		return recordError("a key of 1 to 32 letters, digits, _, - or ., the first a letter or digit", key, "")
	case value == "":
		return recordError("a value for "+key, "", "")
	case !all(value, math.MaxInt, isRecordValue):
		return recordError(`a value of ASCII characters without spaces, "=" and ";" for `+key, value, "")
	case p.seen[key]:
		p.note(NoteDuplicateKey, "a second field "+key+": senders ignore it")
		return nil
	case key == "id" && !all(value, 32, isAlphanumeric):
		return recordError("an id of 1 to 32 letters and digits", value, "")
	}
	p.seen[key] = true
	if key == "id" {
		p.record.ID = value
		return nil
	}
	p.record.Extensions = append(p.record.Extensions, Field{key, value})
	p.note(NoteUnknownKey, "an unknown field "+key+": senders ignore it")
	return nil
}

func (p *recordParser) note(kind NoteKind, text string) {
	p.notes = append(p.notes, Note{Kind: kind, Text: text, Section: noteSections[kind]})
}

// isRecordValue is a character of sts-ext-value.
func isRecordValue(c byte) bool { return c > ' ' && c < 0x7f && c != '=' && c != ';' }

func recordError(expected, found, hint string) error {
	return &SyntaxError{Expected: expected, Found: found, Hint: hint, Section: "3.1", what: "record"}
}

// keysHint names the keys that are there in the place of one that is missing, as
// one of them may be a misspelling of it.
func keysHint(extensions []Field) string {
	if len(extensions) == 0 {
		return ""
	}
	var keys []string
	for _, field := range extensions {
		keys = append(keys, field.Key)
	}
	return "keys are case-sensitive, and these are unknown: " + quoted(strings.Join(keys, " "))
}

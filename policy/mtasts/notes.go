package mtasts

import "fmt"

// A Note is about something that is valid but questionable, or that RFC 8461
// leaves to the sender.
type Note struct {
	// Line is the line of the policy, from 1, or 0 if the note is not about one.
	Line int
	// Kind says what the note is about, for programs.
	Kind NoteKind
	// Text says the same to people. It may quote what was published.
	Text string
	// Section is the section of RFC 8461, such as "3.2".
	Section string
}

// String returns the note as a line of text.
func (n Note) String() string {
	line := ""
	if n.Line > 0 {
		line = fmt.Sprintf("line %d: ", n.Line)
	}
	return line + n.Text + " (RFC 8461 section " + n.Section + ")"
}

// A NoteKind is what a [Note] is about. Its values are stable.
type NoteKind string

// What notes are about.
const (
	// NoteRecordBlank is a space before the first semicolon of a record.
	NoteRecordBlank NoteKind = "record-blank"
	// NoteUnknownKey is a field that RFC 8461 does not define. Senders have to
	// ignore it, so that later standards can add fields.
	NoteUnknownKey NoteKind = "unknown-key"
	// NoteDuplicateKey is a field other than mx that is there a second time.
	// Senders have to ignore it.
	NoteDuplicateKey NoteKind = "duplicate-key"
	// NoteLineEnds are lines of a policy that end with LF. The text of section
	// 3.2 says CRLF, its grammar allows both.
	NoteLineEnds NoteKind = "line-ends"
	// NoteTrailingBlank are spaces or tabs at the end of a line, which the
	// grammar allows.
	NoteTrailingBlank NoteKind = "trailing-blank"
	// NoteMaxAgeTooLong is a max_age above 31557600. Some senders cap it, some
	// take it as it is, some refuse the policy.
	NoteMaxAgeTooLong NoteKind = "max-age-too-long"
	// NoteMaxAgeShort is a max_age below a week in a policy whose mode is not
	// none. It is expected to be weeks or more: an attacker has to block the
	// refresh for as long.
	NoteMaxAgeShort NoteKind = "max-age-short"
	// NoteBroadWildcard is a pattern such as *.com, which matches anybody's
	// hosts.
	NoteBroadWildcard NoteKind = "broad-wildcard"
	// NoteAddress is a pattern that is an IP address. It matches no host.
	NoteAddress NoteKind = "address"
	// NoteMediaType is a media type other than text/plain. Senders should
	// refuse it, but need not.
	NoteMediaType NoteKind = "media-type"
	// NoteParameter is a parameter of the media type other than charset=utf-8
	// or charset=us-ascii. Senders have to ignore it.
	NoteParameter NoteKind = "parameter"
	// NoteSize is a body above the suggested maximum of 64 kilobytes. Senders
	// may refuse it.
	NoteSize NoteKind = "size"
)

var noteSections = map[NoteKind]string{
	NoteRecordBlank:   "3.1",
	NoteUnknownKey:    "3.2",
	NoteDuplicateKey:  "3.2",
	NoteLineEnds:      "3.2",
	NoteTrailingBlank: "3.2",
	NoteMaxAgeTooLong: "3.2",
	NoteMaxAgeShort:   "3.2",
	NoteBroadWildcard: "10.4",
	NoteAddress:       "4.1",
	NoteMediaType:     "3.2",
	NoteParameter:     "3.2",
	NoteSize:          "3.3",
}

package printing

import (
	"bytes"
	"encoding/json"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/internal/terminal"
)

// JSON encodes a value, a line, or as indented. It leaves <, > and & as they are: addresses stand in angle brackets,
// and nobody reads us as HTML. What a terminal might obey is escaped. The text
// ends in a newline.
func JSON(value any, indent string) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return terminal.JSON(text.Bytes()), nil
}

// appendSession appends a session as a line of --json, described by fakemx
// schema: the record with one more field before the others.
func appendSession(b []byte, s fakemx.Session) []byte {
	b = append(b, `{"event":"session"`...)
	begin := len(b)
	b = s.AppendJSON(b)
	b[begin] = ',' // in place of the brace
	return append(b, '\n')
}

// OrEmpty makes a list that JSON writes as [].
func OrEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

package cli

import (
	"bytes"
	"encoding/json"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/internal/terminal"
)

// printJSON writes a value to standard output, indented for people.
func (a *app) printJSON(value any) error {
	text, err := encodeJSON(value, "  ")
	if err != nil {
		return err
	}
	return a.print(string(text))
}

// encodeJSON leaves <, > and & as they are: addresses stand in angle brackets,
// and nobody reads us as HTML. What a terminal might obey is escaped. The text
// ends in a newline.
func encodeJSON(value any, indent string) ([]byte, error) {
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

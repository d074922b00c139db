package report

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/internal/terminal"
)

// writeJSON writes everything that is known.
func writeJSON(w io.Writer, r *audit.Report) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // addresses stand in angle brackets, and nobody reads us as HTML
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(r); err != nil {
		return err
	}
	_, err := w.Write(terminal.JSON(text.Bytes()))
	return err
}

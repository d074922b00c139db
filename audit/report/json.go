package report

import (
	"encoding/json"
	"io"

	"github.com/fakemx/fakemx/audit"
)

// writeJSON writes everything that is known.
func writeJSON(w io.Writer, r *audit.Report) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false) // addresses stand in angle brackets, and nobody reads us as HTML
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}

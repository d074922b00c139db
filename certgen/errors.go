package certgen

import (
	"errors"
	"fmt"
)

// A FieldError says which field of a recipe cannot be used, and why.
// [Recipe.Validate] and [Build] join one for each error.
type FieldError struct {
	// Path is the path of the field in YAML form, such as
	// "certificates.leaf.issuer" or "send[1]".
	Path string
	// Reason says what was expected, in lower case and without a full stop.
	Reason string
}

// Error returns "path: reason".
func (e *FieldError) Error() string { return e.Path + ": " + e.Reason }

// faults gathers FieldErrors.
type faults []error

// addf appends a fault of the field at path.
func (f *faults) addf(path, format string, args ...any) {
	*f = append(*f, &FieldError{Path: path, Reason: fmt.Sprintf(format, args...)})
}

// err joins the faults; nil if there are none.
func (f faults) err() error { return errors.Join(f...) }

package scenarios

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/certgen"
)

// A FieldError says which field of a scenario cannot be played, and why. Its
// path is in YAML form, such as "peer.faults[0].at".
type FieldError = certgen.FieldError

// problems gathers FieldErrors.
type problems []error

// addf appends what is wrong with the field at path.
func (p *problems) addf(path, format string, args ...any) {
	*p = append(*p, &FieldError{Path: path, Reason: fmt.Sprintf(format, args...)})
}

// oneOf demands that a value is one of those that are known, and reports whether
// it is. What goes by a value is not judged where nobody knows what it means: a
// slip of the pen is one problem.
func oneOf[T ~string](p *problems, path string, value T, known ...T) bool {
	if slices.Contains(known, value) {
		return true
	}
	p.addf(path, "%q is not one of %s", value, listed(known))
	return false
}

// eachOneOf demands it of every element of a list.
func eachOneOf[T ~string](p *problems, path string, values []T, known ...T) {
	for i, v := range values {
		oneOf(p, fmt.Sprintf("%s[%d]", path, i), v, known...)
	}
}

// listed names values for an error message.
func listed[T ~string](values []T) string {
	words := make([]string, 0, len(values))
	for _, v := range values {
		if v != "" { // it is left out, then
			words = append(words, string(v))
		}
	}
	return strings.Join(words, ", ")
}

// fieldErrors are all FieldErrors that errors.Join has put together in err.
func fieldErrors(err error) []*FieldError {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []*FieldError
		for _, e := range joined.Unwrap() {
			all = append(all, fieldErrors(e)...)
		}
		return all
	}
	if field, ok := errors.AsType[*FieldError](err); ok {
		return []*FieldError{field}
	}
	return nil
}

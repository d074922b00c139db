// Package cmdline reads what a user types: the types of flags and arguments, what
// they accept, how they are completed, and the errors for what they refuse. Here
// goes a kind of value that several commands take, such as DURATION or HOST:PORT. A
// flag itself is declared by its command, in the package above.
package cmdline

import "fmt"

// A UsageError is the user's mistake and makes exit code 2.
type UsageError struct{ err error }

func (e *UsageError) Error() string { return e.err.Error() }
func (e *UsageError) Unwrap() error { return e.err }

// Usagef makes a UsageError.
func Usagef(format string, args ...any) error {
	return &UsageError{fmt.Errorf(format, args...)}
}

// AsUsage makes an error the user's, unless it is already.
func AsUsage(err error) error {
	if _, already := err.(*UsageError); already { //nolint:errorlint // made here, never wrapped
		return err
	}
	return &UsageError{err}
}

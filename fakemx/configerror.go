package fakemx

import (
	"fmt"
	"reflect"
)

// A ConfigError says which field of [Config] prevents [New] from starting a
// peer, and why.
type ConfigError struct {
	// Field is the name of the field, such as "Listen".
	Field string
	// Err says what is wrong with it.
	Err error
}

// Error returns the name of the field and what is wrong with it.
func (e *ConfigError) Error() string { return "Config." + e.Field + ": " + e.Err.Error() }

// Unwrap returns Err.
func (e *ConfigError) Unwrap() error { return e.Err }

// badField is a ConfigError, or nil if err is nil.
func badField(field string, err error) error {
	if err == nil {
		return nil
	}
	return &ConfigError{field, err}
}

func badFieldf(field, format string, args ...any) error {
	return badField(field, fmt.Errorf(format, args...))
}

// isNil reports whether an interface holds a nil pointer, which is not nil
// itself.
func isNil(v any) bool {
	r := reflect.ValueOf(v)
	return r.Kind() == reflect.Pointer && r.IsNil()
}

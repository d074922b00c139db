package mxdns

import "fmt"

// A ConfigError says which field of [Config] prevents [New] from starting a
// server, and why.
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

func badFieldf(field, format string, args ...any) error {
	return &ConfigError{field, fmt.Errorf(format, args...)}
}

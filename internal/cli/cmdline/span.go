package cmdline

import (
	"errors"
	"time"

	"github.com/spf13/pflag"
)

// A Span is a flag's value in time, written as 5s or 1m30s.
type Span time.Duration

// SpanVar declares such a flag. A default of zero is for the usage to explain.
func SpanVar(flags *pflag.FlagSet, d *time.Duration, name string, value time.Duration, usage string) {
	*d = value
	flags.Var((*Span)(d), name, usage)
}

// Set reads the value; it must be above zero. A number alone is refused, since
// nobody can tell which unit it has.
func (s *Span) Set(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return errors.New("write a duration above zero with its unit, such as 5s or 1m30s")
	}
	*s = Span(d)
	return nil
}

// String writes the value as Set reads it; nothing if there is none, so that the
// help shows no such default.
func (s *Span) String() string {
	if *s == 0 {
		return ""
	}
	return time.Duration(*s).String()
}

// Type names the value in the help.
func (s *Span) Type() string { return "DURATION" }

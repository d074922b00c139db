package cmdline

import (
	"errors"
	"math"

	"github.com/dustin/go-humanize"
)

// A Size is a flag's value in octets, written as 25MiB, 10MB or 65536.
type Size int64

// Set reads the value; it must be above zero.
func (s *Size) Set(text string) error {
	n, err := humanize.ParseBytes(text)
	if err != nil || n == 0 || n > math.MaxInt64 {
		return errors.New("write a size above zero as 25MiB, 10MB or 65536")
	}
	*s = Size(n)
	return nil
}

// String writes the value as Set reads it.
func (s *Size) String() string { return humanize.IBytes(uint64(max(0, *s))) }

// Type names the value in the help.
func (s *Size) Type() string { return "SIZE" }

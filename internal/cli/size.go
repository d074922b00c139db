package cli

import (
	"errors"
	"math"

	"github.com/dustin/go-humanize"
)

// A size is a flag's value in octets, written as 25MiB, 10MB or 65536.
type size int64

// Set reads the value; it must be above zero.
func (s *size) Set(text string) error {
	n, err := humanize.ParseBytes(text)
	if err != nil || n == 0 || n > math.MaxInt64 {
		return errors.New("write a size above zero as 25MiB, 10MB or 65536")
	}
	*s = size(n)
	return nil
}

// String writes the value as Set reads it.
func (s *size) String() string { return humanize.IBytes(uint64(max(0, *s))) }

// Type names the value in the help.
func (s *size) Type() string { return "SIZE" }

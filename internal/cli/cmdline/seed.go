package cmdline

import (
	"errors"
	"math/rand/v2"
	"strconv"

	"github.com/spf13/pflag"
)

// anySeed is the value of a flag that is given without one, and its name in the
// help.
const anySeed = "SEED"

// A Seed is a flag's value from which an order is shuffled; nil if the flag is not
// given. Without a value the flag picks a seed.
type Seed struct{ N *uint64 }

// BindSeed declares a flag whose value may be left out.
func BindSeed(flags *pflag.FlagSet, s *Seed, name, usage string) {
	flags.Var(s, name, usage)
	flags.Lookup(name).NoOptDefVal = anySeed
}

// Set reads the value.
func (s *Seed) Set(text string) error {
	seed := uint64(rand.Uint32()) //nolint:gosec // an order, not a secret
	if text != anySeed {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			return errors.New("write a seed, a number of at most 64 bits, or leave it out")
		}
	}
	s.N = &seed
	return nil
}

// String writes the value as Set reads it.
func (s *Seed) String() string {
	if s.N == nil {
		return ""
	}
	return strconv.FormatUint(*s.N, 10)
}

// Type is that of flags without a value, so that the help shows it as
// --flag[=SEED].
func (s *Seed) Type() string { return "boolfunc" }

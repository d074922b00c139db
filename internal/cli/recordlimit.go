package cli

import (
	"fmt"

	"github.com/dustin/go-humanize"
	"github.com/spf13/pflag"
)

// A recordLimit bounds the session records that are kept in memory, by the
// names that fakemx.Config has for it.
type recordLimit struct {
	sessions int
	octets   size
}

// bind declares the flags with what l holds as the defaults; which says which
// records are meant.
func (l *recordLimit) bind(flags *pflag.FlagSet, which string) {
	flags.IntVar(&l.sessions, "max-sessions", l.sessions, "keep at most the records of `N` sessions "+which)
	flags.Var(&l.octets, "max-record-bytes", "and at most so much of them")
}

// check refuses a limit by which nothing would be kept.
func (l *recordLimit) check() error {
	if l.sessions < 1 {
		return badUsage("--max-sessions wants at least 1, not %d", l.sessions)
	}
	return nil
}

// String names the limit in a sentence.
func (l recordLimit) String() string {
	return fmt.Sprintf("--max-sessions %s, --max-record-bytes %s", humanize.Comma(int64(l.sessions)), &l.octets)
}

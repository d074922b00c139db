package cmdline

import (
	"fmt"

	"github.com/dustin/go-humanize"
	"github.com/spf13/pflag"
)

// A RecordLimit bounds the session records that are kept in memory, by the
// names that fakemx.Config has for it.
type RecordLimit struct {
	Sessions int
	Octets   Size
}

// Bind declares the flags with what l holds as the defaults; which says which
// records are meant.
func (l *RecordLimit) Bind(flags *pflag.FlagSet, which string) {
	flags.IntVar(&l.Sessions, "max-sessions", l.Sessions, "keep at most `N` session records "+which)
	flags.Var(&l.Octets, "max-record-bytes", "limit on their total size")
}

// Check refuses a limit by which nothing would be kept.
func (l *RecordLimit) Check() error {
	if l.Sessions < 1 {
		return Usagef("--max-sessions must be at least 1, not %d", l.Sessions)
	}
	return nil
}

// String names the limit in a sentence.
func (l RecordLimit) String() string {
	return fmt.Sprintf("--max-sessions %s, --max-record-bytes %s", humanize.Comma(int64(l.Sessions)), &l.Octets)
}

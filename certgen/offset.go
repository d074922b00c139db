package certgen

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// An Offset is a duration relative to the time at which a PKI is built. Its
// text form is that of [time.Duration], with "d" for days of 24 hours as well:
// "-1h", "7d".
type Offset time.Duration

// Days returns an Offset of n days of 24 hours. Negative values are in the
// past.
func Days(n int) Offset { return Offset(time.Duration(n) * 24 * time.Hour) }

// MarshalText formats whole days as "7d", and anything else as [time.Duration]
// does.
func (o Offset) MarshalText() ([]byte, error) {
	d := time.Duration(o)
	if day := 24 * time.Hour; d != 0 && d%day == 0 {
		return []byte(strconv.FormatInt(int64(d/day), 10) + "d"), nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText parses the text form of an Offset.
func (o *Offset) UnmarshalText(text []byte) error {
	s := string(text)
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.Atoi(days)
		if err != nil || n > 36500 || n < -36500 {
			return fmt.Errorf("%q is not a number of days between -36500d and 36500d", s)
		}
		*o = Days(n)
		return nil
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		return fmt.Errorf("%q is not a span of time such as 7d, -1h or 90m", s)
	}
	*o = Offset(d)
	return nil
}

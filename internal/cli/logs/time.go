package logs

import (
	"strconv"
	"time"
)

// An order finds out whether the lines of a log are in the order of time.
type order struct {
	last     string
	up, down int
}

// note compares a time stamp with that of the line before. Those of syslog have
// the names of months, so that they can be compared within a day only.
func (o *order) note(stamp string) {
	const day = len("Jan _2 ")
	if len(stamp) == len(o.last) && len(stamp) > day && (stamp[0] >= '0' && stamp[0] <= '9' || stamp[:day] == o.last[:day]) {
		switch {
		case stamp > o.last:
			o.up++
		case stamp < o.last:
			o.down++
		}
	}
	if stamp != "" {
		o.last = stamp
	}
}

// backwards reports whether the newest lines come first.
func (o *order) backwards() bool { return o.down > 1 && o.down > 2*o.up }

// readableTime turns the seconds, or a smaller part, since 1970 into a date.
// Other time stamps stay as they are.
func readableTime(stamp string) string {
	n, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return stamp
	}
	for unit, digits := int64(time.Second), 10; digits <= 19; unit, digits = unit/1000, digits+3 {
		if len(stamp) == digits {
			return time.Unix(0, n*unit).UTC().Format(time.RFC3339)
		}
	}
	return stamp
}

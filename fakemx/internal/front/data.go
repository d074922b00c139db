package front

import "bytes"

// unstuffer turns the text of DATA into the message (RFC 5321 section 4.5.2):
// it takes away the dot that begins a line and finds the end, CRLF dot CRLF.
// A bare LF or CR is part of the message and never ends a line.
type unstuffer struct {
	midLine bool // the octet before b is not the LF of a CRLF; false at first
	done    bool // the end has been seen
}

// next takes from b what is certain. It compacts the message to the front of
// b and returns it with the number of octets used up; the rest must be given
// again with more behind it.
func (u *unstuffer) next(b []byte) (message []byte, used int) {
	r, w := 0, 0
	for r < len(b) {
		if !u.midLine && b[r] == '.' {
			end, known := endOfData(b[r:])
			if !known {
				break
			}
			if end {
				u.done = true
				return b[:w], r + len(".\r\n")
			}
			r++ // the stuffed dot
		}
		n, complete := lineLen(b[r:])
		if n == 0 {
			break
		}
		if w != r {
			copy(b[w:], b[r:r+n])
		}
		r, w = r+n, w+n
		u.midLine = !complete
	}
	return b[:w], r
}

// endOfData reports whether b, which starts with a dot at the start of a line,
// is the end. It is not known as long as b breaks off inside dot CRLF.
func endOfData(b []byte) (end, known bool) {
	const mark = ".\r\n"
	if len(b) < len(mark) {
		return false, !bytes.HasPrefix([]byte(mark), b)
	}
	return string(b[:len(mark)]) == mark, true
}

// lineLen is the length of the line at the start of b, through its CRLF if it
// is complete. A CR at the very end is left for later, since an LF may follow.
func lineLen(b []byte) (n int, complete bool) {
	for {
		i := bytes.IndexByte(b[n:], '\n')
		if i < 0 {
			if b[len(b)-1] == '\r' {
				return len(b) - 1, false
			}
			return len(b), false
		}
		n += i + 1
		if n > 1 && b[n-2] == '\r' {
			return n, true
		}
		if n == len(b) {
			return n, false
		}
	}
}

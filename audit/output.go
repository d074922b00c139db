package audit

import (
	"fmt"
	"strings"
	"sync"
)

// How much of a command's output is kept: its beginning and its end.
const (
	headOctets = 16 << 10
	tailOctets = 48 << 10
)

// An output keeps the beginning and the end of what is written to it, so that
// a command may print without end. It never fails. A little more is kept than is
// shown, so that a password is known where only a piece of it would be.
type output struct {
	secrets concealer
	mu      sync.Mutex
	head    []byte
	tail    []byte
	dropped int
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := len(p)
	room := min(headOctets+o.secrets.reach()-len(o.head), len(p))
	o.head = append(o.head, p[:room]...)
	o.tail = append(o.tail, p[room:]...)
	if len(o.tail) > 2*(tailOctets+o.secrets.reach()) {
		o.trim()
	}
	return n, nil
}

func (o *output) trim() {
	if over := len(o.tail) - tailOctets - o.secrets.reach(); over > 0 {
		o.dropped += over
		o.tail = append(o.tail[:0], o.tail[over:]...)
	}
}

// String is what was kept, without passwords, and with a note where something is
// missing.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.trim()
	if o.dropped == 0 {
		return strings.ToValidUTF8(o.secrets.hide(string(o.head)+string(o.tail)), "\uFFFD")
	}
	more := o.secrets.reach()
	begin, end := o.secrets.part(o.head, 0, len(o.head)-more), o.secrets.part(o.tail, more, len(o.tail))
	return strings.ToValidUTF8(fmt.Sprintf("%s\n[… %d bytes left out …]\n%s", begin, o.dropped+2*more, end), "\uFFFD")
}

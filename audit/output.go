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
// a command may print without end. It never fails.
type output struct {
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
	room := min(headOctets-len(o.head), len(p))
	o.head = append(o.head, p[:room]...)
	o.tail = append(o.tail, p[room:]...)
	if len(o.tail) > 2*tailOctets {
		o.trim()
	}
	return n, nil
}

func (o *output) trim() {
	if over := len(o.tail) - tailOctets; over > 0 {
		o.dropped += over
		o.tail = append(o.tail[:0], o.tail[over:]...)
	}
}

// String is what was kept, with a note where something is missing.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.trim()
	text := string(o.head)
	if o.dropped > 0 {
		text += fmt.Sprintf("\n[… %d octets left out …]\n", o.dropped)
	}
	return strings.ToValidUTF8(text+string(o.tail), "\uFFFD")
}

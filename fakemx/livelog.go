package fakemx

import (
	"io"
	"strings"
	"sync"

	"github.com/fakemx/fakemx/fakemx/internal/front"
	"github.com/fakemx/fakemx/internal/terminal"
)

// A liveLog writes transcripts while they grow, a line of every session at a time.
type liveLog struct {
	mu sync.Mutex
	w  io.Writer
}

// newLiveLog is nil, which logs nothing, without a writer.
func newLiveLog(w io.Writer) *liveLog {
	if w == nil {
		return nil
	}
	return &liveLog{w: w}
}

// line logs what was said in a session. What cannot be written is lost.
func (l *liveLog) line(s *Session, from front.Party, text string) {
	if l == nil {
		return
	}
	line := s.Scenario + " " + s.Remote + " " + marks[Party(from)] + ": " + terminal.Text(text) + "\n"
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = io.WriteString(l.w, line)
}

// end logs how a session ended.
func (l *liveLog) end(s *Session) {
	if l == nil {
		return
	}
	flags := make([]string, len(s.Flags))
	for i, f := range s.Flags {
		flags[i] = ", " + string(f)
	}
	l.line(s, front.Event, string(s.Outcome)+strings.Join(flags, ""))
}

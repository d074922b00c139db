package maillog

import "strings"

const (
	// maxWindow is how many lines a log is held back at most, so that what
	// comes of a story can still be told of its first lines, and maxWaiting how
	// many octets.
	maxWindow  = 8192
	maxWaiting = 8 << 20
)

// A Failure is one delivery or connection of which one line or more tells that
// something went wrong.
type Failure struct {
	// Event is the one that tells most.
	Event
	// First is the number of its first line, and Lines are how many tell of it.
	First, Lines int
	// Fate is what became of the message in the end; empty if no line tells.
	Fate Outcome
	// End is why the message failed, if that is none of the failure's.
	End Reason
	// FateInClear: in the end it went in clear.
	FateInClear bool
}

// A Log reads lines in their order and joins them into stories.
type Log struct {
	// Line is called with every event, in the order of the lines, once what
	// its story comes to is known.
	Line func(Event)
	// Failed is called with every failure, in the order in which they end.
	Failed func(Failure)

	at   int
	last *held
	// trace is what the next line may go on with.
	trace traced
	// waiting are the events that are held back, from head on, and octets are
	// how long their lines are.
	waiting []*held
	head    int
	octets  int
	stories stories
	// entry is the room in which lines are read.
	entry entry
}

// A held event waits for the end of its part of a story.
type held struct {
	Event
	part *part
}

// A part ends with an outcome, or when another peer's turn comes.
type part struct {
	events []*held
	ended  bool
	// first is room for the events of most parts.
	first [4]*held
}

func newPart() *part {
	p := &part{}
	p.events = p.first[:0]
	return p
}

// NewLog returns a Log that calls line and failed. Either may be nil.
func NewLog(line func(Event), failed func(Failure)) *Log {
	if line == nil {
		line = func(Event) {}
	}
	if failed == nil {
		failed = func(Failure) {}
	}
	return &Log{Line: line, Failed: failed, stories: newStories()}
}

// Add reads the next line, which has a number.
func (l *Log) Add(at int, line string) {
	l.at = at
	h := &held{}
	h.read(&l.entry, at, line)
	l.waiting = append(l.waiting, h)
	l.octets += len(line)
	l.place(h)
	l.last = h
	l.trace.note(&h.Event)
	l.release()
	for len(l.waiting)-l.head > maxWindow || l.octets > maxWaiting {
		l.end(l.waiting[l.head].part)
		l.release()
	}
}

// Insert takes a line that somebody else has read, in its place among the
// others. It is part of no story.
func (l *Log) Insert(ev Event) {
	l.at = ev.At
	l.octets += len(ev.Text)
	l.waiting = append(l.waiting, &held{ev, &part{ended: true}})
	l.release()
}

// place finds the story of a line. The lines of a stack trace go on with the
// one before them; of what nobody's dialect is, each other line is a story.
func (l *Log) place(h *held) {
	switch {
	case h.Story != "":
	case h.anyone && l.last != nil && l.last.anyone && l.last.Story != "" && goesOn(l.trace, &h.Event):
		h.Story = l.last.Story
	case h.anyone && h.Class == Fault && l.last != nil && l.last.Dialect == "transcript" && (l.last.role != 0 || l.last.Reason == Chatter):
		h.Story = l.last.Story // the program says why it ended the dialogue
	case h.anyone:
		h.Story = noDialect
		if s := l.stories.named[noDialect]; s != nil {
			l.endPart(s)
		}
	default:
		h.part = newPart()
		h.part.events = append(h.part.events, h)
		l.end(h.part)
		return
	}
	l.join(h)
}

// noDialect is the story of lines that are nobody's: it has no host's name, and
// no id is so short.
const noDialect = "-"

// join adds an event to its story. Another peer begins another part, but not
// within a stack trace, whose lines are of one failure.
func (l *Log) join(h *held) {
	s, forgotten := l.stories.get(h.Story)
	if forgotten != nil {
		l.endPart(forgotten)
	}
	if h.Peer != "" && s.peer != h.Peer && s.name != noDialect {
		if s.peer != "" {
			l.endPart(s)
		}
		s.peer, s.tls, s.clear = strings.Clone(h.Peer), false, false
	}
	s.hear(h)
	if s.part == nil || s.part.ended {
		s.part = newPart()
	}
	h.part = s.part
	s.part.events = append(s.part.events, h)
	if h.Outcome == Sent && !h.InClear && !h.InTLS {
		h.InTLS, h.InClear = s.tls, s.clear && !s.tls
	}
	if h.Outcome != "" || len(s.part.events) == maxWindow {
		l.endPart(s)
	}
}

// endPart ends the part of a story that is open, if one is.
func (l *Log) endPart(s *story) {
	if s.part != nil {
		l.end(s.part)
		s.part = nil
	}
}

// Flush ends all that is still open, as at the end of a log, or when no more
// lines come for a while.
func (l *Log) Flush() {
	for _, h := range l.waiting[l.head:] {
		l.end(h.part)
	}
	l.release()
}

// release hands on the lines whose parts have ended, in order.
func (l *Log) release() {
	for ; l.head < len(l.waiting) && l.waiting[l.head].part.ended; l.head++ {
		h := l.waiting[l.head]
		l.octets -= len(h.Text)
		l.Line(h.Event)
		l.waiting[l.head] = nil
	}
	if l.head == len(l.waiting) || l.head > maxWindow {
		left := copy(l.waiting, l.waiting[l.head:])
		clear(l.waiting[left:])
		l.waiting, l.head = l.waiting[:left], 0
	}
}

// end closes a part: what came of it is told of all its lines.
func (l *Log) end(p *part) {
	if p.ended {
		return
	}
	p.ended = true
	p.settle()
	for _, f := range p.failures() {
		l.Failed(f)
	}
	p.events, p.first = nil, [4]*held{}
}

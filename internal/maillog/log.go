package maillog

const (
	// maxWindow is how many lines a log is held back at most, so that what
	// comes of a story can still be told of its first lines.
	maxWindow = 8192
	// maxStories bounds the stories that are remembered.
	maxStories = 4096
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
	// waiting are the events that are held back, from head on.
	waiting []*held
	head    int
	stories map[string]*story
}

// A held event waits for the end of its part of a story.
type held struct {
	Event
	part *part
}

// A story is what one process or one message goes through: parts one after the
// other, each about one peer.
type story struct {
	part *part
	// peer is who the current part is about, and tls says that TLS came about
	// with that peer.
	peer string
	tls  bool
	// clear: TLS with that peer failed, or would have been told of.
	clear bool
	used  int // the number of the line that was its last
}

// A part ends with an outcome, or when another peer's turn comes.
type part struct {
	events []*held
	ended  bool
}

// NewLog returns a Log that calls line and failed. Either may be nil.
func NewLog(line func(Event), failed func(Failure)) *Log {
	if line == nil {
		line = func(Event) {}
	}
	if failed == nil {
		failed = func(Failure) {}
	}
	return &Log{Line: line, Failed: failed, stories: make(map[string]*story)}
}

// Add reads the next line, which has a number.
func (l *Log) Add(at int, line string) {
	l.at = at
	ev := Read(at, line)
	h := &held{Event: ev}
	l.waiting = append(l.waiting, h)
	l.place(h)
	l.last = h
	l.trace.note(&h.Event)
	if len(l.waiting)-l.head > maxWindow {
		l.end(l.waiting[l.head].part)
	}
	l.release()
}

// Insert takes a line that somebody else has read, in its place among the
// others. It is part of no story.
func (l *Log) Insert(ev Event) {
	l.at = ev.At
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
	case h.anyone:
		h.Story = noDialect
		if s := l.stories[noDialect]; s != nil && s.part != nil {
			l.end(s.part)
			s.part = nil
		}
	default:
		h.part = &part{events: []*held{h}}
		l.end(h.part)
		return
	}
	l.join(h)
}

// noDialect is the story of lines that are nobody's: it has no host's name, and
// no id is so short.
const noDialect = "-"

// join adds an event to its story.
func (l *Log) join(h *held) {
	s := l.stories[h.Story]
	if s == nil {
		l.forget()
		s = &story{}
		l.stories[h.Story] = s
	}
	s.used = l.at
	if h.Peer != "" && s.peer != h.Peer {
		if s.peer != "" && s.part != nil {
			l.end(s.part)
			s.part = nil
		}
		s.peer, s.tls, s.clear = h.Peer, false, false
	}
	s.hear(h)
	if s.part == nil || s.part.ended {
		s.part = &part{}
	}
	h.part = s.part
	s.part.events = append(s.part.events, h)
	if h.Outcome == Sent && !h.InClear && !h.InTLS {
		h.InTLS, h.InClear = s.tls, s.clear && !s.tls
	}
	if h.Outcome != "" || len(s.part.events) == maxWindow {
		l.end(s.part)
		s.part = nil
	}
}

// hear notes what an event tells of TLS with the peer.
func (s *story) hear(h *held) {
	switch {
	case h.InTLS:
		s.tls, s.clear = true, false
	case h.opened:
		s.tls, s.clear = false, true
	case h.Class == Fault && h.Side == Client && h.Outcome == "" && (kinds[h.Reason].stage == Handshake || h.Reason == STARTTLSRefused || h.Reason == ClearFallback):
		s.tls, s.clear = false, true
	}
}

// forget makes room for one more story: the one that was told of least
// recently ends.
func (l *Log) forget() {
	if len(l.stories) < maxStories {
		return
	}
	for name, s := range l.stories {
		if l.at-s.used > maxWindow || s.part == nil {
			l.endStory(name, s)
		}
	}
	for name, s := range l.stories {
		if len(l.stories) < maxStories {
			return
		}
		l.endStory(name, s)
	}
}

func (l *Log) endStory(name string, s *story) {
	if s.part != nil {
		l.end(s.part)
	}
	delete(l.stories, name)
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
		l.Line(l.waiting[l.head].Event)
		l.waiting[l.head] = nil
	}
	if l.head == len(l.waiting) || l.head > maxWindow {
		l.waiting = append(l.waiting[:0], l.waiting[l.head:]...)
		l.head = 0
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
	p.events = nil
}

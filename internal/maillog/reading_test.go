package maillog

import (
	"slices"
	"strings"
	"testing"
)

// readStory is what several lines come to: the failure, or else the event that
// tells most.
func readStory(text string) Event {
	var events []Event
	var failures []Failure
	log := NewLog(func(ev Event) { events = append(events, ev) }, func(f Failure) { failures = append(failures, f) })
	for i, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		log.Add(i+1, line)
	}
	log.Flush()
	if len(failures) > 0 {
		return slices.MaxFunc(failures, func(a, b Failure) int { return weigh(a.Event) - weigh(b.Event) }).Event
	}
	return slices.MaxFunc(events, func(a, b Event) int {
		if w := weigh(a) - weigh(b); w != 0 {
			return w
		}
		return strings.Compare(string(b.Class), string(a.Class)) // what looks like trouble says more than chatter
	})
}

func TestCorpusIsRead(t *testing.T) {
	t.Parallel()
	for file, lines := range loadCorpus(t) {
		t.Run(strings.TrimSuffix(file, ".yaml"), func(t *testing.T) {
			t.Parallel()
			for _, l := range lines {
				got := readStory(l.Line)
				want := Event{Class: Class(l.Class), Side: Side(l.Side), Stage: Stage(l.Stage), Reason: l.Reason}
				if want.Side == "" {
					got.Side = ""
				}
				if want.Stage == "" {
					got.Stage = ""
				}
				if got.Class != want.Class || got.Side != want.Side || got.Stage != want.Stage || got.Reason != want.Reason {
					t.Errorf("%s\n    is %s %s %s %s (%q), want %s %s %s %s", l.Line, got.Class, got.Side, got.Stage, got.Reason, got.Says,
						want.Class, want.Side, want.Stage, want.Reason)
				}
			}
		})
	}
}

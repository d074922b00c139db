package maillog

import (
	"slices"
	"strings"
	"testing"
)

// maxFuzzLine is the longest line that the command hands on.
const maxFuzzLine = 16 << 10

// FuzzLog holds that any text can be read as a log: every line comes out once
// and in its order, and all that is said of it is one of the known names and
// rests on its words.
func FuzzLog(f *testing.F) {
	for _, lines := range loadCorpus(f) {
		for _, l := range lines {
			f.Add(l.Line)
		}
	}
	for _, program := range []string{"exim", "sendmail", "postfix"} {
		for _, says := range loadRecordings(f, program) {
			f.Add(says)
		}
	}
	for _, log := range healthyDays {
		seedDay(f, log)
	}
	for _, seed := range hostileSeeds() {
		f.Add(seed)
	}
	reasons := declaredReasons(f)
	f.Fuzz(func(t *testing.T, text string) { checkLog(t, splitLog(text), reasons) })
}

// splitLog cuts a text into lines as the command does.
func splitLog(text string) []string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = line[:min(len(line), maxFuzzLine)]
	}
	return lines
}

// seedDay takes some pieces of a day's log as seeds.
func seedDay(f *testing.F, log string) {
	f.Helper()
	var piece []string
	eachLine(f, "testdata/healthy/"+log, func(at int, line string) {
		if at%500 < 12 {
			piece = append(piece, line)
		} else if piece != nil {
			f.Add(strings.Join(piece, "\n"))
			piece = nil
		}
	})
}

// hostileSeeds are logs that nobody writes who does not mean harm.
func hostileSeeds() []string {
	return []string{
		"", "\n", "\x00\n\xff\xfe\n\x1b[31mred\x1b[0m\x1b[", "a \xed\xa0\x80: b", strings.Repeat("[", 500), strings.Repeat("|", 300),
		strings.Repeat("{\"a\":", 60) + "1" + strings.Repeat("}", 60), "{\"msg\":\"\\u0000\\ud800\",\"err\":{\"a\":[1,{\"b\":null}]}}",
		"{\"msg\":\"{\\\"msg\\\":\\\"a=b msg=\\\\\\\"x\\\\\\\"\\\"}\"}", strings.Repeat("a=b ", 100) + "msg=\"\\", "msg=\"" + strings.Repeat("\\n", 90),
		"mx | mx | mx | mx | <22>1 - - - - - [a b=\"\\\"]\"] msg=x", "last message repeated 9 times", "message repeated 3 times: [ message repeated 2 times: [ a]]",
		strings.Repeat("Jan  1 00:00:00 ", 9), "Jan  1 00:00:00 mx sm-mta[1]: last message repeated 9 times",
	}
}

// checkLog reads lines and looks at all that comes of them.
func checkLog(t *testing.T, lines []string, reasons []string) {
	t.Helper()
	next := 0
	log := NewLog(func(ev Event) {
		if next >= len(lines) || ev.At != next+1 || ev.Text != lines[next] {
			t.Fatalf("line %d comes out as number %d: %q", ev.At, next+1, ev.Text)
		}
		next++
		checkEvent(t, &ev, reasons)
	}, func(f Failure) {
		checkEvent(t, &f.Event, reasons)
		if f.Class != Fault || f.Lines < 1 || f.First < 1 || f.First > f.At || f.At > len(lines) || !slices.Contains(knownOutcomes, f.Fate) {
			t.Errorf("a failure without sense: %+v", f)
		}
		if f.End != "" && !slices.Contains(reasons, string(f.End)) {
			t.Errorf("a failure ends with %q", f.End)
		}
	})
	for i, line := range lines {
		log.Add(i+1, line)
		if len(log.waiting)-log.head > maxWindow || log.octets > maxWaiting || len(log.stories.named) > maxStories {
			t.Fatalf("%d lines and %d stories are kept", len(log.waiting)-log.head, len(log.stories.named))
		}
	}
	log.Flush()
	if log.octets != 0 || log.head != 0 || len(log.waiting) != 0 {
		t.Errorf("%d octets in %d lines are left", log.octets, len(log.waiting))
	}
	if next != len(lines) {
		t.Errorf("%d lines come out of %d", next, len(lines))
	}
}

var knownOutcomes = []Outcome{"", Sent, Deferred, Bounced, Accepted}

// checkEvent wants known names only, and words that stand in the line.
func checkEvent(t *testing.T, ev *Event, reasons []string) {
	t.Helper()
	known := slices.Contains(corpusClasses, string(ev.Class)) && slices.Contains(corpusSides, string(ev.Side)) &&
		slices.Contains(corpusStages, string(ev.Stage)) && slices.Contains(knownOutcomes, ev.Outcome)
	if !known || ev.Depth < -1 || ev.Code != 0 && (ev.Code < 200 || ev.Code > 599) {
		t.Errorf("an event without sense: %+v", ev)
	}
	if (ev.Reason == "") != (ev.Class == Unknown) {
		t.Errorf("class %s with reason %q: %q", ev.Class, ev.Reason, ev.Text)
	}
	if _, judged := kinds[ev.Reason]; ev.Reason != "" && (!judged || !slices.Contains(reasons, string(ev.Reason))) {
		t.Errorf("an unknown reason %q: %q", ev.Reason, ev.Text)
	}
	if !strings.Contains(ev.said, ev.Says) && !strings.Contains(ev.Text, ev.Says) {
		t.Errorf("%s rests on %q, which is no part of %q", ev.Reason, ev.Says, ev.Text)
	}
	if ev.InTLS && ev.InClear {
		t.Errorf("in TLS and in clear: %q", ev.Text)
	}
}

var healthyDays = []string{"exim.log.gz", "opensmtpd.log.gz", "postfix.log.gz", "sendmail.log.gz"}

package audit

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/scenarios"
)

// What a client is to send follows from what limits the fault, whatever the
// scenario is called.
func TestLoadOf(t *testing.T) {
	t.Parallel()
	minute := scenarios.Span(time.Minute)
	for name, test := range map[string]struct {
		fault scenarios.Fault
		mta   bool
		want  string // the recipients of each message, without the domain s.fakemx.test
		short string
	}{
		"none":             {fault: scenarios.Fault{First: 1}, want: "p"},
		"sessions":         {fault: scenarios.Fault{After: &scenarios.After{Sessions: 2}}, want: "p; p-2; p-3 in turn"},
		"rate":             {fault: scenarios.Fault{Rate: &scenarios.Rate{Sessions: 1, Within: minute}}, want: "p; p-2 in turn"},
		"messages":         {fault: scenarios.Fault{After: &scenarios.After{Messages: 1}}, want: "p; p-2"},
		"recipients":       {fault: scenarios.Fault{After: &scenarios.After{Recipients: 2}}, want: "p; p-2 p-3 p-4"},
		"somebody":         {fault: scenarios.Fault{Match: &scenarios.Match{Rcpt: "x*@*"}}, want: "p; p-2 x-p-3"},
		"somebody, whole":  {fault: scenarios.Fault{At: scenarios.AtDATA, Match: &scenarios.Match{Rcpt: "x*@*"}}, want: "p; x-p-2"},
		"by his scenario":  {fault: scenarios.Fault{Match: &scenarios.Match{Rcpt: "bob@{scenario}.fakemx.test"}}, want: "p; p-2 bob"},
		"somebody, first":  {fault: scenarios.Fault{First: 1, Match: &scenarios.Match{Rcpt: "x*@*"}}, want: "p-2 x-p-3; p"},
		"without an @":     {fault: scenarios.Fault{Match: &scenarios.Match{Rcpt: "x*"}}, want: "p; p-2 x-p-3"},
		"elsewhere":        {fault: scenarios.Fault{Match: &scenarios.Match{Rcpt: "*@slow.test"}}, want: "p; p-2 p-3@slow.test"},
		"elsewhere, MTA":   {fault: scenarios.Fault{Match: &scenarios.Match{Rcpt: "*@slow.test"}}, mta: true, want: "p", short: "the MTA has no route to another"},
		"everybody":        {fault: scenarios.Fault{Match: &scenarios.Match{Rcpt: "p*"}}, want: "p"},
		"a sender":         {fault: scenarios.Fault{Match: &scenarios.Match{Mail: "*@evil.test"}}, want: "p; p-2 from me@evil.test"},
		"the null sender":  {fault: scenarios.Fault{Match: &scenarios.Match{Mail: "<>"}}, want: "p; p-2 from "},
		"all of it":        {fault: scenarios.Fault{After: &scenarios.After{Messages: 1, Recipients: 1}, Match: &scenarios.Match{Rcpt: "x*@*"}}, want: "p; p-2 x-p-3"},
		"by an early word": {fault: scenarios.Fault{EarlyTalker: true}, want: "p"},
		"many messages":    {fault: scenarios.Fault{Rate: &scenarios.Rate{Sessions: 10_000, Within: minute}}, want: "p", short: "needs 10001 messages"},
		"many recipients":  {fault: scenarios.Fault{After: &scenarios.After{Recipients: 1_000_000}}, want: "p", short: "needs more recipients than the 200"},
	} {
		f := test.fault
		if f.At == "" {
			f.At = scenarios.AtRCPT
		}
		s := scenarios.MustGet("healthy").With(func(p *scenarios.Peer) { p.Faults = []scenarios.Fault{f} })
		s.Name = "s"
		l := loadOf(s, "me@client.test", "p@s.fakemx.test", test.mta)
		if got := loadWords(l); got != test.want || (l.short == "") != (test.short == "") || !strings.Contains(l.short, test.short) {
			t.Errorf("%s: %q, short %q, want %q, %q", name, got, l.short, test.want, test.short)
		}
	}
}

func loadWords(l load) string {
	var words []string
	for _, e := range l.envelopes {
		text := strings.ReplaceAll(strings.Join(e.To, " "), "@s.fakemx.test", "")
		if e.From != "me@client.test" {
			text += " from " + e.From
		}
		words = append(words, text)
	}
	if l.inTurn {
		words[len(words)-1] += " in turn"
	}
	return strings.Join(words, "; ")
}

// TestALetterNamesItsRecipients in its header, and has an id of its own.
func TestALetterNamesItsRecipients(t *testing.T) {
	t.Parallel()
	a := newAuditor(Options{Driver: Command{}})
	a.dir = t.TempDir()
	p := a.mustOpen(t, "recipient-refused")
	defer p.close()
	ids := map[string]bool{}
	for _, l := range p.letters {
		text := string(l.text)
		for _, to := range l.To {
			if !strings.Contains(text, "<"+to+">") {
				t.Errorf("%s is not in\n%s", to, text)
			}
		}
		_, id, _ := strings.Cut(text, "Message-ID: <")
		id, _, _ = strings.Cut(id, ">")
		ids[id] = true
	}
	if len(ids) != len(p.letters) || len(ids) != 2 {
		t.Errorf("%d messages have the ids %v", len(p.letters), ids)
	}
}

// TestNobodyIsWrittenToTwice in the catalogue: a message that turns up elsewhere
// is known by its recipient.
func TestNobodyIsWrittenToTwice(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, s := range scenarios.All() {
		for i, e := range loadOf(s, "", recipient(s, "id"), true).envelopes {
			for _, to := range e.To {
				where := fmt.Sprint(s.Name, " ", i)
				if seen[to] != "" {
					t.Errorf("%s is a recipient in %s and in %s", to, seen[to], where)
				}
				seen[to] = where
			}
		}
	}
	if len(seen) <= len(scenarios.All()) {
		t.Error("no scenario takes more than one message")
	}
}

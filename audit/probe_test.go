package audit

import (
	"strings"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/fakemx/store"
	"github.com/fakemx/fakemx/scenarios"
)

func emptyProbe() *probe {
	return &probe{
		maxSessions: DefaultMaxSessions, maxOctets: DefaultMaxRecordBytes, post: newPostOffice(false, DefaultFrom), arrived: make(chan struct{}),
	}
}

func (p *probe) hasArrived() bool {
	select {
	case <-p.arrived:
		return true
	default:
		return false
	}
}

// However many sessions a client makes, so many are kept, and the others count.
func TestAProbeKeepsSoManySessions(t *testing.T) {
	t.Parallel()
	long := session(fakemx.Refused)
	for range 1000 {
		long.Transcript = append(long.Transcript, fakemx.Line{Text: strings.Repeat("x", 1000)})
	}
	addresses := session(fakemx.Refused)
	addresses.Transactions = []fakemx.Transaction{{From: strings.Repeat("x", 1<<20)}}
	for name, test := range map[string]struct {
		session   fakemx.Session
		kept, all int
	}{
		"by count":               {session(fakemx.Refused), DefaultMaxSessions, DefaultMaxSessions + 7},
		"by octets":              {long, 7, 100},
		"by octets of addresses": {addresses, 7, 100},
	} {
		p := emptyProbe()
		for range test.all {
			p.finished(test.session)
		}
		p.finished(flagged(fakemx.DeliveredClear, fakemx.CredentialsInClear))
		p.finished(session(fakemx.DeliveredTLS))
		e := p.evidence(nil, "")
		if len(e.Sessions) != test.kept && name == "by count" || len(e.Sessions) > 10 && name != "by count" {
			t.Errorf("%s: %d sessions are kept, want %d", name, len(e.Sessions), test.kept)
		}
		if n := len(e.Sessions) + e.LeftOut.Sessions; n != test.all+2 {
			t.Errorf("%s: %d sessions are accounted for, want %d", name, n, test.all+2)
		}
		if d := e.delivered(); d.tls != 1 || d.clear != 1 || !e.flagged(fakemx.CredentialsInClear) {
			t.Errorf("%s: what was left out does not count: %+v", name, e.LeftOut)
		}
	}
}

// A client may rewrite its recipient, but not to get rid of what it did. Of an
// MTA a peer is sent other mail as well, which is no delivery of the message.
func TestWhoseASessionIs(t *testing.T) {
	t.Parallel()
	const own, other, tagged = "probe-1@x.test", "probe-2@y.test", "probe-1+x@x.test"
	for name, test := range map[string]struct {
		mta             bool
		from            string
		to              []string
		leftOut         int
		kept, delivered bool
		flagged, stray  bool
	}{
		"own":                         {to: []string{own}, kept: true, delivered: true, flagged: true},
		"own in another case":         {to: []string{"Probe-1@X.test"}, kept: true, delivered: true, flagged: true},
		"another's":                   {to: []string{other}, stray: true},
		"another's in another case":   {to: []string{"PROBE-2@y.test"}, stray: true},
		"own and another's":           {to: []string{own, other}, kept: true, delivered: true, flagged: true, stray: true},
		"tagged":                      {to: []string{tagged}, kept: true, delivered: true, flagged: true},
		"another's and tagged":        {to: []string{other, tagged}, kept: true, delivered: true, flagged: true, stray: true},
		"another's and who knows":     {to: []string{other}, leftOut: 1, kept: true, delivered: true, flagged: true, stray: true},
		"returned":                    {to: []string{DefaultFrom}, flagged: true},
		"returned, and own":           {to: []string{DefaultFrom, own}, kept: true, delivered: true, flagged: true},
		"to oneself":                  {from: DefaultFrom, to: []string{DefaultFrom}, kept: true, delivered: true, flagged: true},
		"nobody's":                    {kept: true, delivered: true, flagged: true},
		"MTA, own":                    {mta: true, to: []string{own}, kept: true, delivered: true, flagged: true},
		"MTA, another's":              {mta: true, to: []string{other}, stray: true},
		"MTA, a bounce":               {mta: true, to: []string{"probe@x.test"}, flagged: true},
		"MTA, a bounce and another's": {mta: true, to: []string{other, "probe@x.test"}, flagged: true, stray: true},
		"MTA, a bounce and own":       {mta: true, to: []string{"probe@x.test", own}, kept: true, delivered: true, flagged: true},
	} {
		p, q := emptyProbe(), emptyProbe()
		p.load, q.load, p.post.strangers = loadTo(own), loadTo(other), test.mta
		p.post.register(p)
		p.post.register(q)
		s := flagged(fakemx.DeliveredClear, fakemx.CredentialsInClear)
		s.Transactions[0].From, s.Transactions[0].To, s.LeftOut.Recipients = test.from, test.to, test.leftOut
		p.finished(s)
		e := p.evidence(nil, "")
		if got := len(e.Sessions) == 1; got != test.kept {
			t.Errorf("%s: kept is %v", name, got)
		}
		if got := e.delivered().any(); got != test.delivered || p.hasArrived() != test.delivered {
			t.Errorf("%s: delivered is %v, arrived %v", name, got, p.hasArrived())
		}
		if got := e.flagged(fakemx.CredentialsInClear); got != test.flagged {
			t.Errorf("%s: flagged is %v", name, got)
		}
		if got := len(q.evidence(nil, "").Elsewhere) == 1; got != test.stray {
			t.Errorf("%s: the other probe is told %v", name, got)
		}
	}
}

// What is stored counts as delivered by the same rule.
func TestWhatIsStoredIsTheProbes(t *testing.T) {
	t.Parallel()
	const own, other, unknown = "probe-1@x.test", "probe-2@y.test", "probe-1+x@x.test"
	for name, test := range map[string]struct {
		mta  bool
		to   []string
		want int
	}{
		"own":           {false, []string{other, own}, 1},
		"another's":     {false, []string{other}, 0},
		"tagged":        {false, []string{unknown}, 1},
		"returned":      {false, []string{DefaultFrom}, 0},
		"MTA, own":      {true, []string{unknown, own}, 1},
		"MTA, a bounce": {true, []string{unknown}, 0},
	} {
		p, q := emptyProbe(), emptyProbe()
		p.load, q.load, p.post.strangers = loadTo(own), loadTo(other), test.mta
		p.post.register(q)
		w, err := p.Create(store.Envelope{To: test.to})
		if err == nil {
			err = w.Commit()
		}
		if n := p.deliveries(); err != nil || n != test.want {
			t.Errorf("%s: %d deliveries, %v, want %d", name, n, err, test.want)
		}
	}
}

// A client that did not hear of its delivery will try again, which is waited
// for.
func TestAWithheldReplyIsNoArrival(t *testing.T) {
	t.Parallel()
	p := emptyProbe()
	withheld := session(fakemx.DeliveredTLS)
	withheld.Fault = fakemx.Fault{At: scenarios.AtDot, Do: scenarios.DoReset}
	p.finished(withheld)
	p.finished(session(fakemx.Refused))
	if p.hasArrived() {
		t.Error("a delivery whose 250 was withheld is taken for the last")
	}
	for _, do := range []scenarios.Action{scenarios.DoDrip, scenarios.DoReply} { // slow, or in other words, but there
		p, answered := emptyProbe(), session(fakemx.DeliveredTLS)
		answered.Fault = fakemx.Fault{At: scenarios.AtDot, Do: do}
		p.finished(answered)
		if !p.hasArrived() {
			t.Errorf("a delivery is not noticed behind dot %s", do)
		}
	}
}

// A client that never came is told apart by how far it got.
func TestNever(t *testing.T) {
	t.Parallel()
	none, one, two := 0, 1, 2
	for want, e := range map[string]Evidence{
		"never connected":                                  {},
		"never connected (exit code 3)":                    {Runs: []CommandRun{{Exit: 1}, {Args: []string{"client"}, Exit: 3}}, Lookups: &none},
		"never connected (ended by signal: hangup)":        {Runs: []CommandRun{{Args: []string{"client"}, Signal: "hangup"}}},
		"never connected (returned an error)":              {Runs: []CommandRun{{Exit: 1}}},
		`never connected (exit code 64: "no such option")`: {Runs: []CommandRun{{Args: []string{"client"}, Exit: 64, Output: "usage: client\nno such option\n\n"}}},
		"never connected, nor asked the DNS":               {Lookups: &none},
		"never connected, though it asked the DNS":         {Lookups: &one},
		"never connected, though it asked the DNS 2 times": {Lookups: &two},
		"connected only with mail for other recipients":    {LeftOut: LeftOut{Sessions: 1}, Lookups: &two},
	} {
		if got := e.never(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// loadTo is one usual message.
func loadTo(to string) load { return load{envelopes: []Envelope{{To: []string{to}}}} }

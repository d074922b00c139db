package audit

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// waiting is a probe without a server whose last session took a second from that
// one on.
func waiting(t *testing.T, name string, lastSeen int, list ...fakemx.Session) *probe {
	t.Helper()
	p := &probe{scenario: scenarios.MustGet(name), sessions: list}
	p.saw(time.Unix(int64(lastSeen), 0), time.Unix(int64(lastSeen+1), 0))
	p.life, p.end = context.WithCancel(t.Context())
	t.Cleanup(p.end)
	return p
}

// kickedAt is a kicker at a second, with kicks that took each a second.
func kickedAt(now int, seconds ...int) *kicker {
	k := &kicker{every: 5 * time.Second, now: func() time.Time { return time.Unix(int64(now), 0) }}
	for _, s := range seconds {
		k.times = append(k.times, time.Unix(int64(s), 0))
		k.ends = append(k.ends, time.Unix(int64(s+1), 0))
	}
	return k
}

// TestTheWaitIsGivenUp once three kicks in a row did not bring the MTA back and it
// had time to come after the last: for what was refused for good if the MTA goes
// elsewhere or nowhere, and for what stays unclear only if it goes nowhere.
func TestTheWaitIsGivenUp(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name            string
		now             int
		kicks           []int
		seen, elsewhere int // the last sessions, with the peer and with another
		want            string
	}{
		{"no kick", 60, nil, 1, 1, ""},
		{"two kicks", 60, []int{10, 15}, 1, 1, ""},
		{"three", 25, []int{10, 15, 20}, 1, 1, "unclear bounced"},
		{"no time since the last", 23, []int{10, 15, 20}, 1, 1, ""},
		{"a fourth that has just ended", 26, []int{10, 15, 20, 25}, 1, 1, "unclear bounced"},
		{"it came after the first", 25, []int{10, 15, 20}, 12, 1, ""},
		{"it was there while the first ran", 25, []int{10, 15, 20}, 10, 1, ""},
		{"it came before", 25, []int{10, 15, 20}, 8, 1, "unclear bounced"},
		{"it came after the first of four", 30, []int{10, 15, 20, 25}, 12, 1, "unclear bounced"},
		{"it came after the second of four", 30, []int{10, 15, 20, 25}, 17, 1, ""},
		{"it goes elsewhere", 25, []int{10, 15, 20}, 1, 21, "bounced"},
		{"it went elsewhere before", 25, []int{10, 15, 20}, 1, 12, "bounced"},
		{"it was only held up elsewhere", 25, []int{10, 15, 20}, 1, 10, ""},
	} {
		unclear, bounced := waiting(t, "wildcard", test.seen), waiting(t, "starttls-554", test.seen)
		failing, over, other := waiting(t, "expired", test.seen), waiting(t, "starttls-502", test.seen), waiting(t, "self-signed", test.elsewhere)
		over.grace = t.Context()
		hopes := map[*probe]hope{unclear: nothingNew, bounced: nothing, failing: anything, over: nothing, other: anything}
		k := kickedAt(test.now, test.kicks...)
		k.release([]*probe{unclear, bounced, failing, over, other}, func(p *probe) hope { return hopes[p] })
		var got []string
		for _, p := range []*probe{unclear, bounced, failing, over, other} {
			given := p.evidence(nil, "").Unheeded
			if (given == silentKicks) != (p.life.Err() != nil) {
				t.Errorf("%s: %s has ended, %v, after %d kicks", test.name, p.scenario.Name, p.life.Err(), given)
			}
			if given > 0 {
				got = append(got, map[*probe]string{unclear: "unclear", bounced: "bounced"}[p])
			}
		}
		if text := strings.Join(got, " "); text != test.want {
			t.Errorf("%s: %q are given up, want %q", test.name, text, test.want)
		}
	}
}

// TestAnOpenSessionIsNoSilence: the MTA may be held up by a peer that stalls.
func TestAnOpenSessionIsNoSilence(t *testing.T) {
	t.Parallel()
	p := waiting(t, "healthy", 1)
	p.server = stage.Start(t, stage.Config{Peers: []fakemx.Config{{Scenario: scenarios.MustGet("healthy")}}}).Peer("healthy")
	k := kickedAt(25, 10, 15, 20)
	conn, err := p.server.DialContext(t.Context(), "tcp", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 3)); err != nil { // the session has begun
		t.Fatal(err)
	}
	if silentSince(k.settled(), p) {
		t.Error("the MTA is said to be silent, with a session open")
	}
	_ = conn.Close()
	if _, err := p.server.WaitSession(t.Context()); err != nil {
		t.Fatal(err)
	}
	for p.server.Open() > 0 && t.Context().Err() == nil {
		time.Sleep(time.Millisecond)
	}
	if !silentSince(k.settled(), p) {
		t.Error("the MTA is not said to be silent, with no session open")
	}
}

// TestWhatIsHopeless: nothing that fails, or passes without a reply that tells the
// MTA to give up, and no control.
func TestWhatIsHopeless(t *testing.T) {
	t.Parallel()
	greylisted := withRefusal("RCPT", "450 4.7.1 try again later")
	forGood := withRefusal("STARTTLS", "554 5.7.3 no TLS")
	for _, test := range []struct {
		name     string
		scenario string
		policy   Policy
		sessions []fakemx.Session
		want     hope
	}{
		{"never came, must deliver", "wildcard", Verify, nil, nothingNew},
		{"never came, must not", "expired", Verify, nil, nothingNew},
		{"deferred", "greylist-after-tls", Verify, []fakemx.Session{ended(theClient, fakemx.EndQuit, greylisted)}, nothingNew},
		{"refuses a sound peer", "wildcard", Verify, []fakemx.Session{session(fakemx.Refused)}, anything},
		{"is refused for good by a sound peer", "wildcard", Verify, []fakemx.Session{ended(theClient, fakemx.EndQuit, forGood)}, anything},
		{"refuses, as it must", "expired", Verify, []fakemx.Session{session(fakemx.Refused)}, anything},
		{"is deferred, as it must not deliver", "starttls-554", Encrypt, []fakemx.Session{ended(theClient, fakemx.EndQuit, greylisted)}, anything},
		{"is refused for good where it must not deliver", "starttls-554", Encrypt, []fakemx.Session{ended(theClient, fakemx.EndQuit, forGood)}, nothing},
		{"is refused for good, and then for now", "starttls-554", Encrypt,
			[]fakemx.Session{ended(theClient, fakemx.EndQuit, forGood), ended(theClient, fakemx.EndQuit, greylisted)}, anything},
		{"may do as it likes", "starttls-554", Opportunistic, []fakemx.Session{ended(theClient, fakemx.EndQuit, greylisted)}, anything},
		{"delivers", "expired", Verify, []fakemx.Session{session(fakemx.DeliveredTLS)}, anything},
		{"has not come to the control", "healthy", Verify, nil, anything},
		{"put off what is for the control", "healthy", Verify, []fakemx.Session{ended(theClient, fakemx.EndQuit, greylisted)}, anything},
	} {
		a := newAuditor(Options{Policy: test.policy, Driver: new(Submit)})
		a.controls["healthy"] = delivered
		if got := a.hopeFor(waiting(t, test.scenario, 1, test.sessions...)); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// TestWhatIsOwedIsNoReasonToGiveUp: the MTA cannot bring what it has not been given.
func TestWhatIsOwedIsNoReasonToGiveUp(t *testing.T) {
	t.Parallel()
	a := newAuditor(Options{Policy: Verify, Driver: new(Submit)})
	a.controls["healthy"] = delivered
	p := waiting(t, "wildcard", 1)
	p.letters, p.load.envelopes = make([]letter, 2), make([]Envelope, 2)
	for given, want := range []hope{anything, anything, nothingNew} {
		p.gives(given)
		if got := a.hopeFor(p); got != want {
			t.Errorf("%d of 2 given: %v, want %v", given, got, want)
		}
	}
}

// TestAnMTAThatBouncedIsNotWaitedFor: it was refused for good, and tries nothing
// again.
func TestAnMTAThatBouncedIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	m := &mta{demandsTLS: true, kicked: func() bool { return false }}
	list := pick("starttls-stripped", "starttls-554", "greylist-after-tls")
	r := probedWith(t, Options{
		Policy: Encrypt, Scenarios: list, Kick: "true", KickEvery: 100 * time.Millisecond, Patience: 4 * time.Second,
		Driver: submitTo(t, "smtp://"+startMTA(t, m, nil)), Listen: routed(t, m, append(list, pick("healthy")...)),
	})
	wantResults(t, r, "starttls-stripped=pass starttls-554=pass greylist-after-tls=unclear")
	for n, want := range []int{0, silentKicks, silentKicks} {
		if i := r.Items[n]; i.Unheeded != want {
			t.Errorf("%s: the wait was given up after %d kicks, want %d", i.Scenario, i.Unheeded, want)
		}
	}
	if text := strings.Join(r.Notes, "; "); !strings.Contains(text, "not waited for to the end in 2 scenarios, ") {
		t.Errorf("the notes are %q", r.Notes)
	}
}

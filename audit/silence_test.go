package audit

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// waiting is a probe that was last seen at that second, without a server.
func waiting(t *testing.T, name string, lastSeen int, list ...fakemx.Session) *probe {
	t.Helper()
	p := &probe{scenario: scenarios.MustGet(name), sessions: list}
	p.saw(time.Unix(int64(lastSeen), 0))
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

// TestKicksAreUnheeded once three in a row brought the MTA nowhere, and it had time
// to come after the last.
func TestKicksAreUnheeded(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		now      int
		kicks    []int
		lastSeen int // with the second of two peers
		want     bool
	}{
		{"no kick", 60, nil, 1, false},
		{"two kicks", 60, []int{10, 15}, 1, false},
		{"three", 25, []int{10, 15, 20}, 1, true},
		{"no time since the last", 23, []int{10, 15, 20}, 1, false},
		{"a fourth that has just ended", 26, []int{10, 15, 20, 25}, 1, true},
		{"it came after the first", 25, []int{10, 15, 20}, 12, false},
		{"it came while the first ran", 25, []int{10, 15, 20}, 11, false},
		{"it came before", 25, []int{10, 15, 20}, 9, true},
		{"it came after the first of four", 30, []int{10, 15, 20, 25}, 12, true},
		{"it came after the second of four", 30, []int{10, 15, 20, 25}, 17, false},
	} {
		probes := []*probe{waiting(t, "expired", 1), waiting(t, "self-signed", test.lastSeen)}
		if got := kickedAt(test.now, test.kicks...).unheeded(probes); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// TestAnOpenSessionIsNoSilence: the MTA may be held up by a peer that stalls.
func TestAnOpenSessionIsNoSilence(t *testing.T) {
	t.Parallel()
	p := waiting(t, "healthy", 1)
	p.server = fakemx.Start(t, scenarios.MustGet("healthy"))
	k := kickedAt(25, 10, 15, 20)
	conn, err := p.server.DialContext(t.Context(), "tcp", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 3)); err != nil { // the session has begun
		t.Fatal(err)
	}
	if k.unheeded([]*probe{p}) {
		t.Error("the MTA is said to be silent, with a session open")
	}
	_ = conn.Close()
	if _, err := p.server.WaitSession(t.Context()); err != nil {
		t.Fatal(err)
	}
	for p.server.Open() > 0 && t.Context().Err() == nil {
		time.Sleep(time.Millisecond)
	}
	if !k.unheeded([]*probe{p}) {
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
		want     bool
	}{
		{"never came, must deliver", "wildcard", Verify, nil, true},
		{"never came, must not", "expired", Verify, nil, true},
		{"deferred", "greylist-after-tls", Verify, []fakemx.Session{ended(theClient, fakemx.EndQuit, greylisted)}, true},
		{"refuses a sound peer", "wildcard", Verify, []fakemx.Session{session(fakemx.Refused)}, false},
		{"is refused for good by a sound peer", "wildcard", Verify, []fakemx.Session{ended(theClient, fakemx.EndQuit, forGood)}, false},
		{"refuses, as it must", "expired", Verify, []fakemx.Session{session(fakemx.Refused)}, false},
		{"is deferred, as it must not deliver", "starttls-554", Encrypt, []fakemx.Session{ended(theClient, fakemx.EndQuit, greylisted)}, false},
		{"is refused for good where it must not deliver", "starttls-554", Encrypt, []fakemx.Session{ended(theClient, fakemx.EndQuit, forGood)}, true},
		{"is refused for good, and then for now", "starttls-554", Encrypt,
			[]fakemx.Session{ended(theClient, fakemx.EndQuit, forGood), ended(theClient, fakemx.EndQuit, greylisted)}, false},
		{"may do as it likes", "starttls-554", Opportunistic, []fakemx.Session{ended(theClient, fakemx.EndQuit, greylisted)}, false},
		{"delivers", "expired", Verify, []fakemx.Session{session(fakemx.DeliveredTLS)}, false},
		{"has not come to the control", "healthy", Verify, nil, false},
		{"put off what is for the control", "healthy", Verify, []fakemx.Session{ended(theClient, fakemx.EndQuit, greylisted)}, false},
	} {
		a := newAuditor(Options{Policy: test.policy, Driver: new(Submit)})
		a.controls["healthy"] = delivered
		if got := a.hopeless(waiting(t, test.scenario, 1, test.sessions...)); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// TestTheWaitIsGivenUp for what is hopeless, and only once the MTA is silent; what is
// over already is not said to have been.
func TestTheWaitIsGivenUp(t *testing.T) {
	t.Parallel()
	hopeless := func(p *probe) bool { return p.scenario.Name != "expired" }
	for _, test := range []struct {
		now       int
		wantEnded bool
	}{{23, false}, {25, true}} {
		lost, failing, over := waiting(t, "wildcard", 1), waiting(t, "expired", 1), waiting(t, "greylist-after-tls", 1)
		over.grace = t.Context()
		kickedAt(test.now, 10, 15, 20).release([]*probe{lost, failing, over}, hopeless)
		if ended := lost.life.Err() != nil; ended != test.wantEnded || (lost.evidence(nil, "").Unheeded == silentKicks) != ended {
			t.Errorf("at %d: ended %v, want %v: %+v", test.now, ended, test.wantEnded, lost.evidence(nil, ""))
		}
		if failing.life.Err() != nil || over.life.Err() != nil || over.evidence(nil, "").Unheeded != 0 {
			t.Errorf("at %d: the wait for what is not hopeless, or over, is given up", test.now)
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

package audit

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// A patient MTA tries once, and again only when a file is there, which a kick
// touches: like mox or Courier, whose next attempt is minutes away.
func (m *mta) waitsFor(t *testing.T, file string) {
	t.Helper()
	m.kicked = func() bool {
		for t.Context().Err() == nil {
			if os.Remove(file) == nil {
				return true
			}
			time.Sleep(time.Millisecond)
		}
		return false
	}
}

// TestWhatIsNotRetriedIsUnclear: greylisting has put the message off, and there
// is no STARTTLS in the first session of starttls-flapping.
func TestWhatIsNotRetriedIsUnclear(t *testing.T) {
	t.Parallel()
	m := &mta{demandsTLS: true}
	m.waitsFor(t, filepath.Join(t.TempDir(), "never"))
	list := pick("greylist-after-tls", "busy-greeting", "starttls-flapping")
	r := probedWith(t, Options{
		Policy: Encrypt, Scenarios: list, Patience: 2 * time.Second,
		Driver: submitTo(t, "smtp://"+startMTA(t, m, nil)), Listen: routed(t, m, append(list, pick("healthy")...)),
	})
	wantResults(t, r, "greylist-after-tls=unclear busy-greeting=unclear starttls-flapping=unclear")
	for _, i := range r.Items {
		if want := "deferred; the MTA did not try again within 2s: --patience, or --kick"; i.Reason != want {
			t.Errorf("%s: the reason is %q, want %q", i.Scenario, i.Reason, want)
		}
	}
}

// TestAKickMakesTheMTATryAgain, and ends the wait for what has been tried enough.
func TestAKickMakesTheMTATryAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	m := &mta{demandsTLS: true}
	m.waitsFor(t, filepath.Join(dir, "kick"))
	list := pick("greylist-after-tls", "reset-after-starttls")
	r := probedWith(t, Options{
		Policy: Encrypt, Scenarios: list, Kick: "touch " + filepath.Join(dir, "kick"), KickEvery: 250 * time.Millisecond,
		Driver: submitTo(t, "smtp://"+startMTA(t, m, nil)), Listen: routed(t, m, append(list, pick("healthy")...)),
	})
	wantResults(t, r, "greylist-after-tls=pass reset-after-starttls=pass")
	if d := r.Items[1].Duration(); d > DefaultSubmitPatience/2 {
		t.Errorf("what had been tried enough was waited for, %s", d)
	}
	if k := r.Kicks; k == nil || k.Runs == 0 || k.Failed != 0 || len(r.Notes) > 0 {
		t.Errorf("of the kicks is known %+v, and noted %q", k, r.Notes)
	}
}

// TestAKickThatDoesNotHelpIsNotNamed as what would, and what it does not make the
// MTA try again is not waited for.
func TestAKickThatDoesNotHelpIsNotNamed(t *testing.T) {
	t.Parallel()
	m := &mta{demandsTLS: true}
	m.waitsFor(t, filepath.Join(t.TempDir(), "never"))
	list := pick("starttls-flapping")
	r := probedWith(t, Options{
		Policy: Encrypt, Scenarios: list, Kick: "true", KickEvery: 100 * time.Millisecond,
		Driver: submitTo(t, "smtp://"+startMTA(t, m, nil)), Listen: routed(t, m, append(list, pick("healthy")...)),
	})
	wantResults(t, r, "starttls-flapping=unclear")
	i := r.Items[0]
	if i.Kicked == nil || *i.Kicked == 0 || *i.Kicked > r.Kicks.Runs || !strings.Contains(i.Reason, fmt.Sprintf("(kicked %s, the last 3 in vain)", timesWord(*i.Kicked))) ||
		strings.Contains(i.Reason, "--kick") {
		t.Errorf("kicked %v, the reason is %q", i.Kicked, i.Reason)
	}
	if i.Unheeded != silentKicks || i.Duration() > DefaultSubmitPatience/2 {
		t.Errorf("after %d unheeded kicks it was waited for, %s", i.Unheeded, i.Duration())
	}
}

func TestAKickThatFailsIsReported(t *testing.T) {
	t.Parallel()
	m := &mta{demandsTLS: true}
	m.waitsFor(t, filepath.Join(t.TempDir(), "never"))
	list := pick("greylist-after-tls")
	r := probedWith(t, Options{
		Policy: Encrypt, Scenarios: list, Kick: "echo no queue here >&2; exit 3", KickEvery: 100 * time.Millisecond, Patience: 2 * time.Second,
		Driver: submitTo(t, "smtp://"+startMTA(t, m, nil)), Listen: routed(t, m, append(list, pick("healthy")...)),
	})
	wantResults(t, r, "greylist-after-tls=unclear")
	if got, want := r.Items[0].Reason, "deferred; the MTA did not try again within 2s: --kick failed (exit code 3); fix that command"; got != want {
		t.Errorf("the reason is %q, want %q", got, want)
	}
	if text := strings.Join(r.Notes, "\n"); !strings.Contains(text, "--kick failed") || !strings.Contains(text, "exit code 3: no queue here") {
		t.Errorf("the notes are %q", r.Notes)
	}
}

// TestTriedEnough: the first attempt and as many kicked ones as there are
// counted faults, one more, and quiet since.
func TestTriedEnough(t *testing.T) {
	t.Parallel()
	at := func(seconds int) time.Time { return time.Unix(int64(seconds), 0) }
	seen := func(o fakemx.Outcome, began, ended int) fakemx.Session {
		return fakemx.Session{Outcome: o, Started: at(began), Ended: at(ended)}
	}
	for _, test := range []struct {
		name     string
		scenario string
		sessions []fakemx.Session
		want     bool
	}{
		{"nobody came", "expired", nil, false},
		{"no second attempt", "expired", []fakemx.Session{seen(fakemx.Refused, 1, 1), seen(fakemx.Refused, 2, 2)}, false},
		{"two attempts", "expired", []fakemx.Session{seen(fakemx.Refused, 1, 1), seen(fakemx.Refused, 11, 12)}, true},
		{"the second one idle", "expired", []fakemx.Session{seen(fakemx.Refused, 1, 1), seen(fakemx.Idle, 11, 12)}, false},
		{"not quiet yet", "expired", []fakemx.Session{seen(fakemx.Refused, 1, 1), seen(fakemx.Refused, 11, 31)}, false},
		{"an attempt that lasts beyond a kick", "expired", []fakemx.Session{seen(fakemx.Refused, 1, 1), seen(fakemx.Refused, 2, 12)}, false},
		{"an attempt with the kick", "expired", []fakemx.Session{seen(fakemx.Refused, 1, 1), seen(fakemx.Refused, 10, 12)}, true},
		{"a fault that is counted", "greylist-after-tls", []fakemx.Session{seen(fakemx.Faulted, 1, 1), seen(fakemx.Refused, 11, 12)}, false},
		{"and one more attempt", "greylist-after-tls", []fakemx.Session{
			seen(fakemx.Faulted, 1, 1), seen(fakemx.Refused, 11, 12), seen(fakemx.Refused, 21, 22),
		}, true},
	} {
		p := &probe{scenario: scenarios.MustGet(test.scenario), sessions: test.sessions, letters: []letter{{Envelope: Envelope{To: []string{""}}}}, given: 1}
		if got := p.triedEnough([]time.Time{at(10), at(20)}, at(30)); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// TestNobodyHasTriedEnough who has not got all messages, or has only delivered.
func TestNobodyHasTriedEnough(t *testing.T) {
	t.Parallel()
	at := func(seconds int) time.Time { return time.Unix(int64(seconds), 0) }
	seen := func(began int, fault scenarios.Action) fakemx.Session {
		s := session(fakemx.DeliveredTLS)
		s.Started, s.Ended, s.Fault.Do = at(began), at(began), fault
		return s
	}
	for _, test := range []struct {
		given int
		list  []fakemx.Session
		want  bool
	}{
		{2, []fakemx.Session{seen(1, "reply"), seen(11, "reply")}, true},
		{1, []fakemx.Session{seen(1, "reply"), seen(11, "reply")}, false},
		{2, []fakemx.Session{seen(1, ""), seen(11, "reply")}, false},
	} {
		l := letter{Envelope: Envelope{To: []string{"a@b.test"}}}
		p := &probe{scenario: scenarios.MustGet("rate-limited"), sessions: test.list, letters: []letter{l, l}, given: test.given}
		if got := p.triedEnough([]time.Time{at(10)}, at(30)); got != test.want {
			t.Errorf("given %d, %v: %v, want %v", test.given, test.list, got, test.want)
		}
	}
}

// TestAnMTAThatObeysAtOnceHasTriedEnough: its last attempt comes right behind the
// last kick, one interval before the next.
func TestAnMTAThatObeysAtOnceHasTriedEnough(t *testing.T) {
	t.Parallel()
	start := time.Unix(0, 0)
	at := func(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }
	refused := func(began, ended int) fakemx.Session {
		return fakemx.Session{Outcome: fakemx.Refused, Started: at(began), Ended: at(ended)}
	}
	p := &probe{scenario: scenarios.MustGet("expired"), sessions: []fakemx.Session{refused(1, 2), refused(5010, 5080)}}
	now := at(10000)
	k := &kicker{every: 5 * time.Second, times: []time.Time{at(5000)}, now: func() time.Time { return now }}
	if !k.enough(p) {
		t.Error("it is kicked on and on, want the wait to end")
	}
	if p.sessions = append(p.sessions, refused(8000, 9000)); k.enough(p) {
		t.Error("the wait ends, though the MTA is busy yet")
	}
}

// TestWhatComesOfAKick: one that was broken off does not count, and what one says
// holds no password.
func TestWhatComesOfAKick(t *testing.T) {
	t.Parallel()
	ended, end := context.WithCancel(t.Context())
	end()
	for _, test := range []struct {
		name, command string
		ctx           context.Context //nolint:containedctx // it is a case
		want          Kicks
		made          int
	}{
		{"it helps", "exit 0", t.Context(), Kicks{Runs: 1}, 1},
		{"it fails", "echo to no sesame avail; exit 3", t.Context(), Kicks{Runs: 1, Failed: 1, Failure: "exit code 3: to no {password} avail", how: "exit code 3"}, 0},
		{"it fails without a word", "exit 3", t.Context(), Kicks{Runs: 1, Failed: 1, Failure: "exit code 3", how: "exit code 3"}, 0},
		{"it is broken off", "exit 3", ended, Kicks{}, 0},
	} {
		k := newKicker(Options{Kick: test.command, Password: "sesame", Now: time.Now})
		k.kick(test.ctx)
		if test.want.Command = test.command; *k.sum() != test.want || len(k.made()) != test.made {
			t.Errorf("%s: %+v, %d made", test.name, *k.sum(), len(k.made()))
		}
	}
	if note := (&Kicks{Runs: 2}).note(); note != "" {
		t.Errorf("of kicks that did not fail it is noted that %s", note)
	}
}

// TestKicksSince an earlier sum are those that worked.
func TestKicksSince(t *testing.T) {
	t.Parallel()
	if n := (&Kicks{Runs: 10, Failed: 3}).since(&Kicks{Runs: 4, Failed: 1}); n == nil || *n != 4 {
		t.Errorf("%v kicks, want 4", n)
	}
	if n := (*Kicks)(nil).since(nil); n != nil {
		t.Errorf("%d kicks without a kick", *n)
	}
}

func TestAKickIsForAnMTA(t *testing.T) {
	t.Parallel()
	_, err := Run(t.Context(), Options{Policy: Verify, Scenarios: pick("healthy"), Driver: Command{client(t, "verify")}, Kick: "true"})
	if err == nil || !strings.Contains(err.Error(), "an MTA") {
		t.Errorf("a command is kicked: %v", err)
	}
}

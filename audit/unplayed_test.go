package audit

import (
	"bytes"
	"context"
	"crypto/tls"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// limitedOnes are scenarios whose faults one usual message does not meet.
func limitedOnes() []scenarios.Scenario {
	return pick("rate-limited", "too-many-messages", "too-many-recipients", "recipient-refused", "recipient-deferred")
}

// TestACommandIsBroughtToLimitedFaults: it is run as often as it takes, and what
// no number of runs shows is unclear.
func TestACommandIsBroughtToLimitedFaults(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]map[string]string{
		"verify": {
			"rate-limited":        "pass: the client delivered in TLS 3 times, as it must, and did not try again what the fault struck (\"421",
			"too-many-messages":   "unclear: each message came in a session of its own",
			"too-many-recipients": "unclear: use {recipients} in the command",
			"recipient-refused":   "pass: the client delivered in TLS, as it must, and met the fault (\"550",
			"recipient-deferred":  "pass: the client delivered in TLS, as it must, and met the fault (\"452",
		},
		"all at once": {
			"too-many-recipients": "pass: did not try again what the fault struck (\"452",
			"recipient-refused":   "pass: the client delivered in TLS 2 times, as it must, and met the fault",
			"recipient-deferred":  "pass: the client delivered in TLS 2 times, as it must, and met the fault",
		},
		"gives up": {
			"too-many-recipients": "may: gave up the whole message to probe-",
			"recipient-refused":   "may: gave up the whole message to probe-",
			"recipient-deferred":  "may: as it may (\"452",
		},
		"stubborn": {
			"rate-limited":       "pass: ",
			"recipient-refused":  "unclear: use {to} in the command",
			"recipient-deferred": "unclear: use {to} in the command",
		},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			wantReasons(t, probedWith(t, Options{Policy: Verify, Driver: Command{client(t, kind)}, Scenarios: limitedOnes()}), want)
		})
	}
}

// wantReasons holds "result: part of the reason" against a report.
func wantReasons(t *testing.T, r *Report, want map[string]string) {
	t.Helper()
	for _, i := range r.Items {
		result, part, wanted := strings.Cut(want[i.Scenario], ": ")
		if wanted && (string(i.Result) != result || !strings.Contains(i.Reason, part)) {
			t.Errorf("%s is %s: %s\nwant %s", i.Scenario, i.Result, i.Reason, want[i.Scenario])
			for _, s := range i.Sessions {
				t.Log(s.Narrate())
			}
		}
	}
}

// TestAnMTAIsBroughtToLimitedFaults: it gets as many messages, and recipients,
// as it takes.
func TestAnMTAIsBroughtToLimitedFaults(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		mta  *mta
		want map[string]string
	}{
		"tries again": {&mta{demandsTLS: true}, map[string]string{
			"rate-limited":        "pass: the client delivered in TLS 3 times, as it must, and tried again what the fault struck, 2 times in all",
			"too-many-messages":   "unclear: each message came in a session of its own",
			"too-many-recipients": "pass: the client delivered in TLS 3 times, as it must, and met the fault (\"452",
			"recipient-refused":   "pass: the client delivered in TLS 2 times, as it must, and met the fault (\"550",
			"recipient-deferred":  "pass: the client delivered in TLS 2 times, as it must, and met the fault (\"452",
		}},
		"never again": {&mta{demandsTLS: true, kicked: func() bool { return false }}, map[string]string{
			"rate-limited":        "unclear: but not all that it was given: deferred; the MTA did not try again within 2s: --patience, or --kick",
			"too-many-recipients": "unclear: but not all that it was given: deferred; the MTA did not try again",
			"recipient-deferred":  "pass: ",
		}},
		"gives up": {&mta{demandsTLS: true, gives: true}, map[string]string{
			"recipient-refused": "unclear: the MTA did not try that recipient again within 2s: --patience, or --kick",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list := limitedOnes()
			r := probedWith(t, Options{
				Policy: Encrypt, Scenarios: list, Patience: 2 * time.Second,
				Driver: submitTo(t, "smtp://"+startMTA(t, test.mta, nil)), Listen: routed(t, test.mta, append(list, pick("healthy")...)),
			})
			wantReasons(t, r, test.want)
			test.mta.mu.Lock()
			defer test.mta.mu.Unlock()
			for domain, want := range map[string]int{"rate-limited.fakemx.test": 4, "too-many-messages.fakemx.test": 1, "recipient-refused.fakemx.test": 1} {
				if got := len(test.mta.handed[domain]); got != want {
					t.Errorf("%d sessions brought the messages for %s, want %d", got, domain, want)
				}
			}
		})
	}
}

// TestWhoDeliversNothingIsNotRunAgain for what comes after that.
func TestWhoDeliversNothingIsNotRunAgain(t *testing.T) {
	t.Parallel()
	for _, i := range probedWith(t, Options{Policy: Verify, Driver: Command{client(t, "nothing")}, Scenarios: limitedOnes(), KeepGoing: true}).Items {
		if len(i.Runs) != 1 || len(i.Envelopes) != 1 {
			t.Errorf("%s: %d runs for %v, want one", i.Scenario, len(i.Runs), i.Envelopes)
		}
	}
}

// A pooled mailer keeps its sessions open, by the peer's address.
type pooled struct {
	mu       sync.Mutex
	sessions map[string]*smtp.Client
	all      bool // it sends to all recipients
}

func (*pooled) String() string { return "a pooled mailer" }

func (m *pooled) Deliver(_ context.Context, t Target) Attempt {
	client, err := m.session(t)
	if err != nil {
		return Attempt{Err: err}
	}
	to := []string{t.To}
	if m.all {
		to = t.Recipients
	}
	return Attempt{Err: client.SendMail(t.From, to, bytes.NewReader(t.Message))}
}

func (m *pooled) session(t Target) (*smtp.Client, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c := m.sessions[t.Addr()]; c != nil {
		return c, nil
	}
	c, err := smtp.DialStartTLS(t.Addr(), &tls.Config{InsecureSkipVerify: true})
	if err == nil {
		m.sessions[t.Addr()] = c
	}
	return c, err
}

// TestAMailerIsBroughtToLimitedFaults: one that keeps its sessions open meets
// those that others do not, and the other way round.
func TestAMailerIsBroughtToLimitedFaults(t *testing.T) {
	t.Parallel()
	for _, m := range []*pooled{{}, {all: true}} {
		m.sessions = map[string]*smtp.Client{}
		want := map[string]string{
			"rate-limited":        "unclear: 4 times, but the fault was not played: it strikes when more than 3 sessions come within 1m; it sent several messages in one session",
			"too-many-messages":   "pass: in TLS, as it must, and did not try again what the fault struck (\"421",
			"too-many-recipients": "unclear: let the mailer send one message to all of Target.Recipients",
			"recipient-refused":   "pass: met the fault",
		}
		if m.all {
			want["too-many-recipients"], want["recipient-refused"] = "may: gave up the whole message", "may: gave up the whole message"
		}
		wantReasons(t, probedWith(t, Options{Policy: Encrypt, Driver: m, Scenarios: limitedOnes()}), want)
	}
}

// TestWhatBecomesOfTheRest is judged by what was given and what was seen.
func TestWhatBecomesOfTheRest(t *testing.T) {
	t.Parallel()
	usual, other := "a@recipient-refused.fakemx.test", "B@recipient-refused.fakemx.test"
	delivering := session(fakemx.DeliveredTLS)
	delivering.Transactions[0].To = []string{usual}
	struck := func(text string, by fakemx.Party, to ...string) fakemx.Session {
		return fakemx.Session{
			ID: "struck", Outcome: fakemx.Refused, Fault: fakemx.Fault{At: scenarios.AtRCPT, Do: scenarios.DoReply},
			Refusal: &fakemx.Reply{Text: text, To: "RCPT"}, End: fakemx.End{By: by}, Transactions: []fakemx.Transaction{{To: to}},
		}
	}
	later := session(fakemx.DeliveredTLS)
	later.Transactions[0].To = []string{strings.ToLower(other)}
	runs := []CommandRun{{Args: []string{"mailer"}}}
	for name, test := range map[string]struct {
		list   []fakemx.Session
		runs   []CommandRun
		cutOff bool
		kicked int
		want   string
	}{
		"all":             {list: []fakemx.Session{struck("550 no", fakemx.FromClient, other), later}, want: "pass: met the fault"},
		"dropped":         {list: []fakemx.Session{struck("550 no", fakemx.FromClient, other)}, want: "unclear: but not to " + other + ", whom the peer accepts: somebody else was refused (\"550 no\"), and the MTA did not try that recipient again within"},
		"dropped for now": {list: []fakemx.Session{struck("452 no", fakemx.FromClient, other)}, want: "unclear: but not to " + other + ", whom the peer accepts: somebody else was deferred (\"452 no\"), and the MTA did not try that recipient again within"},
		"dropped twice": {list: []fakemx.Session{struck("550 no", fakemx.FromClient, other), struck("550 no", fakemx.FromClient, other)},
			want: "unclear: the MTA tried that recipient 2 times without delivering within"},
		"dropped though kicked": {list: []fakemx.Session{struck("550 no", fakemx.FromClient, other)}, kicked: 3,
			want: "unclear: (kicked 3 times); it may have given up"},
		"dropped by a command": {list: []fakemx.Session{struck("550 no", fakemx.FromClient, other)}, runs: runs, want: "may: gave up"},
		"cut off":              {list: []fakemx.Session{struck("550 no", fakemx.FromClient, other)}, cutOff: true, want: "pass: refused for good"},
		"ended by us":          {list: []fakemx.Session{struck("550 no", fakemx.FromPeer, other)}, want: "pass: refused for good"},
		"deferred":             {list: []fakemx.Session{struck("452 no", fakemx.FromClient)}, want: "unclear: but not all that it was given: deferred"},
		"deferred, a command":  {list: []fakemx.Session{struck("452 no", fakemx.FromClient)}, runs: runs, want: "pass: met the fault"},
		"deferred twice": {list: []fakemx.Session{struck("452 no", fakemx.FromClient), struck("452 no", fakemx.FromClient)},
			want: "pass: tried again what the fault struck, 2 times"},
	} {
		e := sessions(append([]fakemx.Session{delivering}, test.list...)...)
		e.Envelopes = []Envelope{{To: []string{usual}}, {To: []string{other, "unknown@recipient-refused.fakemx.test"}}}
		if e.Runs = test.runs; test.cutOff {
			e.CutOff = []string{"struck"}
		}
		if test.kicked > 0 {
			e.Kicked = &test.kicked
		}
		v := Judge(scenarios.MustGet("recipient-refused"), Verify, e, delivered)
		if result, part, _ := strings.Cut(test.want, ": "); string(v.Result) != result || !strings.Contains(v.Reason, part) {
			t.Errorf("%s: %s: %s, want %s", name, v.Result, v.Reason, test.want)
		}
	}
}

// TestWhoIsDeferredAtFirstIsTriedAgain: a counted fault that strikes somebody
// else is over when the client has tried often enough.
func TestWhoIsDeferredAtFirstIsTriedAgain(t *testing.T) {
	t.Parallel()
	s := scenarios.MustGet("recipient-deferred").With(func(p *scenarios.Peer) { p.Faults[0].First = 2 })
	r := probedWith(t, Options{Policy: Verify, Driver: Command{client(t, "verify")}, Scenarios: []scenarios.Scenario{s}})
	wantReasons(t, r, map[string]string{s.Name: "pass: 2 times, as it must, and met the fault"})
	if n := len(r.Items[0].Runs); n != 4 {
		t.Errorf("%d runs, want 3 for whom it defers twice, and the usual one", n)
	}
}

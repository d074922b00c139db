package audit

import (
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// The times of a change in tests: a fetch, the change, the message after it, and
// the one after another fetch.
var (
	dawn   = time.Date(2026, 1, 2, 6, 0, 0, 0, time.UTC)
	noon   = dawn.Add(6 * time.Hour)
	dusk   = dawn.Add(12 * time.Hour)
	during = map[string]time.Time{"before": dawn.Add(time.Minute), "after": noon.Add(time.Minute), "renewed": dusk.Add(time.Minute)}
)

// changed is what a client did, in words: a time and what became of a session then,
// such as "before refused", or "run" for a run of a command without a session.
// "step" and "renew" say which messages it was given.
func changed(conduct string) Evidence {
	e := fetching()
	e.Fetches[0].At = dawn
	e.Envelopes = []Envelope{{To: []string{"p@x"}}}
	queries := 9
	e.Lookups = &queries
	for word := range strings.SplitSeq(conduct, ", ") {
		when, what, _ := strings.Cut(word, " ")
		switch when {
		case "step":
			e.Step = &Step{Moment: Moment{At: noon, Messages: 1, Queries: 5}}
			e.Envelopes = append(e.Envelopes, Envelope{To: []string{"p-2@x"}})
		case "renew":
			e.Step.Renewed = &Moment{At: dusk, Messages: 2, Queries: 7}
			e.Envelopes = append(e.Envelopes, Envelope{To: []string{"p-3@x"}})
		case "run":
			e.Runs = append(e.Runs, CommandRun{Args: strings.Fields(what), Exit: 1})
		case "killed":
			e.Runs = append(e.Runs, CommandRun{Args: []string{"x"}, TimedOut: true})
		case "mta":
			e.Waited = scenarios.Span(time.Minute)
		case "silent":
			silent := 5
			e.Lookups = &silent
		case "unfetched":
			e.Fetches = []stage.PolicyFetch{}
		default:
			s := session(fakemx.Outcome(what))
			s.Started = during[when]
			e.Sessions = append(e.Sessions, s)
		}
	}
	return e
}

// TestJudgingByWhatAClientRemembers.
func TestJudgingByWhatAClientRemembers(t *testing.T) {
	t.Parallel()
	proved := Control{Scenario: "mta-sts", Delivered: true}
	const inTLS, inClear = string(fakemx.DeliveredTLS), string(fakemx.DeliveredClear)
	for _, test := range []struct {
		scenario, conduct string
		want              Result
		says              string
	}{
		{"sts-txt-gone", "mta, before refused, step, after refused", Pass, "neither before the change nor after it"},
		{"sts-txt-gone", "mta, step", Pass, "neither before the change nor after it"},
		{"sts-txt-gone", "mta, step, silent", Unclear, "did not try again after the change: --patience, or --kick"},
		{"sts-txt-gone", "mta, step, after " + inTLS, Fail, "ignored a cached policy: it delivered in TLS after the change, though the policy that it had fetched at 06:00:00 still holds"},
		{"sts-txt-gone", "mta, step, after " + inClear, Fail, "in clear"},
		{"sts-txt-gone", "run, step, run, after " + inTLS, Fail, "ignored a cached policy"}, // a mailer
		{"sts-txt-gone", "run a b, step, run a b, after " + inTLS, Unclear, "each run is a process of its own"},
		{"sts-txt-gone", "run a b, step, run a b", Pass, "neither before"},
		{"sts-txt-gone", "run a b, step", Unclear, "did not try again after the change"},
		{"sts-txt-gone", "run a b, step, killed", Unclear, "still running"},
		{"sts-txt-gone", "mta, before " + inTLS + ", step, after " + inTLS, Fail, "though an enforced MTA-STS policy does not list the host, by RFC 8461 section 5"},
		{"sts-txt-gone", "mta, before refused, unfetched", Unclear, "it never fetched the policy before it was to change, so that it had none to remember"},
		{"sts-txt-gone", "mta, before " + inTLS + ", unfetched", Fail, "it never fetched the policy"},
		{"sts-txt-gone", "mta, before refused", Unclear, "what the domain publishes did not change while it had its chance"},
		{"sts-id-changed", "mta, before " + inTLS + ", unfetched", Unclear, "delivered in TLS, but it never fetched the policy"},
		{"sts-id-changed", "mta, before refused", Fail, "though it must deliver"},
		{"sts-id-changed", "mta, before " + inTLS + ", step, after " + inTLS, May, "as it may: it had not fetched another policy before"},
		{"sts-id-changed", "mta, before " + inTLS + ", step, after refused", May, "and need not: it goes by the policy that it remembers"},
		{"sts-id-changed", "mta, before " + inTLS + ", step, after " + inClear, Fail, "in clear after the change, though it must use TLS"},
		{"sts-id-changed", "mta, before " + inTLS + ", step, after " + inTLS + ", renew, renewed refused", Pass, "did not deliver after it had fetched the policy that the domain publishes now"},
		{"sts-id-changed", "mta, before " + inTLS + ", step, after refused, renew, renewed " + inTLS, Fail, "delivered in TLS after it had fetched the policy that the domain publishes now, though an enforced"},
		{"sts-id-changed", "run a b, before " + inTLS + ", step, run a b, renew, run a b, renewed " + inTLS, Fail, "after it had fetched"},
		{"sts-id-changed", "run a b, before " + inTLS + ", step, run a b, renew, killed", Unclear, "still running"},
		{"sts-testing-after-enforce", "mta, step, after refused, renew, renewed " + inTLS, Pass, "as it must"},
		{"sts-testing-after-enforce", "mta, step, after refused, renew", Unclear, "did not come again after it had fetched"},
		{"sts-testing-after-enforce", "mta, step, renew, renewed refused", Fail, "did not deliver after it had fetched"},
		{"sts-testing-after-enforce", "run a b, step, run a b, renew, run a b", Fail, "did not deliver after it had fetched"},
		{"sts-testing-after-enforce", "mta, step, renew, renewed " + inTLS + ", after " + inTLS, Pass, "as it must"},
		{"sts-cache-expired", "mta, step, after " + inTLS, May, "its max_age is 5"},
		{"sts-cache-expired", "mta, step, after refused", May, "it still goes by a policy whose max_age of 5 is over: either it keeps each for a least time of its own, or for ever"},
	} {
		s, e := scenarios.MustGet(test.scenario), changed(test.conduct)
		v := Judge(s, MTASTS, e, proved)
		if v.Result != test.want || !strings.Contains(v.Reason, test.says) {
			t.Errorf("%s: %s: %s (%s), want %s with %q", test.scenario, test.conduct, v.Result, v.Reason, test.want, test.says)
		}
		if v := Judge(s, Verify, e, proved); strings.Contains(v.Reason, "change") {
			t.Errorf("%s: %s: without MTA-STS it is judged by the change: %s", test.scenario, test.conduct, v.Reason)
		}
	}
}

// TestASessionKeptOpenForTheNextMessage: what was given after the change was
// delivered after it, whenever the session began.
func TestASessionKeptOpenForTheNextMessage(t *testing.T) {
	t.Parallel()
	e := changed("mta, step")
	s := session(fakemx.DeliveredTLS)
	s.Started, s.Accepted = during["before"], fakemx.Accepted{InTLS: 1}
	s.Transactions = []fakemx.Transaction{{To: []string{"P-2@X"}, Accepted: true}}
	e.Sessions = []fakemx.Session{s}
	if before, after := e.deliveredBefore(e.Step.Moment), e.deliveredSince(e.Step.Moment); before.any() || after.tls != 1 {
		t.Errorf("before the change %+v was delivered, and after it %+v", before, after)
	}
	e.Queries, e.Sessions = append(e.Queries, Lookup{Name: "x", Type: "MX", Queries: 1}), []fakemx.Session{s}
	if v := Judge(scenarios.MustGet("sts-id-changed"), MTASTS, e, Control{Scenario: "mta-sts", Delivered: true}); v.Result != May || !strings.Contains(v.Reason, "in a session that it had begun before") {
		t.Errorf("%s (%s)", v.Result, v.Reason)
	}
	s.Transactions[0].To = []string{"p@x"}
	if before := e.deliveredBefore(e.Step.Moment); before.tls != 1 {
		t.Errorf("before the change %+v was delivered", before)
	}
}

// TestTheLoadAroundAChange: a message before it, and others after it.
func TestTheLoadAroundAChange(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"sts-txt-gone": "p@d p-2@d", "sts-id-changed": "p@d p-2@d p-3@d"} {
		s := scenarios.MustGet(name)
		var to []string
		l := loadOf(s, "", "p@d", true).inStepsOf(s)
		for _, e := range l.envelopes {
			to = append(to, e.To...)
		}
		if got := strings.Join(to, " "); got != want || !l.inTurn || !l.inSteps {
			t.Errorf("%s: messages go to %s, want %s", name, got, want)
		}
	}
	if changes(scenarios.MustGet("sts-txt-gone"), DANE) || changes(scenarios.MustGet("mta-sts"), MTASTS) || !changes(scenarios.MustGet("sts-txt-gone"), DANEAndMTASTS) {
		t.Error("something changes where it does not matter, or does not where it does")
	}
}

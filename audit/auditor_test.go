package audit

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// probed audits scenarios with a client of this test, whatever comes of the
// control.
func probed(t *testing.T, kind string, p Policy, names ...string) *Report {
	t.Helper()
	return probedWith(t, Options{Policy: p, Driver: Command{client(t, kind)}, Scenarios: pick(names...), KeepGoing: true})
}

func probedWith(t *testing.T, o Options) *Report {
	t.Helper()
	r, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func pick(names ...string) []scenarios.Scenario {
	var list []scenarios.Scenario
	for _, name := range names {
		list = append(list, scenarios.MustGet(name))
	}
	return list
}

// wantResults holds the results against "name=result" words.
func wantResults(t *testing.T, r *Report, want string) {
	t.Helper()
	var got []string
	for _, i := range r.Items {
		got = append(got, i.Scenario+"="+string(i.Result))
	}
	if text := strings.Join(got, " "); text != want {
		t.Errorf("results are\n  %s\nwant\n  %s", text, want)
		for _, i := range r.Items {
			t.Logf("%s: %s: %s\n%v", i.Scenario, i.Result, i.Reason, i.Runs)
			for _, s := range i.Sessions {
				t.Log(s.Narrate())
			}
		}
	}
}

func TestClientsOfEveryKindAreJudged(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		kind   string
		policy Policy
		want   string
	}{
		{"verify", Verify, "healthy=pass expired=pass hostname-mismatch=pass no-ip-san=pass starttls-stripped=pass"},
		{"insecure", Verify, "healthy=pass expired=fail hostname-mismatch=fail no-ip-san=fail starttls-stripped=pass"},
		{"insecure", Encrypt, "healthy=pass expired=pass greylist-after-tls=pass busy-greeting=pass reset-after-dot=pass starttls-flapping=pass"},
		{"opportunistic", Opportunistic, "healthy=pass expired=pass starttls-stripped=pass reset-after-starttls=may refused-greeting=may starttls-flapping=pass"},
		{"opportunistic", Encrypt, "healthy=pass starttls-stripped=fail reset-after-starttls=fail"},
		{"verify-only", Verify, "healthy=pass expired=fail starttls-stripped=fail"},
		{"clear", Opportunistic, "healthy=fail starttls-stripped=pass"},
		{"twice", Verify, "healthy=pass"},
		{"fails", Verify, "healthy=pass"},
		{"lies", Verify, "healthy=pass greylist-after-tls=pass expired=pass"},
		{"nothing", Verify, "healthy=fail expired=unclear"},
		{"crashes", Verify, "healthy=fail expired=unclear"},
		{"falls inside", Verify, "healthy=fail expired=unclear"},
		{"password", Verify, "auth-in-clear=fail"},
		{"tags", Opportunistic, "starttls-stripped=fail auth-in-clear=fail"},
		{"tags", Verify, "starttls-stripped=fail auth-in-clear=fail"},
		{"hides", Verify, "healthy=pass self-signed=fail"},
	} {
		t.Run(test.kind+" "+string(test.policy), func(t *testing.T) {
			t.Parallel()
			var names []string
			for word := range strings.FieldsSeq(test.want) {
				name, _, _ := strings.Cut(word, "=")
				names = append(names, name)
			}
			wantResults(t, probed(t, test.kind, test.policy, names...), test.want)
		})
	}
}

func TestFindings(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ kind, scenarios, want string }{
		{"insecure", "self-signed hostname-mismatch", "does not verify"},
		{"verify-only", "expired", "falls back to clear text"},
		{"clear", "starttls-stripped", "goes on in clear"},
		{"password", "auth-in-clear", "sends credentials in clear"},
		{"verify", "healthy expired hostname-mismatch starttls-stripped", ""},
	} {
		r := probed(t, test.kind, Verify, strings.Fields(test.scenarios)...)
		if got := strings.Join(r.Findings, "; "); !strings.Contains(got, test.want) || test.want == "" && got != "" {
			t.Errorf("%s: findings are %q, want %q", test.kind, got, test.want)
		}
	}
	chainOnly := []Item{
		NewItem(scenarios.MustGet("hostname-mismatch"), Verify, sessions(session(fakemx.DeliveredTLS)), delivered),
		NewItem(scenarios.MustGet("expired"), Verify, sessions(session(fakemx.Refused)), delivered),
	}
	if got := findings(Verify, chainOnly); len(got) != 1 || !strings.Contains(got[0], "the chain but not the name") {
		t.Errorf("of a client that ignores names the findings are %q", got)
	}
	nothing := []Item{
		NewItem(scenarios.MustGet("hostname-mismatch"), Verify, sessions(session(fakemx.DeliveredTLS)), delivered),
		NewItem(scenarios.MustGet("expired"), Verify, sessions(session(fakemx.DeliveredTLS)), delivered),
		NewItem(scenarios.MustGet("no-names"), Verify, sessions(session(fakemx.Refused)), delivered),
	}
	if got := findings(Verify, nothing); len(got) != 0 {
		t.Errorf("of a client that refuses one name the findings are %q", got)
	}
}

func TestACountedFaultIsTriedAgain(t *testing.T) {
	t.Parallel()
	r := probed(t, "verify", Verify, "healthy", "greylist-after-tls", "expired")
	for i, want := range []int{1, 2, 1} {
		if got := len(r.Items[i].Runs); got != want {
			t.Errorf("%s: %d runs, want %d", r.Items[i].Scenario, got, want)
		}
	}
}

func TestTheCommandIsGivenAllItNeeds(t *testing.T) {
	t.Parallel()
	r := probedWith(t, Options{
		Policy: Verify, Scenarios: pick("healthy"), From: "me@client.test", User: "anna", Password: "very-secret",
		Driver: Command{client(t, "reads", "{host}", "{to}", "{{braces}", "{password}", "p={port}")},
		NewID:  func() string { return "id" },
	})
	run := r.Items[0].Runs[0]
	for _, want := range []string{
		"FAKEMX_HOST=localhost\n", "FAKEMX_FROM=me@client.test\n", "FAKEMX_TO=probe-id@healthy.fakemx.test\n",
		"FAKEMX_SCENARIO=healthy\n", "FAKEMX_USER=anna\n", "FAKEMX_SCHEME=smtp\n", "/ca.pem\n",
		"localhost|probe-id@healthy.fakemx.test|{braces}|{password}|p=", " 0\n",
	} {
		if !strings.Contains(run.Output, want) {
			t.Errorf("the command printed\n%s\nwant %q in it", run.Output, want)
		}
	}
	if text := run.Output + strings.Join(run.Args, " "); strings.Contains(text, "very-secret") {
		t.Errorf("the password is in the report: %s", text)
	}
}

func TestMegabytesOfOutputAreBounded(t *testing.T) {
	t.Parallel()
	r := probed(t, "chatters", Verify, "healthy")
	wantResults(t, r, "healthy=pass")
	out := r.Items[0].Runs[0].Output
	for _, want := range []string{"the first line\n", "the last line\n", "bytes left out"} {
		if !strings.Contains(out, want) {
			t.Errorf("%d octets of output are kept, without %q", len(out), want)
		}
	}
	if limit := headOctets + tailOctets + 100; len(out) > limit {
		t.Errorf("%d octets of output are kept, at most %d are wanted", len(out), limit)
	}
}

// TestAHangingCommandIsEndedWithItsGroup: neither it nor its child is left, and
// the other scenarios go on.
func TestAHangingCommandIsEndedWithItsGroup(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "pids")
	r := probedWith(t, Options{
		Policy: Verify, Scenarios: pick("healthy", "expired"), Patience: time.Second, KeepGoing: true,
		Driver: Command{client(t, "hangs", file+"-{scenario}")},
	})
	wantResults(t, r, "healthy=fail expired=unclear")
	for _, i := range r.Items {
		if run := i.Runs[0]; !run.TimedOut || run.Exit != -1 || !strings.Contains(run.String(), "still running after 1s and was killed") {
			t.Errorf("%s: the run is %+v, want one that took too long", i.Scenario, run)
		}
		text, err := os.ReadFile(file + "-" + i.Scenario)
		if err != nil {
			t.Fatal(err)
		}
		var leader, child int
		if _, err := fmt.Sscan(string(text), &leader, &child); err != nil {
			t.Fatal(err)
		}
		for _, pid := range []int{leader, child} {
			awaitGone(t, pid)
		}
	}
}

// awaitGone waits until a process is gone; a child of a killed parent may be
// a zombie until init looks at it.
func awaitGone(t *testing.T, pid int) {
	t.Helper()
	for t.Context().Err() == nil {
		state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if syscall.Kill(pid, 0) != nil || err == nil && bytes.Contains(state, []byte(") Z ")) {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func TestASignalIsReported(t *testing.T) {
	t.Parallel()
	run := probed(t, "crashes", Verify, "healthy").Items[0].Runs[0]
	if run.Signal != "killed" || run.TimedOut || run.Exit != -1 {
		t.Errorf("the run is %+v, want one that a signal ended", run)
	}
}

func TestAMessageThatTurnsUpElsewhereIsSeen(t *testing.T) {
	t.Parallel()
	a := newAuditor(Options{Driver: Command{}, Patience: time.Minute})
	a.dir = t.TempDir()
	right, wrong := a.mustOpen(t, "expired"), a.mustOpen(t, "healthy")
	runCommand(t.Context(), client(t, "elsewhere", wrong.server.Addr()).args, environment(right.target(right.letters[0], "u", "p").values()), concealer{})
	right.close()
	wrong.close()
	if e := right.evidence(nil, ""); !slices.Equal(e.Elsewhere, []string{"healthy"}) || len(e.Sessions) > 0 {
		t.Errorf("of the message that went astray is known %+v", e)
	} else if v := Judge(right.scenario, Verify, e, delivered); v.Result != Unclear || !strings.Contains(v.Reason, "peer of healthy instead") {
		t.Errorf("%s (%s), want unclear", v.Result, v.Reason)
	}
	if e := wrong.evidence(nil, ""); len(e.Sessions) > 0 {
		t.Errorf("a stray client's session is taken for the probe's: %+v", e)
	}
}

func (a *auditor) mustOpen(t *testing.T, name string) *probe {
	t.Helper()
	if a.stage == nil {
		a.rounds = [][]scenarios.Scenario{scenarios.All()}
		a.stage = stage.Start(t, a.stageConfig())
	}
	p, err := a.open(scenarios.MustGet(name))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestACommandThatCannotStartIsUnclear(t *testing.T) {
	t.Parallel()
	template, err := NewTemplate([]string{"/nowhere/{scenario}"})
	if err != nil {
		t.Fatal(err)
	}
	r := probedWith(t, Options{Policy: Verify, Scenarios: pick("healthy", "expired"), Driver: Command{template}, KeepGoing: true})
	wantResults(t, r, "healthy=unclear expired=unclear")
	if r.Succeeded(false) {
		t.Error("an audit that proved nothing is a success")
	}
}

// Whoever is ended, or still connected, when the time is up has refused nothing.
func TestAClientThatHangsInsideTLSIsUnclear(t *testing.T) {
	t.Parallel()
	r := probedWith(t, Options{
		Policy: Verify, Scenarios: pick("healthy", "expired"), Patience: time.Second, KeepGoing: true, Driver: Command{client(t, "hangs inside")},
	})
	wantResults(t, r, "healthy=fail expired=unclear")
	if want := "was still running"; !strings.Contains(r.Items[1].Reason, want) {
		t.Errorf("the reason is %q, want it to say %q", r.Items[1].Reason, want)
	}
}

func TestAnAcceptedFailureEndsNoAudit(t *testing.T) {
	t.Parallel()
	told := map[string]string{}
	r := probedWith(t, Options{
		Policy: Verify, Scenarios: pick("expired", "healthy", "self-signed", "untrusted-root"), Parallel: 1, StopAtFailure: true,
		Driver:     Command{client(t, "insecure")},
		Exceptions: Exceptions{{Scenarios: []string{"expired"}, Result: Fail, Reason: "known"}},
		OnItem:     func(i Item) { told[i.Scenario] = i.Accepted },
	})
	wantResults(t, r, "expired=fail healthy=pass self-signed=fail")
	if told["expired"] != "known" || told["self-signed"] != "" {
		t.Errorf("who looks on is told that %v are accepted", told)
	}
	if r.Summary.Accepted != 1 {
		t.Errorf("%d are accepted, want 1", r.Summary.Accepted)
	}
}

func TestTheFirstFailureEndsTheAudit(t *testing.T) {
	t.Parallel()
	r := probedWith(t, Options{
		Policy: Verify, Scenarios: pick("healthy", "expired", "self-signed", "untrusted-root"), Parallel: 1, StopAtFailure: true,
		Driver: Command{client(t, "insecure")},
	})
	wantResults(t, r, "healthy=pass expired=fail")
	if !r.Partial || r.Selected != 4 || r.Succeeded(false) {
		t.Errorf("the report is %+v, want a partial one of 4", r.Summary)
	}
}

func TestAnEndedContextLeavesAPartialReport(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := Run(ctx, Options{
		Policy: Verify, Scenarios: pick("healthy", "expired", "self-signed"), Parallel: 1,
		Driver: Command{client(t, "verify")}, OnItem: func(Item) { cancel() },
	})
	if err != nil {
		t.Fatal(err)
	}
	wantResults(t, r, "healthy=pass")
	if !r.Partial || r.Succeeded(false) {
		t.Error("the report does not say that it is partial")
	}
}

func TestItemsKeepTheOrderTheyWereGivenIn(t *testing.T) {
	t.Parallel()
	names := []string{"silent-greeting", "healthy", "expired", "tls-v1-2"}
	r := probedWith(t, Options{
		Policy: Verify, Scenarios: pick(names...), Parallel: 4, Patience: 3 * time.Second, Driver: Command{client(t, "verify")},
	})
	wantResults(t, r, "silent-greeting=may healthy=pass expired=pass tls-v1-2=pass")
}

// TestAKeptPKIIsUsedAgain: an MTA is given the authorities once.
func TestAKeptPKIIsUsedAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	kept := filepath.Join(dir, "healthy", "ca.pem")
	var first []byte
	for range 2 {
		r := probedWith(t, Options{Policy: Verify, Scenarios: pick("healthy"), Driver: Command{client(t, "verify")}, PKIDir: dir})
		wantResults(t, r, "healthy=pass")
		text, err := os.ReadFile(kept)
		if err != nil {
			t.Fatal(err)
		}
		if first != nil && !bytes.Equal(text, first) {
			t.Error("the second audit has another authority")
		}
		first = text
	}
}

func TestNothingToAudit(t *testing.T) {
	t.Parallel()
	if _, err := Run(t.Context(), Options{Driver: Command{}}); err == nil {
		t.Error("an audit of nothing begins")
	}
}

package audit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// judged is the report on a client that leaves the same behind everywhere.
func judged(p Policy, o fakemx.Outcome, names ...string) *Report {
	a := &auditor{Options: withDefaults(Options{Policy: p, Driver: Command{&Template{args: []string{"client"}}}, Scenarios: pick(names...)})}
	r := a.newReport()
	var items []Item
	for _, s := range a.Scenarios {
		items = append(items, NewItem(s, p, sessions(session(o)), delivered))
	}
	r.fill(items, nil, a.Now())
	return r
}

func exceptions(t *testing.T, text string) (Exceptions, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "expect.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return LoadExceptions(file, scenarios.All())
}

func TestExceptions(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text      string
		succeeded bool
		accepted  int
		problems  string
	}{
		"none":           {"", false, 0, ""},
		"both":           {"- {scenarios: [expired, self-*], result: fail, reason: known}", true, 2, ""},
		"one":            {"- {scenarios: [expired], result: fail, reason: known}", false, 1, ""},
		"another policy": {"- {scenarios: [expired, self-*], policies: [encrypt], result: fail, reason: known}", false, 0, ""},
		"not audited":    {"- {scenarios: [expired, self-signed, rc4], result: fail, reason: known}", true, 2, ""},
		"mended":         {"- {scenarios: [expired, self-signed, healthy], result: fail, reason: known}", false, 2, "healthy is now pass, not fail"},
		"shadowed":       {"[{scenarios: [expired, self-*], result: fail, reason: b}, {scenarios: [expired], result: fail, reason: c}]", false, 2, "expired is already accepted by an earlier one"},
		"overlapping":    {"[{scenarios: [expired], result: fail, reason: a}, {scenarios: [expired, self-*], result: fail, reason: b}]", true, 2, ""},
		"wrong result":   {"- {scenarios: [expired, self-signed], result: unclear, reason: known}", false, 0, "expired is now fail"},
	} {
		list, err := exceptions(t, test.text)
		if err != nil {
			t.Fatal(err)
		}
		r := judged(Verify, fakemx.DeliveredTLS, "healthy", "expired", "self-signed")
		r.Accept(list)
		if r.Succeeded(true) != test.succeeded || r.Summary.Accepted != test.accepted {
			t.Errorf("%s: success is %t with %+v, want %t with %d accepted", name, r.Succeeded(true), r.Summary, test.succeeded, test.accepted)
		}
		if got := strings.Join(r.Problems, "; "); !strings.Contains(got, test.problems) || test.problems == "" && got != "" {
			t.Errorf("%s: problems are %q, want %q", name, got, test.problems)
		}
	}
}

func TestExceptionFilesThatCannotBe(t *testing.T) {
	t.Parallel()
	for want, text := range map[string]string{
		"scenarios is missing":     "- {result: fail, reason: known}",
		"expected fail or unclear": "- {scenarios: [expired], result: pass, reason: known}",
		"reason is missing":        "- {scenarios: [expired], result: fail}",
		"unknown scenario":         "- {scenarios: [expird], result: fail, reason: known}",
		"unknown policy":           "- {scenarios: [expired], policies: [all], result: fail, reason: known}",
		"unknown field":            "- {scenarios: [expired], results: fail, reason: known}",
		"expect.yaml":              "- [",
	} {
		if _, err := exceptions(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error with %q", text, err, want)
		}
	}
	if _, err := LoadExceptions(filepath.Join(t.TempDir(), "none.yaml"), nil); err == nil {
		t.Error("a file that is not there is read")
	}
}

func TestUnclearFailsTheStrict(t *testing.T) {
	t.Parallel()
	r := judged(Verify, fakemx.Idle, "expired")
	r.Items = append(r.Items, judged(Verify, fakemx.DeliveredTLS, "healthy").Items...)
	r.Summary = summarize(r.Items)
	if !r.Succeeded(false) || r.Succeeded(true) {
		t.Errorf("with %+v success is %t, strictly %t", r.Summary, r.Succeeded(false), r.Succeeded(true))
	}
}

func TestABaselineShowsWhatChanged(t *testing.T) {
	t.Parallel()
	before := judged(Verify, fakemx.DeliveredTLS, "healthy", "expired", "rc4")
	now := judged(Verify, fakemx.Refused, "healthy", "expired", "rc4", "self-signed")
	if err := now.Compare(before); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range now.Changes {
		got = append(got, c.String())
	}
	want := "healthy: pass → fail; expired: fail → pass; self-signed: pass, and not in the baseline"
	if text := strings.Join(got, "; "); text != want {
		t.Errorf("changes are %q, want %q", text, want)
	}
	if err := now.Compare(judged(Encrypt, fakemx.Refused, "healthy")); err == nil {
		t.Error("a baseline of another policy is compared with")
	}
	for _, text := range []string{"", "{}", "[1]", `{"policy":"verify"}`, `{"policy":"verify","items":[{"result":"fail\nok"}]}`} {
		if _, err := ReadReport(strings.NewReader(text)); err == nil {
			t.Errorf("%q is read as a report", text)
		}
	}
}

// TestWhatExceptionsAccept while an audit goes on is what they accept in its
// report.
func TestWhatExceptionsAccept(t *testing.T) {
	t.Parallel()
	list := Exceptions{
		{Scenarios: []string{"self-*", "incomplete-chain"}, Result: Fail, Reason: "a\n  reason"},
		{Scenarios: []string{"expired"}, Policies: []Policy{Encrypt}, Result: Unclear, Reason: "another"},
	}
	for _, test := range []struct {
		scenario string
		result   Result
		policy   Policy
		want     string
	}{
		{"self-signed", Fail, Verify, "a reason"},
		{"missing-intermediate", Fail, Verify, "a reason"},
		{"self-signed", Unclear, Verify, ""},
		{"healthy", Fail, Verify, ""},
		{"expired", Unclear, Encrypt, "another"},
		{"expired", Unclear, Verify, ""},
	} {
		i := Item{Scenario: test.scenario, Verdict: Verdict{Result: test.result}}
		if got := list.accepts(i, test.policy, scenarios.MustGet(test.scenario).Aliases); got != test.want {
			t.Errorf("%s, %s, %s: accepted by %q, want %q", test.scenario, test.result, test.policy, got, test.want)
		}
	}
}

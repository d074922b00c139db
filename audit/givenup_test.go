package audit

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

const notPlayed = "not played: the control healthy failed"

// TestAFailedControlLeavesTheRestUnplayed, in the report as unclear, with nobody
// exercised in vain; and all are played if that is wanted.
func TestAFailedControlLeavesTheRestUnplayed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		scenarios string
		keepGoing bool
		played    string
		unplayed  int
		said      string
	}{
		{"expired no-ip-san self-signed", false, "healthy", 3, "; 3 scenarios were not played"},
		{"expired healthy", false, "healthy", 1, "; 1 scenario was not played"},
		{"expired healthy", true, "expired healthy", 0, ""},
		{"healthy", false, "healthy", 0, ""},
	} {
		told := map[string]bool{}
		calls := make(chan string, 9)
		r := probedWith(t, Options{
			Policy: Verify, Scenarios: pick(strings.Fields(test.scenarios)...), KeepGoing: test.keepGoing, Patience: time.Minute,
			OnItem: func(i Item) { told[i.Scenario] = true },
			Driver: mailerFunc(func(_ context.Context, target Target) Attempt {
				calls <- target.Scenario.Name
				return Attempt{Err: errors.New("no")}
			}),
		})
		close(calls)
		var played []string
		for name := range calls {
			played = append(played, name)
		}
		slices.Sort(played)
		if got := strings.Join(played, " "); got != test.played || len(told) != len(played) {
			t.Errorf("%s: %q were played, and %v told; want %q", test.scenarios, got, told, test.played)
		}
		if n := count(r.Items, func(i Item) bool { return i.Unplayed && i.Result == Unclear && i.Reason == notPlayed }); n != test.unplayed || r.unplayed() != n {
			t.Errorf("%s: %d were not played, want %d: %+v", test.scenarios, n, test.unplayed, r.Items)
		}
		notes := strings.Join(r.Notes, "; ")
		if !strings.HasSuffix(r.Unproved, test.said) || strings.Contains(r.Unproved, "not played") != (test.said != "") ||
			strings.Contains(notes, "--keep-going") != (test.unplayed > 0) {
			t.Errorf("%s: it says %q, and notes %q", test.scenarios, r.Unproved, notes)
		}
		if len(r.Items) != len(strings.Fields(test.scenarios)) || r.Partial || r.Succeeded(false) || r.Summary.Pass+r.Summary.May > 0 {
			t.Errorf("%s: the report is %+v, partial: %t", test.scenarios, r.Summary, r.Partial)
		}
	}
}

// TestAnMTAThatFailsTheControlIsGivenNoMore messages.
func TestAnMTAThatFailsTheControlIsGivenNoMore(t *testing.T) {
	t.Parallel()
	m := &mta{refuses: true}
	list := pick("expired", "healthy", "no-ip-san")
	r := probedWith(t, Options{
		Policy: Verify, Scenarios: list, Driver: submitTo(t, "smtp://"+startMTA(t, m, nil)), Listen: routed(t, m, list),
	})
	wantResults(t, r, "expired=unclear healthy=unclear no-ip-san=unclear")
	for _, i := range r.Items {
		if i.Unplayed != (i.Scenario != "healthy") || i.Unplayed != (i.Reason == notPlayed) {
			t.Errorf("%s: unplayed %t, %s", i.Scenario, i.Unplayed, i.Reason)
		}
	}
}

// TestWhatWasNotPlayedIsHeldAgainstNobody: no exception is stale by it or accepts
// it, and it is no change.
func TestWhatWasNotPlayedIsHeldAgainstNobody(t *testing.T) {
	t.Parallel()
	r := probedWith(t, Options{
		Policy: Verify, Scenarios: pick("healthy", "expired", "self-signed"), StopAtFailure: true, Driver: Command{client(t, "trusts nobody")},
		Exceptions: Exceptions{
			{Scenarios: []string{"healthy"}, Result: Fail, Reason: "known"},
			{Scenarios: []string{"expired"}, Result: Fail, Reason: "known"},
			{Scenarios: []string{"self-signed"}, Result: Unclear, Reason: "known"},
		},
	})
	if len(r.Problems) > 0 || r.Summary != (Summary{Accepted: 1, Unclear: 2}) || r.Succeeded(false) {
		t.Errorf("the report is %+v, its problems %q", r.Summary, r.Problems)
	}
	earlier := &Report{Policy: Verify, Items: []Item{
		{Scenario: "expired", Verdict: Verdict{Result: Pass}}, {Scenario: "healthy", Verdict: Verdict{Result: Fail}},
	}}
	if err := r.Compare(earlier); err != nil || len(r.Changes) > 0 {
		t.Errorf("changed: %v, %v", r.Changes, err)
	}
	if err := earlier.Compare(r); err != nil || len(earlier.Changes) != 1 || earlier.Changes[0].From != "" {
		t.Errorf("changed from what was not played: %v, %v", earlier.Changes, err)
	}
}

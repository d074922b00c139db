package mtasts_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/fakemx/fakemx/policy/mtasts"
)

var noon = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// cached is an entry with a policy for the id 1, fetched at noon, that holds for
// a week.
func cached(mode mtasts.Mode) mtasts.Entry {
	return mtasts.Entry{ID: "1", FetchedAt: noon, Policy: mtasts.Policy{
		Version: "STSv1", Mode: mode, MX: []mtasts.Pattern{"mx.example.com"}, MaxAge: int64(week / time.Second)}}
}

// failed is the entry, after a fetch for an id failed.
func failed(e mtasts.Entry, id string, at time.Time) mtasts.Entry {
	e.FailedID, e.FailedAt = id, at
	return e
}

func TestEntryHolds(t *testing.T) {
	e := cached(mtasts.ModeEnforce)
	for _, test := range []struct {
		after time.Duration
		want  bool
	}{{0, true}, {week - time.Second, true}, {week, true}, {week + time.Nanosecond, false}} {
		if got := e.Holds(noon.Add(test.after)); got != test.want {
			t.Errorf("holds after %v: %t", test.after, got)
		}
	}
	if (mtasts.Entry{}).Holds(time.Time{}) {
		t.Error("no policy holds")
	}
	e.Policy.MaxAge = 9999999999
	if got := e.Expires(); got != noon.Add(31557600*time.Second) {
		t.Errorf("a huge max_age expires at %v", got)
	}
}

func TestPlan(t *testing.T) {
	enforce, empty := cached(mtasts.ModeEnforce), mtasts.Entry{}
	short := enforce
	short.Policy.MaxAge = 3600
	for _, test := range []struct {
		name  string
		entry mtasts.Entry
		id    string
		after time.Duration
		want  mtasts.Plan
	}{
		{"nothing", empty, "", 0, mtasts.Plan{false, mtasts.PlanNoRecord, "3.1"}},
		{"first", empty, "1", 0, mtasts.Plan{true, mtasts.PlanFirst, "5.1"}},
		{"same id", enforce, "1", time.Hour, mtasts.Plan{false, mtasts.PlanCurrent, "3"}},
		{"no record", enforce, "", time.Hour, mtasts.Plan{false, mtasts.PlanCurrent, "3"}},
		{"new id", enforce, "2", time.Second, mtasts.Plan{true, mtasts.PlanNewID, "3"}},
		{"an older id is as new", enforce, "0", time.Second, mtasts.Plan{true, mtasts.PlanNewID, "3"}},
		{"mode none, new id", cached(mtasts.ModeNone), "2", time.Second, mtasts.Plan{true, mtasts.PlanNewID, "3"}},
		{"before a day", enforce, "1", day - 1, mtasts.Plan{false, mtasts.PlanCurrent, "3"}},
		{"after a day", enforce, "1", day, mtasts.Plan{true, mtasts.PlanRefresh, "3.3"}},
		{"after a day without a record", enforce, "", day, mtasts.Plan{true, mtasts.PlanRefresh, "3.3"}},
		{"half of a short life", short, "1", 30 * time.Minute, mtasts.Plan{true, mtasts.PlanRefresh, "3.3"}},
		{"before half of a short life", short, "1", 30*time.Minute - 1, mtasts.Plan{false, mtasts.PlanCurrent, "3"}},
		{"expired, same id", enforce, "1", week + 1, mtasts.Plan{true, mtasts.PlanFirst, "5.1"}},
		{"expired, no record", enforce, "", week + 1, mtasts.Plan{false, mtasts.PlanNoRecord, "3.1"}},
		{"failed just now", failed(empty, "1", noon), "1", 5*time.Minute - 1, mtasts.Plan{false, mtasts.PlanBackOff, "3.3"}},
		{"failed five minutes ago", failed(empty, "1", noon), "1", 5 * time.Minute, mtasts.Plan{true, mtasts.PlanFirst, "5.1"}},
		{"failed for another id", failed(empty, "1", noon), "2", time.Second, mtasts.Plan{true, mtasts.PlanFirst, "5.1"}},
		{"new id failed", failed(enforce, "2", noon), "2", time.Second, mtasts.Plan{false, mtasts.PlanBackOff, "3.3"}},
		{"new id failed, then the old one", failed(enforce, "2", noon), "1", time.Second, mtasts.Plan{false, mtasts.PlanCurrent, "3"}},
		{"refresh failed", failed(enforce, "1", noon.Add(day)), "1", day + time.Minute, mtasts.Plan{false, mtasts.PlanBackOff, "3.3"}},
		{"refresh without a record failed", failed(enforce, "", noon.Add(day)), "", day + time.Minute, mtasts.Plan{false, mtasts.PlanBackOff, "3.3"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.entry.Plan(test.id, noon.Add(test.after)); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

// A settled is what is looked at of a resolution.
type settled struct {
	mode   mtasts.Mode // of the policy, or empty
	source mtasts.Source
	alert  bool
	result string
}

func TestSettle(t *testing.T) {
	enforce, testing_, none, empty := cached(mtasts.ModeEnforce), cached(mtasts.ModeTesting), cached(mtasts.ModeNone), mtasts.Entry{}
	broken := &mtasts.FetchError{Kind: mtasts.KindPolicy, Err: errors.New("broken")}
	gone := fmt.Errorf("fetching: %w", context.Canceled)
	const (
		fetchError = "sts-policy-fetch-error"
		invalid    = "sts-policy-invalid"
	)
	fresh := mtasts.Fetched{Policy: mtasts.Policy{Mode: mtasts.ModeTesting}, Body: "body"}
	ended := mtasts.Fetched{Policy: mtasts.Policy{Mode: mtasts.ModeNone}}
	for _, test := range []struct {
		name    string
		entry   mtasts.Entry
		id      string
		fetched *mtasts.Fetched
		err     error
		after   time.Duration
		want    settled
	}{
		{"no MTA-STS", empty, "", nil, mtasts.ErrNoRecord, 0, settled{"", mtasts.SourceNone, false, ""}},
		{"several records", empty, "", nil, mtasts.ErrSeveralRecords, 0, settled{"", mtasts.SourceNone, false, ""}},
		{"first", empty, "1", &fresh, nil, 0, settled{mtasts.ModeTesting, mtasts.SourceFetched, false, ""}},
		{"first fails", empty, "1", &mtasts.Fetched{}, broken, 0, settled{"", mtasts.SourceNone, false, invalid}},
		{"first fails otherwise", empty, "1", &mtasts.Fetched{}, errors.New("x"), 0, settled{"", mtasts.SourceNone, false, fetchError}},
		{"cached", enforce, "1", nil, nil, day, settled{mtasts.ModeEnforce, mtasts.SourceCached, false, ""}},
		{"record gone", enforce, "", nil, mtasts.ErrNoRecord, day, settled{mtasts.ModeEnforce, mtasts.SourceCached, false, fetchError}},
		{"record gone, mode none", none, "", nil, mtasts.ErrNoRecord, day, settled{mtasts.ModeNone, mtasts.SourceCached, false, ""}},
		{"not looked", enforce, "", nil, nil, day, settled{mtasts.ModeEnforce, mtasts.SourceCached, false, ""}},
		{"new policy", enforce, "2", &fresh, nil, day, settled{mtasts.ModeTesting, mtasts.SourceFetched, false, ""}},
		{"mode none ends it", enforce, "2", &ended, nil, day, settled{mtasts.ModeNone, mtasts.SourceFetched, false, ""}},
		{"new one fails", enforce, "2", &mtasts.Fetched{}, broken, day, settled{mtasts.ModeEnforce, mtasts.SourceCached, true, invalid}},
		{"new one fails, testing", testing_, "2", &mtasts.Fetched{}, broken, day, settled{mtasts.ModeTesting, mtasts.SourceCached, true, invalid}},
		{"new one fails, none", none, "2", &mtasts.Fetched{}, broken, day, settled{mtasts.ModeNone, mtasts.SourceCached, false, invalid}},
		{"refresh without record fails, none", none, "", &mtasts.Fetched{}, broken, day, settled{mtasts.ModeNone, mtasts.SourceCached, false, ""}},
		{"refresh fails after it expired", enforce, "1", &mtasts.Fetched{}, broken, week + 1, settled{"", mtasts.SourceNone, false, invalid}},
		{"expired and gone", enforce, "", nil, mtasts.ErrNoRecord, week + 1, settled{"", mtasts.SourceNone, false, ""}},
		{"cancelled", enforce, "2", &mtasts.Fetched{}, gone, day, settled{mtasts.ModeEnforce, mtasts.SourceCached, false, ""}},
	} {
		t.Run(test.name, func(t *testing.T) {
			now := noon.Add(test.after)
			got := test.entry.Settle(test.id, test.fetched, test.err, now)
			have := settled{"", got.Source, got.Alert, got.ResultType}
			if got.Policy != nil {
				have.mode = got.Policy.Mode
			}
			if have != test.want || !errors.Is(got.Err, test.err) {
				t.Errorf("got %+v, %v, want %+v", have, got.Err, test.want)
			}
			attempted := test.fetched != nil && test.err != nil && !errors.Is(test.err, context.Canceled)
			if got.Entry.FailedAt.Equal(now) != attempted {
				t.Errorf("failed at %v, attempted: %t", got.Entry.FailedAt, attempted)
			}
		})
	}
}

func TestSettleRemembersAFetchedPolicy(t *testing.T) {
	e := failed(cached(mtasts.ModeEnforce), "2", noon)
	now := noon.Add(time.Hour)
	fetched := mtasts.Fetched{Policy: mtasts.Policy{Mode: mtasts.ModeTesting}, Body: "body"}
	for id, want := range map[string]string{"2": "2", "": "1"} {
		got := e.Settle(id, &fetched, nil, now).Entry
		if got.ID != want || got.Body != "body" || !got.FetchedAt.Equal(now) || !got.FailedAt.IsZero() || got.Policy.Mode != mtasts.ModeTesting {
			t.Errorf("with the id %q, remembers %+v, want the id %q", id, got, want)
		}
	}
}

// Seeing the same id again does not prolong a policy.
func TestTheSameIDDoesNotProlong(t *testing.T) {
	e := cached(mtasts.ModeEnforce)
	resolution := e.Settle("1", nil, nil, noon.Add(day/2))
	if got := resolution.Entry.Expires(); !got.Equal(e.Expires()) {
		t.Errorf("expires at %v, want %v", got, e.Expires())
	}
}

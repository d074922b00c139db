package tlsrpt_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/fakemx/fakemx/policy/tlsrpt"
)

// ofDay is a report with so many sessions.
func ofDay(number int, sessions int64) *tlsrpt.Report {
	start := time.Date(2026, 1, number, 0, 0, 0, 0, time.UTC)
	return &tlsrpt.Report{
		ContactInfo: "reports@reporter.test", DateRange: tlsrpt.DateRange{Start: start, End: start.Add(24*time.Hour - time.Second)},
		Policies: []tlsrpt.PolicyResult{{Policy: tlsrpt.Policy{Type: tlsrpt.STS, Domain: "example.test"}, Summary: tlsrpt.Summary{Successful: sessions}}},
	}
}

func TestSessionsCheck(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		sessions int64
		want     []string
	}{
		{4, []string{"note inconsistent policies[0].summary"}},
		{5, nil},
		{6, []string{"warning report-cycle policies[0].summary"}},
		{7, []string{"warning report-cycle policies[0].summary"}},
		{8, []string{"warning inconsistent policies[0].summary"}},
		{math.MaxInt64, []string{"warning inconsistent policies[0].summary"}},
	} {
		report := ofDay(1, tt.sessions)
		report.Policies[0].Summary.Failed = 1
		report.Policies[0].Summary.Successful--
		wantKinds(t, tlsrpt.Sessions{Mail: 5, Reports: 2}.Check(report), tt.want...)
	}
}

func TestFindCycle(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		sessions []int64 // of each day
		cycle    bool
	}{
		{"a message, and then its reports", []int64{7, 1, 1, 1}, true},
		{"two days only", []int64{7, 1, 1}, false},
		{"other mail", []int64{7, 3, 1, 2, 1, 1, 4}, false},
		{"a long one that ended", []int64{1, 1, 1, 1, 1, 9, 9}, true},
		{"nothing", nil, false},
	} {
		var reports []*tlsrpt.Report
		for i, sessions := range tt.sessions {
			reports = append(reports, ofDay(i+1, sessions))
		}
		slices.Reverse(reports) // the order does not matter
		found := tlsrpt.FindCycle(reports)
		var want []string
		if tt.cycle {
			want = []string{"note report-cycle"}
		}
		t.Run(tt.name, func(t *testing.T) { wantKinds(t, found, want...) })
	}
}

// A reporter of several machines sends several reports a day, and a report may
// have several entries for one policy.
func TestFindCycleOfSeveralReportsADay(t *testing.T) {
	t.Parallel()
	var reports []*tlsrpt.Report
	for number := 1; number <= 4; number++ {
		first, second := ofDay(number, 0), ofDay(number, 1)
		first.Policies = append(first.Policies, ofDay(number, 1).Policies...)
		reports = append(reports, first, second)
	}
	wantKinds(t, tlsrpt.FindCycle(reports), "note report-cycle")
	for _, r := range reports {
		r.ContactInfo = "reports@" + r.DateRange.Start.Weekday().String() + ".test" // each by another one
	}
	wantKinds(t, tlsrpt.FindCycle(reports))
	gap := []*tlsrpt.Report{ofDay(1, 1), ofDay(2, 1), ofDay(3, 1), ofDay(5, 1), ofDay(6, 1)}
	wantKinds(t, tlsrpt.FindCycle(gap))
}

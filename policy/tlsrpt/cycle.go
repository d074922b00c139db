package tlsrpt

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Sessions are those of one reporter with the domain during the date-range of a
// report, as the receiving side counted them.
type Sessions struct {
	// Mail are the sessions that delivered, or tried to deliver, anything but
	// TLS reports.
	Mail int64
	// Reports are those for nothing but TLS reports. The report should not count
	// them (RFC 8460 section 3).
	Reports int64
}

// Check holds the counts of a report against the sessions that there were. If a
// policy counts more than those with mail, the report is in part about the
// delivery of reports, and a domain that gets no other mail would get a report
// every day because of the last one. If it counts more than all of them, or
// fewer than those with mail, the counts are wrong, unless the reporter left out
// transient failures (section 4.3.4) or opened sessions that did not reach this
// side.
func (s Sessions) Check(report *Report) Findings {
	c := newCollector()
	for i, result := range report.Policies {
		at := fmt.Sprintf("policies[%d].summary", i)
		switch total := result.Summary.total(); {
		case total > s.Mail+s.Reports:
			c.add(Warning, Inconsistent, at, "RFC 8460 section 4.2", "expected at most as many sessions as there were, %d, found %d", s.Mail+s.Reports, total)
		case total > s.Mail:
			c.add(Warning, ReportCycle, at, reportingPolicy, "expected %d sessions, found %d; the sessions for nothing but reports, %d here, should not be counted", s.Mail, total, s.Reports)
		case total < s.Mail:
			c.add(Note, Inconsistent, at, "RFC 8460 section 4.2", "expected %d sessions, found %d; transient failures may be left out", s.Mail, total)
		}
	}
	return c.findings()
}

// total is all sessions, or the largest number if that does not fit. Negative
// counts are none.
func (s Summary) total() int64 { return plus(s.Successful, s.Failed) }

// A series is what the reports of one reporter say of one policy, day by day.
type series struct{ reporter, policy string }

// A day is what is said of it.
type day struct{ sessions, reports int64 }

// cycleDays is how many days in a row must look like a cycle to be called one. A
// domain that gets one message a day looks the same, so it is a note.
const cycleDays = 3

// FindCycle looks for a report cycle in the reports of several days: each day
// counts as many sessions as there were reports on the day before, which are
// delivered on that day, for at least three days in a row. Then the reports are
// most likely about nothing but their own delivery. The reports may be of
// several reporters and domains, in any order; each is given once. There is one
// finding, a note without a path, for each reporter and policy.
func FindCycle(reports []*Report) Findings {
	all := map[series]map[int64]day{}
	for _, r := range reports {
		number := r.DateRange.Start.Unix() / int64(24*time.Hour/time.Second)
		once := map[series]bool{} // a report may have several entries for a policy
		for _, result := range r.Policies {
			key := series{canonical(r.contactDomain()), fmt.Sprintf("%s for %s", result.Policy.Type, canonical(result.Policy.Domain))}
			if all[key] == nil {
				all[key] = map[int64]day{}
			}
			d := all[key][number]
			d.sessions = plus(d.sessions, result.Summary.total())
			if !once[key] {
				d.reports++
			}
			once[key] = true
			all[key][number] = d
		}
	}
	c := newCollector()
	keys := slices.SortedFunc(maps.Keys(all), func(a, b series) int {
		return slices.Compare([]string{a.reporter, a.policy}, []string{b.reporter, b.policy})
	})
	for _, key := range keys {
		if days := longestCycle(all[key]); days >= cycleDays {
			c.add(Note, ReportCycle, "", reportingPolicy, "the reports of %s on %s count, for %d days in a row, as many sessions as there were reports the day before: they may be about nothing but their own delivery",
				quote(key.reporter), quote(key.policy), days)
		}
	}
	return c.findings()
}

// longestCycle is for how many days in a row the sessions were as many as the
// reports on the day before.
func longestCycle(days map[int64]day) int {
	longest, run := 0, 0
	for _, number := range slices.Sorted(maps.Keys(days)) {
		before, there := days[number-1]
		switch {
		case !there:
			run = 0 // nobody knows how many there were
		case days[number].sessions == before.reports:
			run++
		default:
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}

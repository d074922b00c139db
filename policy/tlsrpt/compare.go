package tlsrpt

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// An Expectation is what a report should say of one policy.
type Expectation struct {
	PolicyType PolicyType
	// PolicyDomain is the domain of the policy: of the recipients, and for TLSA
	// the TLSA base domain.
	PolicyDomain string
	// MXHost is a pattern that must be among those of mx-host. Empty: not looked
	// at.
	MXHost string
	// ReceivingMXHostname is the host of every failure of [ResultType.OfHost].
	// Empty: not looked at.
	ReceivingMXHostname string
	// Failures are the result types that must have at least one failed session,
	// each of them. If there are none, there must be successful sessions and no
	// failed ones.
	Failures []ResultType
	// Tolerated are result types that may have failed sessions as well. Where
	// reporters call the same failure by several names, each name can be
	// tolerated, and Failures left empty: then one of them must have failed
	// sessions.
	Tolerated []ResultType
}

// Compare says how a report differs from what it should say of one policy, a
// sentence for each difference, and nothing if it does not. Other policies of the
// report are not looked at. Domains are compared without regard to case.
func Compare(report *Report, want Expectation) []string {
	result, found := report.result(want.PolicyType, want.PolicyDomain)
	if !found {
		return []string{fmt.Sprintf("expected a policy of the type %s for %s, found %s", want.PolicyType, want.PolicyDomain, report.policies())}
	}
	differences := want.compareHosts(result)
	return append(differences, want.compareSessions(result)...)
}

// result is what the report says of one policy, which may be in several entries.
func (r *Report) result(t PolicyType, domain string) (all PolicyResult, found bool) {
	for _, result := range r.Policies {
		if result.Policy.Type != t || canonical(result.Policy.Domain) != canonical(domain) {
			continue
		}
		found = true
		all.Policy.MXHost = append(all.Policy.MXHost, result.Policy.MXHost...)
		all.Summary.Successful = plus(all.Summary.Successful, result.Summary.Successful)
		all.Summary.Failed = plus(all.Summary.Failed, result.Summary.Failed)
		all.FailureDetails = append(all.FailureDetails, result.FailureDetails...)
	}
	return all, found
}

// plus adds counts of others: a negative one counts as none, and what does not
// fit is the largest number.
func plus(a, b int64) int64 {
	a, b = max(a, 0), max(b, 0)
	return min(a, math.MaxInt64-b) + b
}

// policies lists the policies of a report in words.
func (r *Report) policies() string {
	var list []string
	for _, result := range r.Policies {
		text := fmt.Sprintf("%s for %s", shorten(string(result.Policy.Type)), shorten(result.Policy.Domain))
		if !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}

func (want *Expectation) compareHosts(result PolicyResult) (differences []string) {
	if want.MXHost != "" && !slices.Contains(names(result.Policy.MXHost), canonical(want.MXHost)) {
		differences = append(differences, fmt.Sprintf("expected %s in mx-host, found %s", want.MXHost, listed(result.Policy.MXHost)))
	}
	if want.ReceivingMXHostname == "" {
		return differences
	}
	for _, detail := range result.FailureDetails {
		if detail.ResultType.OfHost() && canonical(detail.ReceivingMXHostname) != canonical(want.ReceivingMXHostname) {
			differences = append(differences, fmt.Sprintf("expected the receiving-mx-hostname %s for %s, found %s",
				want.ReceivingMXHostname, detail.ResultType, listed(nonEmpty(detail.ReceivingMXHostname))))
		}
	}
	return differences
}

func (want *Expectation) compareSessions(result PolicyResult) (differences []string) {
	failed := map[ResultType]int64{}
	var order []ResultType
	for _, detail := range result.FailureDetails {
		if failed[detail.ResultType] == 0 && detail.FailedSessions > 0 {
			order = append(order, detail.ResultType)
		}
		failed[detail.ResultType] = plus(failed[detail.ResultType], detail.FailedSessions)
	}
	for _, t := range want.Failures {
		if failed[t] == 0 {
			differences = append(differences, fmt.Sprintf("expected failed sessions with %s, found %s", t, failures(order, failed)))
		}
	}
	for _, t := range order {
		if !slices.Contains(want.Failures, t) && !slices.Contains(want.Tolerated, t) {
			differences = append(differences, fmt.Sprintf("expected no failed sessions with %s, found %d", shorten(string(t)), failed[t]))
		}
	}
	return append(differences, want.compareTotals(result, len(order) > 0)...)
}

// compareTotals looks at the summary, with or without reasons for failures.
func (want *Expectation) compareTotals(result PolicyResult, reasons bool) (differences []string) {
	total := result.Summary
	switch {
	case len(want.Failures) > 0:
		if total.Failed <= 0 {
			differences = append(differences, fmt.Sprintf("expected a total-failure-session-count of 1 or more, found %d", total.Failed))
		}
	case len(want.Tolerated) > 0:
		if total.Failed <= 0 || !reasons {
			differences = append(differences, fmt.Sprintf("expected failed sessions with %s, found %d without a reason", oneOf(want.Tolerated), total.Failed))
		}
	default:
		if total.Failed != 0 {
			differences = append(differences, fmt.Sprintf("expected a total-failure-session-count of 0, found %d", total.Failed))
		}
		if total.Successful <= 0 {
			differences = append(differences, fmt.Sprintf("expected a total-successful-session-count of 1 or more, found %d", total.Successful))
		}
	}
	return differences
}

// failures lists what failed in words.
func failures(order []ResultType, failed map[ResultType]int64) string {
	list := make([]string, len(order))
	for i, t := range order {
		list[i] = fmt.Sprintf("%d with %s", failed[t], shorten(string(t)))
	}
	return listed(list)
}

func listed(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return shorten(strings.Join(list, ", "))
}

func nonEmpty(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

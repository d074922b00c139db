package mtasts

import (
	"context"
	"errors"
	"time"
)

// How often a sender fetches, as RFC 8461 section 3.3 suggests.
const (
	// RefreshInterval is the age at which a cached policy is fetched again,
	// whether or not the id has changed.
	RefreshInterval = 24 * time.Hour
	// BackOff is how long a sender waits after a failed fetch before it fetches
	// again for the same id.
	BackOff = 5 * time.Minute
)

// An Entry is what a sender remembers of one policy domain. The zero value is
// that of a domain it knows nothing about. An Entry is a value: its methods
// change nothing, read no clock, and use no network.
type Entry struct {
	// Policy is the policy fetched last.
	Policy Policy
	// Body is the policy as it was served.
	Body string
	// ID is the id of the TXT record when the policy was fetched.
	ID string
	// FetchedAt is when the policy was fetched. It is zero if there is none.
	FetchedAt time.Time
	// FailedID is the id for which the last fetch failed; it may be empty.
	FailedID string
	// FailedAt is when it failed. It is zero if no fetch failed since FetchedAt.
	FailedAt time.Time
}

// Expires returns when the policy ceases to hold: its [Policy.Lifetime] after it
// was fetched over HTTPS. Seeing its id again does not prolong it (RFC 8461
// section 3.2: "from the last policy fetch time").
func (e Entry) Expires() time.Time { return e.FetchedAt.Add(e.Policy.Lifetime()) }

// Holds reports whether there is a policy whose age has not exceeded its max_age
// (RFC 8461 section 5.1). Its mode may be none.
func (e Entry) Holds(now time.Time) bool { return !e.FetchedAt.IsZero() && !now.After(e.Expires()) }

// A PlanReason says why a sender does or does not fetch.
type PlanReason string

// Why a sender fetches, or does not.
const (
	// PlanFirst: there is a record, and no policy that holds. Fetch (section
	// 5.1). The delivery need not wait for it.
	PlanFirst PlanReason = "no-cached-policy"
	// PlanNewID: the record has another id than the cached policy. Fetch
	// (section 3).
	PlanNewID PlanReason = "new-id"
	// PlanRefresh: the cached policy is older than [RefreshInterval], or half of
	// its lifetime is over, which is our choice for a shorter one. Fetch, with
	// or without a record (sections 3.3 and 10.2).
	PlanRefresh PlanReason = "refresh-due"
	// PlanCurrent: the cached policy holds, and nothing suggests another one. Do
	// not fetch (section 3).
	PlanCurrent PlanReason = "current"
	// PlanNoRecord: there is neither a record nor a policy that holds. Do not
	// fetch (section 3.1).
	PlanNoRecord PlanReason = "no-record"
	// PlanBackOff: fetching for this id failed less than [BackOff] ago. Do not
	// fetch (section 3.3).
	PlanBackOff PlanReason = "back-off"
)

var planSections = map[PlanReason]string{
	PlanFirst: "5.1", PlanNewID: "3", PlanRefresh: "3.3",
	PlanCurrent: "3", PlanNoRecord: "3.1", PlanBackOff: "3.3",
}

// A Plan says whether a sender fetches the policy now.
type Plan struct {
	// Fetch is true if it does.
	Fetch bool
	// Reason says why, or why not.
	Reason PlanReason
	// Section is the section of RFC 8461 that says so.
	Section string
}

// Plan decides whether to fetch the policy of a domain. The id is that of the
// record that [FindRecord] has found, or empty if there is none, for whatever
// reason: no TXT record, several, a wrong one, or a DNS server that did not
// answer. None of this ends a cached policy.
//
// Call it for each delivery, and also before a message that a policy holds up is
// returned to its author: section 5 demands that the sender looks for a new
// policy first. A sender should also call it once a day for every policy in its
// cache, so that policies of domains that rarely get mail do not expire.
func (e Entry) Plan(id string, now time.Time) Plan {
	fetch, reason := e.wants(id, now)
	if fetch && e.FailedID == id && now.Before(e.FailedAt.Add(BackOff)) {
		fetch, reason = false, PlanBackOff
	}
	return Plan{fetch, reason, planSections[reason]}
}

// wants is Plan, but forgets failures.
func (e Entry) wants(id string, now time.Time) (bool, PlanReason) {
	switch {
	case !e.Holds(now) && id == "":
		return false, PlanNoRecord
	case !e.Holds(now):
		return true, PlanFirst
	case id != "" && id != e.ID:
		return true, PlanNewID
	case now.Sub(e.FetchedAt) >= min(RefreshInterval, e.Policy.Lifetime()/2):
		return true, PlanRefresh
	}
	return false, PlanCurrent
}

// A Source is where the policy that holds is from.
type Source string

// Where the policy that holds is from.
const (
	// SourceNone: there is no policy. Deliver as though the domain had no
	// MTA-STS (RFC 8461 section 3.3).
	SourceNone Source = "none"
	// SourceFetched: it has just been fetched.
	SourceFetched Source = "fetched"
	// SourceCached: it is the cached one, which holds until it expires, whatever
	// the domain publishes or fails to publish now (RFC 8461 section 3.3).
	SourceCached Source = "cached"
)

// A Resolution says which policy holds.
type Resolution struct {
	// Policy is the policy that holds, or nil if there is none. Its mode may be
	// none. Pass it to [Judge].
	Policy *Policy
	// Source is where it is from.
	Source Source
	// Entry is what to remember from now on.
	Entry Entry
	// Alert is true if an administrator should be told: the policy could not be
	// fetched again, and the cached one has not the mode none (RFC 8461 section
	// 3.3).
	Alert bool
	// ResultType is the result type of the failure that a sender should report
	// by TLSRPT, or empty if there is none (RFC 8461 section 6). To be reported
	// are a fetch that failed although there is a record, and while a policy
	// whose mode is not none is cached, a failure of any kind; we count a
	// missing record as one.
	ResultType string
	// Err is why there is no newer policy, for logs: what was passed to
	// [Entry.Settle]. It may be nil.
	Err error
}

// Settle decides which policy holds after what [Entry.Plan] said was done. The id
// is that of the record, or empty as for Plan. If the policy was fetched, fetched
// and err are the results of [Fetch]; if it was not, fetched is nil, and err is
// why there is no record, or nil.
//
// A policy that was fetched replaces the cached one, whatever its mode and its
// lifetime. If there is none, the cached one holds until it expires.
func (e Entry) Settle(id string, fetched *Fetched, err error, now time.Time) Resolution {
	if fetched != nil && err == nil {
		return e.replace(id, *fetched, now)
	}
	failed := err != nil && !errors.Is(err, context.Canceled)
	attempted := failed && fetched != nil
	resolution := Resolution{Source: SourceNone, Entry: e, Err: err}
	if attempted {
		resolution.Entry.FailedID, resolution.Entry.FailedAt = id, now
	}
	guarded := false // by a cached policy that asks for something
	if e.Holds(now) {
		resolution.Policy, resolution.Source = &resolution.Entry.Policy, SourceCached
		guarded = e.Policy.Mode != ModeNone
	}
	resolution.Alert = attempted && guarded
	if attempted && id != "" || failed && guarded {
		resolution.ResultType = resultOf(err)
	}
	return resolution
}

// replace is Settle for a policy that was fetched. Without a record, the old id
// stays, so that the next record is taken for new only if its id is.
func (e Entry) replace(id string, fetched Fetched, now time.Time) Resolution {
	if id == "" {
		id = e.ID
	}
	entry := Entry{Policy: fetched.Policy, Body: fetched.Body, ID: id, FetchedAt: now}
	return Resolution{Policy: &entry.Policy, Source: SourceFetched, Entry: entry}
}

// resultOf is the result type of why there is no policy.
func resultOf(err error) string {
	if failure, ok := errors.AsType[*FetchError](err); ok {
		return failure.ResultType()
	}
	return ResultFetchError
}

package audit

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fakemx/fakemx/mxdns"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// A Lookup is what the DNS was asked for, and how often.
type Lookup struct {
	// Name is the name in lower case, and Type the type, such as "TLSA".
	Name string `json:"name"`
	Type string `json:"type"`
	// Rcode is the result of the last query, such as "NOERROR".
	Rcode string `json:"rcode"`
	// Queries is their number, and Last when the last one came.
	Queries int       `json:"queries"`
	Last    time.Time `json:"last"`
}

// maxLookups bounds the lookups that are kept of a scenario.
const maxLookups = 100

// maxFetches bounds the fetches that are kept of a scenario; the first are.
const maxFetches = 20

// lookups are the queries for the names of each scenario, and the fetches of its
// policy.
type lookups struct {
	mu      sync.Mutex
	counts  map[string]int
	kept    map[string][]Lookup
	fetches map[string][]stage.PolicyFetch
	// got are the times at which clients last got the policies, by scenario.
	got map[string]time.Time
	// fetched is closed at the next fetch.
	fetched chan struct{}
}

func newLookups() *lookups {
	return &lookups{counts: map[string]int{}, kept: map[string][]Lookup{}, fetches: map[string][]stage.PolicyFetch{}, got: map[string]time.Time{}, fetched: make(chan struct{})}
}

// note notes a query or a fetch.
func (l *lookups) note(e stage.Event) {
	switch {
	case e.Query != nil:
		l.noteQuery(*e.Query)
	case e.Fetch != nil:
		l.noteFetch(*e.Fetch)
	}
}

func (l *lookups) noteFetch(f stage.PolicyFetch) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if kept := l.fetches[f.Scenario]; len(kept) < maxFetches {
		l.fetches[f.Scenario] = append(kept, f)
	}
	if f.Status == http.StatusOK && f.At.After(l.got[f.Scenario]) {
		l.got[f.Scenario] = f.At
	}
	close(l.fetched)
	l.fetched = make(chan struct{})
}

// news is closed at the next fetch.
func (l *lookups) news() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.fetched
}

// gotPolicy is when a client last got the policy of a scenario; zero if none did.
func (l *lookups) gotPolicy(s scenarios.Scenario) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.got[s.Name]
}

func (l *lookups) noteQuery(q mxdns.Query) {
	name := strings.ToLower(q.Name)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts[q.Scenario]++
	kept := l.kept[q.Scenario]
	i := slices.IndexFunc(kept, func(k Lookup) bool { return k.Name == name && k.Type == q.Type })
	switch {
	case i >= 0:
		kept[i].Queries++
		kept[i].Rcode, kept[i].Last = q.Rcode, q.At
	case len(kept) < maxLookups:
		l.kept[q.Scenario] = append(kept, Lookup{name, q.Type, q.Rcode, 1, q.At})
	}
}

// of is how often a scenario's names have been asked for by now.
func (l *lookups) of(s scenarios.Scenario) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.counts[s.Name]
}

// listOf are the lookups of a scenario by now.
func (l *lookups) listOf(s scenarios.Scenario) []Lookup {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.kept[s.Name])
}

// fetchesOf are the fetches of a scenario's policy by now.
func (l *lookups) fetchesOf(s scenarios.Scenario) []stage.PolicyFetch {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.fetches[s.Name])
}

// askedForSTS: the DNS was asked for the TXT record of MTA-STS.
func (e Evidence) askedForSTS() bool {
	return slices.ContainsFunc(e.Queries, func(l Lookup) bool { return l.Type == "TXT" && strings.HasPrefix(l.Name, "_mta-sts.") })
}

// fetched: the client got an answer from the policy host.
func (e Evidence) fetched() bool {
	return slices.ContainsFunc(e.Fetches, func(f stage.PolicyFetch) bool { return f.Status != 0 })
}

// toldBogus: the DNS, as a name server, gave a bogus answer about a TLSA record,
// which only a resolver that does not validate passes on. It gives one where
// nothing but the signatures is wrong.
func (e Evidence) toldBogus(s scenarios.Scenario) bool {
	return s.Facts.DANE == scenarios.DANEUnknowable && len(s.Peer.DNS.Answers) == 0 && slices.ContainsFunc(e.Queries, func(l Lookup) bool { return l.Type == "TLSA" && l.Rcode == "NOERROR" })
}

// askedForTLSA: the DNS was asked for a TLSA record, or for a name above one: a
// resolver that minimises names (RFC 9156) asks for those first, and gives up if
// it gets no answer.
func (e Evidence) askedForTLSA() bool {
	return e.asked("TLSA") || slices.ContainsFunc(e.Queries, func(l Lookup) bool { return strings.Contains("."+l.Name, "._tcp.") })
}

// asked: the DNS was asked for records of a type.
func (e Evidence) asked(rrtype string) bool {
	return slices.ContainsFunc(e.Queries, func(l Lookup) bool { return l.Type == rrtype })
}

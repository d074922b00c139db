package audit

import (
	"slices"
	"strings"
	"sync"

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
	// Queries is their number.
	Queries int `json:"queries"`
}

// maxLookups bounds the lookups that are kept of a scenario.
const maxLookups = 100

// lookups are the queries for the names of each scenario.
type lookups struct {
	mu     sync.Mutex
	counts map[string]int
	kept   map[string][]Lookup
}

func newLookups() *lookups {
	return &lookups{counts: map[string]int{}, kept: map[string][]Lookup{}}
}

// note notes a query.
func (l *lookups) note(e stage.Event) {
	if e.Query == nil {
		return
	}
	q := *e.Query
	name := strings.ToLower(q.Name)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts[q.Scenario]++
	kept := l.kept[q.Scenario]
	i := slices.IndexFunc(kept, func(k Lookup) bool { return k.Name == name && k.Type == q.Type })
	switch {
	case i >= 0:
		kept[i].Queries++
		kept[i].Rcode = q.Rcode
	case len(kept) < maxLookups:
		l.kept[q.Scenario] = append(kept, Lookup{name, q.Type, q.Rcode, 1})
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

// asked: the DNS was asked for records of a type.
func (e Evidence) asked(rrtype string) bool {
	return slices.ContainsFunc(e.Queries, func(l Lookup) bool { return l.Type == rrtype })
}

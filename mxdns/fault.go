package mxdns

import (
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/miekg/dns"
)

// A Fault is what goes wrong with the answers to some queries.
type Fault struct {
	// Name is the name in the query. If empty, every name of the zone.
	Name string
	// Type is the type in the query, such as dns.TypeTLSA. If zero, every type.
	// The zone's DS record is asked for in the zone above, so that only a fault
	// of that type, and the whole zone's NXDOMAIN, strike it.
	Type uint16
	// Do is what the server does.
	Do Action
	// First is how many queries the fault strikes, the first that come. If
	// zero, it strikes every query. A fault that passes is none in the chain of
	// trust of a server in the mode [Validating], for a resolver asks again.
	First int
}

// An Action is what the server does in place of a right answer. In the mode
// [Validating] it does what a resolver makes of such a name server: it replies
// SERVFAIL for DoSERVFAIL, DoREFUSED and DoLame, with the extended error 22 (RFC
// 8914 section 4.23). A resolver would reply SERVFAIL for DoDrop and DoTruncate
// too, after a while; the server does to its client what they say.
type Action string

// The actions.
const (
	DoSERVFAIL Action = "servfail" // it replies SERVFAIL
	DoREFUSED  Action = "refused"  // it replies REFUSED
	// DoNXDOMAIN: it replies that there is no such name, with the proof of a
	// signed zone. Without a Type, there is none below that name either (RFC
	// 8020). For the apex or every name of a zone, the zone above says so; if
	// there is none, the reply has no proof.
	DoNXDOMAIN Action = "nxdomain"
	// DoNODATA: it replies that the name has no such record, with the proof of
	// a signed zone. A fault without a Type spares SOA, NS and DNSKEY records,
	// without which there is no proof.
	DoNODATA Action = "nodata"
	DoDrop   Action = "drop" // it does not reply
	// DoTruncate: over UDP it replies with the TC bit and nothing else, and over
	// TCP it closes the connection.
	DoTruncate Action = "truncate"
	// DoLame: it replies like a server that does not have the zone, with a
	// referral to the root.
	DoLame Action = "lame"
)

// Actions returns all actions.
func Actions() []Action {
	return []Action{DoSERVFAIL, DoREFUSED, DoNXDOMAIN, DoNODATA, DoDrop, DoTruncate, DoLame}
}

// A fault is a Fault of a zone, and how often it struck.
type fault struct {
	Fault
	struck atomic.Int64
}

// checked is a fault with a canonical name.
func (f Fault) checked() (*fault, error) {
	if f.Name != "" {
		f.Name = dns.CanonicalName(f.Name)
	}
	err := oneOf("Faults.Do", Actions(), f.Do)
	if f.First < 0 {
		err = errors.Join(err, fmt.Errorf("Faults.First: expected the number of queries, got %d", f.First))
	}
	return &fault{Fault: f}, err
}

// strikes says whether a fault is meant for a question in its zone.
func (f *fault) strikes(z *zone, name string, qtype uint16) bool {
	if f.Type != 0 {
		return f.Type == qtype && (f.Name == "" || f.Name == name)
	}
	needed := qtype == dns.TypeSOA || qtype == dns.TypeNS || qtype == dns.TypeDNSKEY
	switch f.Do {
	case DoNODATA:
		return !needed && (f.Name == "" || f.Name == name)
	case DoNXDOMAIN:
		if needed && z.above == nil && name == z.apex {
			return false
		}
		return f.Name == "" || dns.IsSubDomain(f.Name, name)
	}
	return f.Name == "" || f.Name == name
}

// denies is the name that a DoNXDOMAIN fault denies, and all below it.
func (f *fault) denies(z *zone, name string) string {
	switch {
	case f.Type != 0:
		return name
	case f.Name == "":
		return z.apex
	}
	return f.Name
}

// A patience is how a search takes faults that strike only the first queries.
type patience int

const (
	once    patience = iota // it is a query, which they strike
	forever                 // it asks until they have passed
	never                   // it wants none of them
)

// spent says whether a fault has struck its queries.
func (f *fault) spent(p patience) bool {
	switch {
	case f.First == 0 || p == never:
		return false
	case p == forever:
		return true
	}
	return f.struck.Add(1) > int64(f.First)
}

// faultAt is the first fault for a question, and the zone that has it; nil if
// there is none.
func (z *zone) faultAt(name string, qtype uint16, p patience) (*fault, *zone) {
	for _, f := range z.faults {
		if f.strikes(z, name, qtype) && !f.spent(p) {
			return f, z
		}
	}
	if below, ok := z.names[name].(delegation); ok && qtype == dns.TypeDS {
		for _, f := range below.zone.faults {
			if f.ofDS(below.zone) && !f.spent(p) {
				return f, z
			}
		}
	}
	// Where a name does not exist, there is no zone below it either.
	for above := z.above; above != nil; above = above.above {
		for _, f := range above.faults {
			if f.Do == DoNXDOMAIN && f.Type == 0 && f.strikes(above, name, qtype) && !f.spent(p) {
				return f, above
			}
		}
	}
	return nil, nil
}

// ofDS says whether a fault of a zone is one of its delegation.
func (f *fault) ofDS(z *zone) bool {
	return f.Type == dns.TypeDS && (f.Name == "" || f.Name == z.apex) ||
		f.Type == 0 && f.Do == DoNXDOMAIN && (f.Name == "" || f.Name == z.apex)
}

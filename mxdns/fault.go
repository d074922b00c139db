package mxdns

// A Fault is what goes wrong with the answers to some queries.
type Fault struct {
	// Name is the name in the query. If empty, every name of the zone.
	Name string
	// Type is the type in the query, such as dns.TypeTLSA. If zero, every type.
	Type uint16
	// Do is what the server does.
	Do Action
}

// An Action is what the server does in place of a right answer.
type Action string

// The actions.
const (
	DoSERVFAIL Action = "servfail" // it replies SERVFAIL
	DoREFUSED  Action = "refused"  // it replies REFUSED
	DoNXDOMAIN Action = "nxdomain" // it replies that there is no such name
	DoNODATA   Action = "nodata"   // it replies that the name has no such record
	DoDrop     Action = "drop"     // it does not reply
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

// faultOf is the first fault for a query; nil if there is none.
func (z *zone) faultOf(name string, qtype uint16) *Fault {
	for i, f := range z.faults {
		if (f.Name == "" || f.Name == name) && (f.Type == 0 || f.Type == qtype) {
			return &z.faults[i]
		}
	}
	return nil
}

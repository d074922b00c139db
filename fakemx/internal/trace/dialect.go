package trace

import (
	"github.com/fakemx/fakemx/internal/received"
	"github.com/fakemx/fakemx/scenarios"
)

// A dialect is how a program tells of TLS in a Received field, by the places
// where it may. What is nil is not written; a program that tells nothing is the
// zero value.
type dialect struct {
	// beforeBy writes what stands between the client and "by".
	beforeBy func(*field, TLSFacts)
	// behindWith returns what stands behind the keyword of "with", the
	// registered clause included, of which it is told whether it names the
	// group. The id then begins a line, and the clause has no other place.
	behindWith func(f TLSFacts, group bool) string
	// behindID writes what stands behind the id.
	behindID func(*field, TLSFacts)
}

// dialects are all of them. A new one is a file such as postfix.go, a row here,
// and a form of scenarios.Trace.
var dialects = map[scenarios.TraceForm]dialect{
	scenarios.TraceSendmail: sendmail,
	scenarios.TracePostfix:  postfix,
	scenarios.TraceExim:     exim,
	scenarios.TraceNone:     {},
}

// tlsClause is the registered clause of RFC 8314 section 4.3; empty if the
// cipher suite's name does not fit in it.
func tlsClause(f TLSFacts, group bool) string {
	if !received.IsSuiteName(f.CipherSuite) || len(f.CipherSuite) > maxWord {
		return ""
	}
	clause := "tls " + f.CipherSuite
	if group && received.IsGroupName(f.Group) && len(f.Group) <= maxWord {
		clause += " group " + f.Group
	}
	return clause
}

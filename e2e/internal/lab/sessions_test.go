package lab

import (
	"bufio"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// The evidence is what the mail server did and asked, or its resolver for it, and
// nobody else.
func TestEvidence(t *testing.T) {
	const lines = `{"event":"ready","scenario":"tlsa-first-host-mismatch"}
{"event":"query","client":"198.18.0.10:40001","name":"x.","type":"MX","scenario":"tlsa-first-host-mismatch","rcode":"SERVFAIL"}
{"event":"query","client":"198.18.0.54:40002","name":"x.","type":"MX","scenario":"tlsa-first-host-mismatch","rcode":"NOERROR"}
{"event":"query","client":"198.18.0.54:40003","name":"y.","type":"TLSA","scenario":"tlsa-first-host-mismatch","rcode":"NOERROR"}
{"event":"query","client":"198.18.0.99:40004","name":"z.","type":"A","scenario":"tlsa-first-host-mismatch","rcode":"NOERROR"}
not an event
{"event":"session","scenario":"tlsa-first-host-mismatch","remote":"198.18.0.10:40005","local":"198.18.24.254:25"}
{"event":"session","scenario":"tlsa-first-host-mismatch","remote":"198.18.0.99:40006","local":"198.18.24.254:25"}
`
	w := &Witness{
		from: "198.18.0.10", resolver: "198.18.0.54", peers: netip.MustParsePrefix("198.18.24.0/22"),
		sessions: map[string][]fakemx.Session{}, queries: map[string][]audit.Lookup{},
	}
	w.read(bufio.NewReader(strings.NewReader(lines)))
	e := w.Evidence(scenarios.MustGet("tlsa-first-host-mismatch"))
	want := []audit.Lookup{{Name: "x.", Type: "MX", Rcode: "NOERROR", Queries: 2}, {Name: "y.", Type: "TLSA", Rcode: "NOERROR", Queries: 1}}
	if !slices.Equal(e.Queries, want) || *e.Lookups != 3 {
		t.Errorf("the queries are %v, %d in all, want %v", e.Queries, *e.Lookups, want)
	}
	if len(e.Sessions) != 1 || e.Sessions[0].Local != e.SecondHost {
		t.Errorf("the sessions are %v, want the one with the second host, %s", e.Sessions, e.SecondHost)
	}
	if e := w.Evidence(scenarios.MustGet("healthy")); e.SecondHost != "" || len(e.Sessions) > 0 || *e.Lookups > 0 {
		t.Errorf("of a scenario that nobody met there is %+v", e)
	}
}

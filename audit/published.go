package audit

import (
	"cmp"

	"github.com/fakemx/fakemx/scenarios"
)

// A row is what a policy that goes by what a domain publishes asks of a client
// that finds something.
type row struct {
	// as is the policy under which a client does the same from then on. If
	// empty, it must not deliver.
	as Policy
	// freely: it need not deliver.
	freely bool
	// rests says on which fact the row rests, and ground is that of the policy
	// itself; empty if it is that of the fact.
	rests  fact
	ground string
	// because says what the client finds.
	because string
}

// A fact is one about what a domain publishes.
type fact int

// The facts.
const (
	byDANE fact = iota
	bySTS
)

// groundIn is the ground of a row.
func (r row) groundIn(g scenarios.Grounds) string {
	if r.rests == bySTS {
		return cmp.Or(r.ground, g.STS)
	}
	return cmp.Or(r.ground, g.DANE)
}

// rowOf is the row of a policy for what is published; ok says whether the policy
// goes by that.
func rowOf(f scenarios.Facts, p Policy) (r row, ok bool) {
	switch {
	case p == DANEAndMTASTS:
		return bothRowOf(f), true
	case p.followsSTS():
		return stsRowOf(f), true
	case p.followsDANE():
		return daneRowOf(f, p), true
	}
	return row{}, false
}

// followsDANE: a client with the policy looks up TLSA records.
func (p Policy) followsDANE() bool { return p == DANEAndMTASTS || daneTable[p] != nil }

// followsSTS: a client with the policy looks up the TXT records of MTA-STS.
func (p Policy) followsSTS() bool { return p == DANEAndMTASTS || p == MTASTS }

// expectPublished is the entry for a policy that goes by what is published.
func expectPublished(f scenarios.Facts, r row) Expectation {
	if r.as == "" {
		e := mustNot
		e.Because = r.because
		return e
	}
	e := Expect(f, r.as)
	if r.freely {
		e = e.freed()
	}
	e.Because = r.because + ", and " + e.Because
	return e
}

// freed turns a "must" into a "may".
func (e Expectation) freed() Expectation {
	if e.Duty == MustDeliver {
		e.Duty = MayDeliver
	}
	return e
}

// leadsNowhere says why no client can find the peer; empty if one can.
func leadsNowhere(f scenarios.Facts) string {
	switch f.Resolves {
	case scenarios.ResolvesTemporary:
		return "a lookup in the DNS fails, which may pass"
	case scenarios.ResolvesNever:
		return "the DNS leads to no mail exchanger"
	case scenarios.ResolvesNull:
		return "the domain has a null MX and takes no mail"
	}
	return ""
}

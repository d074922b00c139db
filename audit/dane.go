package audit

import (
	"cmp"

	"github.com/fakemx/fakemx/scenarios"
)

// A daneRow is what a policy asks of a client that finds something by DANE.
type daneRow struct {
	// as is the policy under which a client does the same from then on. If
	// empty, it must not deliver.
	as Policy
	// freely: it need not deliver.
	freely bool
	// ground is that of the policy itself; empty if it is that of the fact.
	ground string
	// because says what the client finds.
	because string
}

// What a client finds, in words.
const (
	findsNone       = "the domain has no TLSA record that is secure"
	findsMatch      = "a TLSA record matches"
	findsMismatch   = "no usable TLSA record matches"
	findsUnusable   = "none of the TLSA records is usable"
	findsUnknowable = "the lookup of the TLSA record fails"
	findsInsecureMX = "the MX record is insecure, so that the client may use the TLSA record of the host or ignore it"
	findsLenient    = "what to make of the TLSA records is left to the client"
)

// mandatory is the ground of a policy that demands DANE.
const mandatory = "RFC 7672 section 6"

// daneTable has the policies that follow RFC 7672, by what is found.
var daneTable = map[Policy]map[scenarios.DANE]daneRow{
	DANE: {
		scenarios.DANENone:       {as: Opportunistic, because: findsNone},
		scenarios.DANEMatches:    {as: Encrypt, because: findsMatch},
		scenarios.DANEMismatch:   {because: findsMismatch},
		scenarios.DANEUnusable:   {as: Encrypt, because: findsUnusable},
		scenarios.DANEUnknowable: {because: findsUnknowable},
		scenarios.DANEInsecureMX: {as: Opportunistic, freely: true, because: findsInsecureMX},
		scenarios.DANELenient:    {as: Encrypt, freely: true, because: findsLenient},
	},
	DANEOnly: {
		scenarios.DANENone:       {because: findsNone, ground: mandatory},
		scenarios.DANEMatches:    {as: Encrypt, because: findsMatch},
		scenarios.DANEMismatch:   {because: findsMismatch},
		scenarios.DANEUnusable:   {because: findsUnusable, ground: mandatory},
		scenarios.DANEUnknowable: {because: findsUnknowable},
		scenarios.DANEInsecureMX: {because: "the MX record is insecure", ground: "RFC 7672 section 2.2.1"},
		scenarios.DANELenient:    {as: Encrypt, freely: true, because: findsLenient},
	},
}

// daneRowOf is the row of a policy for what is published; ok says whether the
// policy follows RFC 7672.
func daneRowOf(f scenarios.Facts, p Policy) (row daneRow, ok bool) {
	rows, ok := daneTable[p]
	return rows[cmp.Or(f.DANE, scenarios.DANENone)], ok
}

// followsDANE: a client with the policy looks up TLSA records.
func (p Policy) followsDANE() bool { return daneTable[p] != nil }

// expectDANE is the entry for a policy that follows RFC 7672.
func expectDANE(f scenarios.Facts, row daneRow) Expectation {
	if row.as == "" {
		e := mustNot
		e.Because = row.because
		return e
	}
	e := Expect(f, row.as)
	if row.freely {
		e = e.freed()
	}
	e.Because = row.because + ", and " + e.Because
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

package audit

import (
	"cmp"

	"github.com/fakemx/fakemx/scenarios"
)

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
var daneTable = map[Policy]map[scenarios.DANE]row{
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

// daneRowOf is the row of a policy that follows RFC 7672 alone for what is
// published.
func daneRowOf(f scenarios.Facts, p Policy) row {
	r := daneTable[p][cmp.Or(f.DANE, scenarios.DANENone)]
	r.rests = byDANE
	return r
}
